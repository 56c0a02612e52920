"""Where production stands against its ceiling decides how the waterbed moves.

Runs the usual ceiling and one 5 % lower at four positions of production, with incentives on and off, and with other
shares of what is done with the care above a ceiling.

    python examples/ceiling_position.py scenarios/two_clinics.yaml --replications 2
"""

from __future__ import annotations

import argparse

import pandas as pd

import waterbed as wb

#: Production against the usual ceiling, and the ceiling as a share of expected turnover.
POSITIONS = {"6 % above": 1 / 1.06, "equal": 1.0, "2 % below": 1.02, "6 % below": 1.06}
#: What is done with care above a ceiling: goes on, is deferred, sent back to the GP, sent elsewhere.
SHARES = {
    "goes on": (0.50, 0.25, 0.20, 0.05),
    "deferred": (0.20, 0.55, 0.20, 0.05),
    "deferred, not sent back": (0.35, 0.55, 0.05, 0.05),
    "sent back": (0.35, 0.25, 0.35, 0.05),
}
BASES = ["list_volume", "staff_hours", "cash", "counted"]
ARM = "squeezed_ceiling"


def variant(
    scenario: wb.Scenario,
    position: str,
    *,
    incentives: bool = True,
    shares: tuple[float, float, float, float] | None = None,
) -> wb.Scenario:
    """Give the scenario with production at a position, the squeezed ceiling 5 % below the usual one."""
    usual = POSITIONS[position]
    changes: dict[str, object] = {"behaviour.incentives": incentives}
    for contract, factor in (("hospital_ceiling", usual), ("hospital_ceiling_squeezed", 0.95 * usual)):
        ceiling = {"of_expected_turnover": round(factor, 6), "share_above": 0, "duty_to_deliver": True}
        changes[f"contracts.{contract}.terms.ceiling"] = ceiling
    if shares is not None:
        names = ("goes_on", "defers", "sends_back", "sends_elsewhere")
        changes |= {f"behaviour.{name}": share for name, share in zip(names, shares, strict=True)}
    return scenario.with_(**changes)


def row(difference: wb.Difference) -> dict[str, object]:
    """One cell's numbers: the index on each basis with its interval, and what moves, with half-widths of 95 %."""
    found = difference.waterbed()
    cell: dict[str, object] = {}
    for basis in BASES:
        index = found[(found["basis"] == basis) & (found["payer"] == "") & (found["year"] == "")].iloc[0]
        cell |= {f"{basis}_{name}": index[name] for name in ("index", "low", "high", "message")}
    lines = difference.summary()
    for name, group, measure in (
        ("gp_visits_per_1000", "Visits", "gp"),
        ("hospital_list_eur_per_insured", "Spending at list prices", "hospital"),
    ):
        line = lines[(lines["group"] == group) & (lines["measure"] == measure)].iloc[0]
        cell |= {name: line["difference"], f"{name}_error": (line["high"] - line["low"]) / 2}
    summary = difference.arm_summaries()[ARM]
    wait = next(r.change for r in summary.rows if (r.measure, r.of) == ("wait", "elective"))
    error = wait.simulation_error
    cell |= {"wait_days": wait.mean, "wait_days_baseline": wait.baseline}
    cell["wait_days_error"] = float("nan") if error is None else (error.interval.high - error.interval.low) / 2
    cell["variance_ratio"] = difference.table("list_spending")["variance_ratio"].item()
    return cell


def sweep(path: str, replications: int, threads: int | None = None, *, progress: bool = True) -> pd.DataFrame:
    """Run every cell; columns position, shares, incentives, and those of `row`."""
    scenario = wb.load(path)
    cells = [(position, "", on) for position in POSITIONS for on in (True, False)]
    cells += [("2 % below", shares, True) for shares in SHARES]
    rows = []
    for position, shares, on in cells:
        if progress:
            how = f"shares: {shares}" if shares else f"incentives {'on' if on else 'off'}"
            print(f"production {position} the ceiling, {how}", flush=True)
        changed = variant(scenario, position, incentives=on, shares=SHARES.get(shares))
        results = changed.run(replications=replications, threads=threads, arms=["usual", ARM], progress=False)
        cell = row(results.compare("usual"))
        rows.append({"position": position, "shares": shares, "incentives": on, **cell})
    return pd.DataFrame(rows)


def main() -> None:
    """Print the sweep."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("scenario", nargs="?", default="scenarios/leiden_region.yaml")
    parser.add_argument("--replications", type=int, default=4)
    options = parser.parse_args()
    table = sweep(options.scenario, options.replications)
    shown = ["position", "shares", "incentives", "list_volume_index", "list_volume_low", "list_volume_high"]
    print(table[[*shown, "gp_visits_per_1000", "wait_days", "hospital_list_eur_per_insured"]].to_string(index=False))


if __name__ == "__main__":
    main()
