"""Sum the instructions of the parts of the engine, from what callgrind_annotate printed; see benchmarks/parts."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

#: Parts, and the functions whose instructions are theirs with all that they call.
PARTS = {
    "draws of the month": ["waterbed::draw_many(", "waterbed::draw_marked("],
    "draws of needs and episodes, drawn together": ["waterbed::DrawBatch::draw("],
    "people: health, needs": ["waterbed::engine::person_cycle("],
    "walks, their draws and posting included": ["waterbed::engine::walk_all(", "waterbed::engine::book_units("],
    "... posting of services, products and bills": [
        "waterbed::engine::post_visit_in_full(",
        "waterbed::engine::post_attached(",
    ],
    "admission, and the walks of those admitted": ["waterbed::engine::admit_all("],
    "choices": ["waterbed::engine::refresh_choices("],
    "incentives": ["waterbed::engine::refresh_incentives("],
    "rates": ["waterbed::engine::refresh_rates("],
    "year end: settlement, tables": [
        "waterbed::engine::settle_year(",
        "waterbed::engine::write_year(",
        "waterbed::engine::count_people(",
        "waterbed::engine::close_year_of_people(",
    ],
}
LINE = re.compile(r"^\s*([\d,]+) \([\d. ]+%\)\s+(.*)$")


def main() -> None:
    """Print."""
    months = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))["person_months"]
    seen: dict[str, int] = {}
    for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
        if found := LINE.match(line):
            name = found[2].split(":", 1)[1] if found[2].startswith(("?", "/", ".")) else found[2]
            seen.setdefault(name.split(" [")[0], int(found[1].replace(",", "")))
    whole = seen[next(name for name in seen if name.startswith("waterbed::simulate("))]
    print("| part | instructions per person-month | share |\n|---|---:|---:|")
    for part, functions in PARTS.items():
        some = sum(count for name, count in seen.items() if name.startswith(tuple(functions)) and "lambda" not in name)
        print(f"| {part} | {some / months:,.0f} | {some / whole:.0%} |")
    print(f"| all | {whole / months:,.0f} | 100% |")


if __name__ == "__main__":
    main()
