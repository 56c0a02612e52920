"""Which arm is worth its money, how sure that is, and what it would be worth to know more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from waterbed._parameters import FloatArray, ParameterSets
from waterbed.results import EQUALISATION_FUND, Results
from waterbed.uncertainty._shares import sets_in, spline_of


class Decision:
    """Costs and health of every arm under every parameter set, against one arm.

    Chance is not part of a decision's uncertainty: who decides for many regions and years is held to what is expected
    under the true parameters. Means of few replications hold some of it; they are drawn together until they vary as
    much as parameters alone make them vary (`docs/model/uncertainty.md`).

    Parameters
    ----------
    costs
        EUR, shape (set, replication, arm).
    qalys
        Quality-adjusted life years, the same shape.
    arms
        Names, the baseline first.
    parameters
        Values of the uncertain numbers in each set, for the value of knowing one.
    """

    def __init__(
        self, costs: FloatArray, qalys: FloatArray, arms: Sequence[str], parameters: ParameterSets | None = None
    ) -> None:
        if costs.shape != qalys.shape or costs.ndim != 3 or costs.shape[2] != len(arms):
            raise ValueError(f"costs and qalys must both have the shape (set, replication, arm), got {costs.shape}")
        if costs.shape[0] < 2 or costs.shape[1] < 1 or len(arms) < 2:
            raise ValueError("a decision needs two arms, and two parameter sets")
        self.arms = list(arms)
        self.parameters = parameters
        self.costs, self.qalys = costs, qalys
        extra = [values[:, :, 1:] - values[:, :, :1] for values in (costs, qalys)]
        #: Means of sets as simulated: cost and QALYs against the baseline, shape (set, 2, arm without baseline).
        self.simulated = np.stack([values.mean(axis=1) for values in extra], axis=1)
        self.expected = _without_chance(np.stack(extra, axis=2), self.simulated)

    @classmethod
    def of(
        cls,
        results: Results,
        payer: str | None = None,
        baseline: str | None = None,
        *,
        weights: Sequence[float] | None = None,
    ) -> Decision:
        """Take costs and QALYs from a run with parameter sets.

        Parameters
        ----------
        results
            Of `Scenario.run_uncertain`.
        payer
            Whose cash counts; by default all cash that is paid for care, households' own included, and the costs of
            stages. Years are discounted as the scenario says.
        baseline
            Arm that the others are compared with; by default the scenario's.
        weights
            Of each year before discounting, the end last where the scenario rewards at the start: the within-cycle
            correction of a cohort model.

        Raises
        ------
        ValueError
            If parameters are fixed, there is no such payer, a run counts no QALYs, or weights are not one a year.
        """
        sets = sets_in(results)
        known = [p for p in results.attributes("cash_spending")["payer"] if p != EQUALISATION_FUND]
        if payer is not None and payer not in known:
            raise ValueError(f"payer must be one of {', '.join(known)}, got {payer!r}")
        outline = results.outline
        rewarded = len(results.attributes("qalys")["year"])
        if weights is not None and len(weights) != rewarded:
            raise ValueError(f"weights: must be one for each of {rewarded} years, got {len(weights)}")
        where = {"payer": known if payer is None else payer}
        cost = _present(results, "cash_spending", where, outline.discount_costs, weights)
        if payer is None and "health_costs" in results.tables:
            everybody = _everybody(results, "health_costs")
            cost += _present(results, "health_costs", everybody, outline.discount_costs, weights)
        health = _present(results, "qalys", _everybody(results, "qalys"), outline.discount_qalys, weights)
        first = results.arms.index(results.baseline if baseline is None else baseline)
        order = [first, *(i for i in range(len(results.arms)) if i != first)]
        shape = (sets.sets, -1, len(order))
        return cls(
            cost[:, order].reshape(shape), health[:, order].reshape(shape), [results.arms[i] for i in order], sets
        )

    def plane(self) -> pd.DataFrame:
        """Give the cost-effectiveness plane: what each arm costs and gains against the baseline, set by set.

        Returns
        -------
        pandas.DataFrame
            Columns arm, set, cost (EUR more), qalys (more), chance taken out.
        """
        frames = [
            pd.DataFrame(
                {
                    "arm": arm,
                    "set": range(len(self.expected)),
                    "cost": self.expected[:, 0, k],
                    "qalys": self.expected[:, 1, k],
                }
            )
            for k, arm in enumerate(self.arms[1:])
        ]
        return pd.concat(frames, ignore_index=True)

    def ratios(self) -> pd.DataFrame:
        """Give mean incremental cost and QALYs, and their ratio where it means something.

        Returns
        -------
        pandas.DataFrame
            Columns arm, cost, qalys, ratio (EUR per QALY; NaN for an arm that costs less and gains more, or the
            reverse), verdict (dominates, dominated, "costs per QALY gained", "saves per QALY lost"; "costs less",
            "costs more" and "costs the same" where health is the same).
        """
        rows = []
        for k, arm in enumerate(self.arms[1:]):
            cost, qalys = (float(v) for v in self.simulated[:, :, k].mean(axis=0))
            rows.append((arm, cost, qalys, cost / qalys if cost * qalys > 0 else np.nan, _verdict(cost, qalys)))
        return pd.DataFrame(rows, columns=["arm", "cost", "qalys", "ratio", "verdict"])

    def net_benefit(self, threshold: float, *, simulated: bool = False) -> FloatArray:
        """Give the net monetary benefit against the baseline, EUR, shape (set, arm), the baseline's zero first.

        Parameters
        ----------
        threshold
            EUR that a QALY is worth.
        simulated
            Means of sets as they are, with their chance.
        """
        values = self.simulated if simulated else self.expected
        gain = threshold * values[:, 1, :] - values[:, 0, :]
        return np.column_stack([np.zeros(len(gain)), gain])

    def acceptability(self, thresholds: Iterable[float]) -> pd.DataFrame:
        """Give the acceptability curve: how probable it is that an arm is the best one.

        Parameters
        ----------
        thresholds
            EUR per QALY.

        Returns
        -------
        pandas.DataFrame
            Columns threshold, arm, probability (share of parameter sets in which its expected net benefit is largest),
            best (largest on average: the frontier, which need not be the most probable arm).
        """
        rows = []
        for threshold in thresholds:
            benefit = self.net_benefit(threshold)
            winner = benefit.argmax(axis=1)
            best = int(benefit.mean(axis=0).argmax())
            rows += [(float(threshold), arm, float((winner == k).mean()), k == best) for k, arm in enumerate(self.arms)]
        return pd.DataFrame(rows, columns=["threshold", "arm", "probability", "best"])

    def evpi(self, thresholds: Iterable[float]) -> pd.DataFrame:
        """Give the expected value of perfect information about all parameters.

        Returns
        -------
        pandas.DataFrame
            Columns threshold (EUR per QALY), evpi (EUR for the region over the horizon), standard_error (over sets).
        """
        rows = []
        for threshold in thresholds:
            benefit = self.net_benefit(threshold)
            best = int(benefit.mean(axis=0).argmax())
            lost = benefit.max(axis=1) - benefit[:, best]
            rows.append((float(threshold), float(lost.mean()), float(lost.std(ddof=1) / np.sqrt(len(lost)))))
        return pd.DataFrame(rows, columns=["threshold", "evpi", "standard_error"])

    def evppi(self, threshold: float) -> pd.DataFrame:
        """Give the expected value of knowing one parameter, the others as uncertain as before.

        The expected net benefit given the parameter is a smoothing spline through the sets.

        Returns
        -------
        pandas.DataFrame
            Columns name, quality, evppi (EUR for the region over the horizon), largest first.

        References
        ----------
        Strong, Oakley & Brennan, Estimating multiparameter partial expected value of perfect information from a
        probabilistic sensitivity analysis sample, Medical Decision Making 34 (2014) 311-326.
        """
        sets = self._known()
        benefit = self.net_benefit(threshold, simulated=True)
        rows = []
        for i, name in enumerate(sets.names):
            given = np.column_stack([spline_of(sets.drawn[:, i], benefit[:, k]) for k in range(len(self.arms))])
            worth = float(given.max(axis=1).mean() - given.mean(axis=0).max())
            # Where one arm is best throughout, what is left is rounding.
            rows.append((name, sets.qualities[i], worth if worth > 1e-12 * float(np.abs(given).max()) else 0.0))
        found = pd.DataFrame(rows, columns=["name", "quality", "evppi"])
        return found.sort_values("evppi", ascending=False, ignore_index=True)

    def flips(self, threshold: float) -> pd.DataFrame:
        """Give the value of each parameter at which another arm becomes the best, the others as believed.

        Read off the splines of `evppi`, within what the sets drew; `flip` looks whether a run agrees.

        Returns
        -------
        pandas.DataFrame
            Columns name, quality, mean, best (arm at the mean), flips_at (nearest to the mean; NaN: nowhere), to (arm).
        """
        sets = self._known()
        benefit = self.net_benefit(threshold, simulated=True)
        rows = []
        for i, name in enumerate(sets.names):
            x = sets.drawn[:, i]
            order = np.argsort(x, kind="stable")
            given = np.column_stack([spline_of(x, benefit[:, k]) for k in range(len(self.arms))])[order]
            winner = given.argmax(axis=1)
            middle = int(np.abs(x[order] - sets.means[i]).argmin())
            changed = np.flatnonzero(winner != winner[middle])
            row = (name, sets.qualities[i], sets.means[i], self.arms[int(winner[middle])])
            if changed.size == 0:
                rows.append((*row, np.nan, ""))
                continue
            beyond = int(changed[np.abs(changed - middle).argmin()])
            before = beyond - 1 if beyond > middle else beyond + 1
            lead = given[:, winner[middle]] - given[:, winner[beyond]]
            part = lead[before] / (lead[before] - lead[beyond])
            at = x[order][before] + part * (x[order][beyond] - x[order][before])
            rows.append((*row, float(at), self.arms[int(winner[beyond])]))
        return pd.DataFrame(rows, columns=["name", "quality", "mean", "best", "flips_at", "to"])

    def _known(self) -> ParameterSets:
        if self.parameters is None:
            raise ValueError("the decision does not know the values of its parameters")
        return self.parameters


def _verdict(cost: float, qalys: float) -> str:
    if qalys == 0.0:
        return "costs the same" if cost == 0.0 else f"costs {'less' if cost < 0 else 'more'}"
    if qalys > 0.0:
        return "costs per QALY gained" if cost > 0.0 else "dominates"
    return "saves per QALY lost" if cost < 0.0 else "dominated"


def _present(
    results: Results,
    table: str,
    where: dict[str, str] | dict[str, str | list[str]],
    rate: float,
    weights: Sequence[float] | None,
) -> FloatArray:
    """Present value of a table, shape (replication, arm), in EUR or QALYs."""
    cells = results.total(table, ["year"], where)
    total = np.zeros(cells.amounts.shape[:2])
    if not cells.labels:
        return total
    for t, (year,) in enumerate(cells.labels):
        total += cells.of(year) / 1e6 / (1.0 + rate) ** t * (1.0 if weights is None else weights[t])
    return total


def _everybody(results: Results, table: str) -> dict[str, str]:
    """Give the stratum that holds all persons."""
    return {"stratum": results.attributes(table)["stratum"][0]}


def _without_chance(values: FloatArray, means: FloatArray) -> FloatArray:
    """Means of sets, drawn together to the covariance that parameters alone give them.

    `values` has the shape (set, replication, 2, arm). With one replication there is no telling, and means stay.
    """
    sets, each = values.shape[:2]
    flat = means.reshape(sets, -1)
    if each < 2:
        return means
    scale = flat.std(axis=0, ddof=1)
    scale[scale == 0.0] = 1.0
    centred = (flat - flat.mean(axis=0)) / scale
    between = np.atleast_2d(np.cov(centred, rowvar=False))
    deviations = (values - means[:, None]).reshape(sets * each, -1) / scale
    within = deviations.T @ deviations / (sets * (each - 1))
    of_parameters = _root(between - within / each)
    size, axes = np.linalg.eigh(between)
    inverse = axes @ np.diag([1.0 / np.sqrt(s) if s > 1e-12 * size.max() else 0.0 for s in size]) @ axes.T
    drawn = centred @ inverse @ of_parameters * scale + flat.mean(axis=0)
    return np.asarray(drawn.reshape(means.shape), dtype=np.float64)


def _root(matrix: FloatArray) -> FloatArray:
    """Symmetric root; what chance made negative is nothing."""
    size, axes = np.linalg.eigh(matrix)
    return np.asarray(axes @ np.diag(np.sqrt(np.maximum(size, 0.0))) @ axes.T, dtype=np.float64)
