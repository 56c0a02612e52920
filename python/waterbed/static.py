"""The static answer: contracts as in every arm, and nobody responds."""

from __future__ import annotations

from waterbed._behaviour import behaviour_of, needs_of
from waterbed._overrides import Override
from waterbed.scenario import Scenario

#: Keys of `behaviour:` that are responses, each at the value at which nobody responds.
UNMOVED: dict[str, Override] = {
    "incentives": False,
    "omega_refer": 0,
    "omega_where": 0,
    "omega_admit": 0,
    "omega_enter": 0,
    "own_payment_elasticity": 0,
    "emergency_per_lost_gp_contact": 0,
    "altruism": 0,
    "income_effort": 0,
    "selection_per_1000": 0,
    "theta_stay": 0,
    "theta_attached": 0,
    "theta_enrolment": 0,
    "theta_coding": 0,
    "anticipation": 0,
}


def static(scenario: Scenario) -> Scenario:
    """Give a copy in which every response is zero.

    Nobody answers to money (choices, supply past a ceiling, whom to treat, stays, effort, activity before a base year),
    to waits or to own payments. Contracts pay, programmes and routes of an arm do what they do, people fall ill and
    queue as before, and need left unserved comes back as it does in observed practice. The same draws as in the
    scenario itself: what is left of a change is what an arm's contracts do on unchanged behaviour.

    Parameters
    ----------
    scenario
        What to change.

    Returns
    -------
    Scenario
        With ``behaviour.incentives: false`` and the other responses at zero.

    Examples
    --------
    >>> import waterbed as wb
    >>> still = wb.static(wb.load("scenarios/two_clinics.yaml"))
    >>> found = still.run(replications=1, progress=False).compare()
    >>> bool((found.table("visits")["difference"] == 0).all())
    True

    See Also
    --------
    decompose : the same answer as a part of the whole change, with queues, records and health held too.
    """
    known = behaviour_of(scenario)
    overrides = {
        f"behaviour.{name}": value for name, value in UNMOVED.items() if name in known or name == "omega_enter"
    }
    for name in needs_of(scenario, "access_elasticity"):
        overrides[f"needs.{name}.access_elasticity"] = 0
    return scenario.with_(**overrides)
