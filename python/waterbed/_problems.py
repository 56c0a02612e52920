"""Faults of several files in one error."""

from __future__ import annotations

from collections.abc import Sequence

from waterbed._core import Problem, ScenarioError


def scenario_error(problems: Sequence[Problem]) -> ScenarioError:
    """Give one error that tells every fault, each once: a file that is read twice has its own faults twice."""
    once = list({str(problem): problem for problem in problems}.values())
    error = ScenarioError("\n".join(map(str, once)))
    error.problems = tuple(once)
    return error
