"""Calibration of a scenario to a region: named rates are adjusted until the usual arm meets targets."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from waterbed._progress import ProgressCallback
from waterbed.calibrate._confirm import Simulated, simulate_targets
from waterbed.calibrate._file import Target, TargetsFile, read_targets
from waterbed.calibrate._flows import Flows
from waterbed.calibrate._parameters import Parameters
from waterbed.calibrate._solve import Fit, Told, solve, told
from waterbed.calibrate._write import changed_files, named_files
from waterbed.scenario import Scenario, load

__all__ = ["Calibration", "Target", "TargetsFile", "calibrate", "expected_targets", "read_targets"]


@dataclass(frozen=True)
class Calibration:
    """A fitted scenario and what stands behind it."""

    scenario: Scenario  #: as it stood
    file: TargetsFile  #: what was aimed at
    targets: pd.DataFrame  #: one row a target: before, expected after, simulated after, allowed, within or not
    told: Told  #: whom parameters answer to, and what cannot be told apart
    fit: Fit  #: where the solver came to rest
    changed: dict[str, str]  #: path below the scenario's folder -> new text
    seconds: dict[str, float] = field(default_factory=dict)  #: run time by part

    @property
    def parameters(self) -> pd.DataFrame:
        """One row a parameter: factor, standard deviations moved, uncertainty left, targets that it answers to."""
        return self.told.parameters


def expected_targets(scenario: Scenario, targets: str | PathLike[str] | TargetsFile, *, runs: int = 2) -> pd.DataFrame:
    """Give each target beside what is expected of the usual arm; cheap, nothing is simulated but health.

    Parameters
    ----------
    scenario
        To be looked at.
    targets
        A targets file; see docs/model/calibration_method.md.
    runs
        Of health alone, for who lives in the region and in which stages.

    Returns
    -------
    pandas.DataFrame
        Columns name, measure, of, sex, age_low, age_high, place, value, allowed, expected, within, weight, source,
        quality.

    Raises
    ------
    ScenarioError
        If the file is not what it must be.
    """
    file = targets if isinstance(targets, TargetsFile) else read_targets(Path(targets))
    flows = Flows(scenario, file, runs)
    expected = flows.expected(np.zeros(len(flows.levers)))
    table = _table(file)
    table["expected"] = expected
    table["within"] = (table["expected"] - table["value"]).abs() <= table["allowed"]
    return table


def calibrate(
    scenario: Scenario | str | PathLike[str],
    targets: str | PathLike[str] | TargetsFile,
    *,
    simulate: bool = True,
    replications: int | None = None,
    runs: int = 2,
    progress: bool | ProgressCallback = False,
) -> Calibration:
    """Adjust named rates of a scenario until its usual arm meets targets.

    Expected flows and their exact derivatives are fitted by regularised least squares (SciPy). What expected flows
    leave out, such as response to waits, is met by a factor for each measure: simulated over expected, from one
    simulation of the usual arm as it stands. The result is confirmed by another simulation.

    Parameters
    ----------
    scenario
        To be calibrated; never changed.
    targets
        A targets file; see docs/model/calibration_method.md.
    simulate
        Whether to correct and confirm by simulation.
    replications
        Of each simulation; by default as the targets file says.
    runs
        Of health alone, for who lives in the region and in which stages.
    progress
        As for `Scenario.run`.

    Returns
    -------
    Calibration
        The fit; nothing is written.

    Raises
    ------
    ScenarioError
        If a file is not what it must be; every fault with its place.
    ValueError
        If a number that is to change is not written in the scenario's own text.
    """
    began = time.perf_counter()
    loaded = scenario if isinstance(scenario, Scenario) else load(scenario)
    file = targets if isinstance(targets, TargetsFile) else read_targets(Path(targets))
    count = file.replications if replications is None else replications
    flows = Flows(loaded, file, runs)
    parameters = Parameters(loaded, file, flows.levers, flows.mix)
    seconds = {"expected flows": time.perf_counter() - began}

    began = time.perf_counter()
    factor = np.ones(len(file.targets))
    simulated_before: Simulated | None = None
    if simulate:
        simulated_before = simulate_targets(loaded, file, count, progress)
        if file.corrected:
            factor = _factors(file, flows, simulated_before)
    seconds["simulation before"] = time.perf_counter() - began

    fit = solve(file, flows, parameters, factor)
    seconds["fit"] = fit.seconds
    began = time.perf_counter()
    learned = told(file, parameters, fit)
    seconds["what is told"] = time.perf_counter() - began
    name = Path(loaded._core.path).name or f"{loaded.name}.yaml"
    changed = changed_files(loaded, name, flows.levers, parameters.spread(fit.shift), file.age_bands)

    table = _table(file)
    table["before"] = fit.before
    table["expected"] = fit.after
    began = time.perf_counter()
    if simulate:
        after = simulate_targets(_with_changes(loaded, name, changed), file, count, progress)
        assert simulated_before is not None
        table["simulated_before"] = simulated_before.mean
        table["simulated"] = after.mean
        table["simulation_error"] = after.error
    seconds["simulation after"] = time.perf_counter() - began
    final = table["simulated"].where(table["simulated"].notna(), table["expected"]) if simulate else table["expected"]
    table["within_before"] = (table["before"] - table["value"]).abs() <= table["allowed"]
    table["within"] = (final - table["value"]).abs() <= table["allowed"]
    return Calibration(loaded, file, table, learned, fit, changed, seconds)


def _table(file: TargetsFile) -> pd.DataFrame:
    names = [
        "name",
        "measure",
        "of",
        "sex",
        "age_low",
        "age_high",
        "place",
        "value",
        "allowed",
        "weight",
        "source",
        "quality",
    ]
    return pd.DataFrame([[getattr(target, name) for name in names] for target in file.targets], columns=names)


def _with_changes(scenario: Scenario, name: str, changed: dict[str, str]) -> Scenario:
    """Read the scenario with its changes, from a folder that lasts as long as that takes."""
    with tempfile.TemporaryDirectory() as folder:
        write_scenario(scenario, name, changed, Path(folder))
        fitted = load(Path(folder) / name)
        fitted._compiled()
        return fitted


def write_scenario(scenario: Scenario, name: str, changed: dict[str, str], folder: Path) -> None:
    """Write a scenario with its changes, and every file that it names, below a folder."""
    files = {path: file.read_bytes() for path, file in named_files(scenario).items()}
    files |= {path: text.encode() for path, text in changed.items()}
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _factors(file: TargetsFile, flows: Flows, simulated: Simulated) -> npt.NDArray[np.float64]:
    """Give simulated over expected: of the whole measure, and of each target what noise does not explain."""
    expected = flows.expected(np.zeros(len(flows.levers)))
    factor = np.ones(len(file.targets))
    groups: dict[tuple[str, str], list[int]] = {}
    for t, target in enumerate(file.targets):
        groups.setdefault((target.measure, target.of), []).append(t)
    for members in groups.values():
        known = [t for t in members if simulated.mean[t] > 0 and expected[t] > 0]
        if not known:
            continue
        weight = simulated.weight[known]
        common = (simulated.mean[known] * weight).sum() / (expected[known] * weight).sum()
        factor[members] = common
        apart = np.log(simulated.mean[known] / expected[known] / common)
        noise = np.square(simulated.error[known] / simulated.mean[known])
        if len(known) > 1 and np.isfinite(noise).all():
            factor[known] = common * np.exp(_shrunk(apart, noise))
    return factor


def _shrunk(apart: npt.NDArray[np.float64], noise: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Shrink differences toward 0 by their noise (variances) and the spread that is left (DerSimonian-Laird)."""
    precision = 1 / np.maximum(noise, 1e-12)
    middle = (apart * precision).sum() / precision.sum()
    surplus = (np.square(apart - middle) * precision).sum() - (len(apart) - 1)
    between = max(0.0, surplus / (precision.sum() - np.square(precision).sum() / precision.sum()))
    shrunk: npt.NDArray[np.float64] = apart * between / (between + noise)
    return shrunk
