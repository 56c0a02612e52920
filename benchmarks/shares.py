#!/usr/bin/env python3
"""Share of time by part of the engine, from what perf samples; see docs/performance.md.

perf record -F 4000 build/benchmarks/one_run scenarios/leuven.yaml years=5
perf report --stdio | benchmarks/shares.py
"""

from __future__ import annotations

import re
import sys

#: Parts, and names that the functions of each contain: the first part that fits has a function. What is inlined counts
#: where it stands.
PARTS = {
    "choices and incentives": [
        "refresh_choices",
        "refresh_incentives",
        "option_values",
        "waterbed::choose",
        "downstream_value",
        "triangular_solve",
        "pooled",
        "shift_targets",
        "note_kept",
    ],
    "walks: rows, options, moves": [
        "walk",
        "observed_beyond",
        "moved_option",
        "discharge",
        "ask_for_admission",
        "draw_ahead",
        "end_unserved",
        "Calendar",
        "logd1",
    ],
    "posting of services, products and capacity": ["post_", "occupy", "book_units"],
    "records and effects of care at visits": ["record_stages", "start_care_effects"],
    "draws": ["mark_lanes", "draw_named_lanes", "DrawBatch"],
    "people: needs": ["need"],
    "people: health": [
        "person",
        "one_cycle",
        "health",
        "hazard",
        "competing_causes",
        "care_change",
        "refresh",
        "leave",
        "expd1",
        "expm1d1",
    ],
    "admission": ["admit", "introsort", "insertion_sort", "visit_gp", "visit_emergency", "request"],
    "year end: settlement, tables": ["close_year", "matches", "count_people", "settle", "write_year"],
}
LINE = re.compile(r"^\s*([\d.]+)%\s+\S+\s+\S+\s+\[.\]\s+(.*)$")
REST = "rest: the file, making the model and the people, the system"


def main() -> None:
    """Print."""
    shares = dict.fromkeys([*PARTS, REST], 0.0)
    for line in sys.stdin:
        if found := LINE.match(line):
            fits = (part for part, names in PARTS.items() if any(name in found[2] for name in names))
            shares[next(fits, REST)] += float(found[1])
    print("| part | share of time |\n|---|---:|")
    for part, share in shares.items():
        print(f"| {part} | {share:.0f}% |")


if __name__ == "__main__":
    main()
