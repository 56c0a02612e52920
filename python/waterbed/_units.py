"""Units that people read, from the integers that are stored."""

from __future__ import annotations

#: stored unit -> (unit that people read, stored units in one of it)
READABLE = {
    "micro_eur": ("eur", 1_000_000),
    "milli_hours": ("hours", 1_000),
    "micro_qaly": ("qaly", 1_000_000),
}

#: Hours worked by one full-time equivalent in a year: 36 hours a week over 52 weeks, less holidays, training and
#: sickness (18 %). An assumption, quality C: it scales every full-time equivalent alike.
HOURS_PER_FTE = 1_535


def readable(unit: str) -> tuple[str, int]:
    """Name of the readable unit and how many stored units make one."""
    return READABLE.get(unit, (unit, 1))


def yearly(years: int, euro: float) -> tuple[float, str]:
    """Scale and unit in which an amount in EUR over all years reads well as an amount of one year."""
    years = max(1, years)
    if abs(euro) / years >= 1e6:
        return 1 / (1e6 * years), "EUR million a year"
    return 1 / (1e3 * years), "EUR thousand a year"
