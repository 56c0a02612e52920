"""What an arm changes: paired differences with their spreads, each named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from os import PathLike
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from waterbed import _core
from waterbed._measures import SCALE, Measure, Measures
from waterbed._outline import words
from waterbed._ranged import WHOLE, Ends, Ranged
from waterbed._rebuilt import rebuilt
from waterbed._spreads import SPREADS, spreads_between
from waterbed._units import readable
from waterbed._waterbed import beside_table, ends, index_table, parts_table
from waterbed.results import EQUALISATION_FUND, IntArray, Results, year_labels

if TYPE_CHECKING:
    from waterbed.parameter_range import ParameterRange
    from waterbed.plots import Plots
    from waterbed.uncertainty import Decision

#: Further spreads where parameters are drawn; NaN where they are fixed.
PARAMETER_SPREADS = ["parameter_low", "parameter_high", "parameter_share"]

#: Spreads that are no amounts: they keep their scale.
_SHARES = ("variance_ratio", "parameter_share")

#: Items of `Difference.savings`, with what they mean.
SAVINGS = {
    "paid": "settlement paid",
    "true_saving": "true saving at list prices",
    "excess": "paid beyond the true saving",
}

#: Items of `Difference.gains`, with what they mean.
GAINS = {
    "paid": "settlements and amounts paid under contracts that the baseline has not",
    "saved_list": "less spent on its people, at list prices",
    "saved_cash": "less paid in all other ways",
    "gain": "less paid in all",
}

#: Terms that pay for a contract as a whole, not for units or people.
_ON_TOP = ["settlement", "quality", "gain", "lump", "programme", "withhold"]


def press_of(results: Results, arm: str) -> _core.Press:
    """Give the roles of all settings under an arm's press."""
    outline = results.outline
    found = next((a for a in outline.arms if a.name == arm), None)
    if found is None:
        raise ValueError(f"arm must be one of {', '.join(a.name for a in outline.arms)}, got {arm!r}")
    if not (found.presses_providers or found.presses_kinds):
        raise ValueError(f"arm {arm!r} names nothing to press")
    outside = {p.name for p in outline.providers if p.out_of_region}
    calibrated = {t.of for t in outline.targets}
    other_budgets = {k.name for k in outline.kinds if not k.insured and k.sector not in calibrated}
    roles = []
    for label in results.attributes("list_spending")["setting"]:
        provider, kind, sector = outline.setting(label)
        by_provider = not found.presses_providers or provider in found.presses_providers
        by_kind = not found.presses_kinds or kind in found.presses_kinds
        roles.append(
            _core.SettingRole(
                label,
                provider,
                sector,
                out_of_region=provider in outside,
                pressed=by_provider and by_kind,
                left_out=kind in other_budgets,
            )
        )
    # The fund that equalises risk pays for no care.
    pays_for_care = [payer for payer in results.attributes("cash_spending")["payer"] if payer != EQUALISATION_FUND]
    return _core.Press(roles, pays_for_care)


def with_baseline(core: _core.Results, baseline: str, sets: int = 0) -> _core.Results:
    """Give the same results, compared with another arm; with sets, their means in the place of replications."""
    values = [core.values(table.name) for table in core.tables]
    if sets:
        each = core.replications // sets
        values = [np.rint(v.reshape(sets, each, *v.shape[1:]).mean(axis=1)).astype(np.int64) for v in values]
    return rebuilt(core, values, baseline=baseline, first_replication=0 if sets else None)


def _same_draws(results: Results, static: Results) -> None:
    """Refuse a static run that cannot stand beside the other one."""
    if static.outline.incentives:
        raise ValueError("static: must be run with incentives off, see waterbed.static")
    if not results.outline.incentives:
        raise ValueError("static: incentives are off in the run itself, there is nothing to compare them with")
    for name in ("arms", "replications", "seed"):
        ours, theirs = getattr(results, name), getattr(static, name)
        if ours != theirs:
            raise ValueError(f"static: {name} must be {ours}, got {theirs}")


def _same_start(results: Results, found: ParameterRange) -> None:
    """Refuse a parameter range that cannot stand beside the run."""
    if results.parameter_sets:
        raise ValueError("parameter_range: the run has parameter sets, and so a parameter range, itself")
    for name in ("arms", "seed"):
        ours, theirs = getattr(results, name), getattr(found.drawn, name)
        if ours != theirs:
            raise ValueError(f"parameter_range: {name} must be {ours}, got {theirs}")


class Difference:
    """Every arm against one, replication by replication on the same draws.

    Spreads are reported and never mixed. *Simulation error* is how far a simulated mean may be off: it shrinks with
    more replications; ``low`` and ``high`` are its 95 % interval. *Range* is what one real region would show over the
    same years: the middle 95 % of replications, chance only. Of a run with parameter sets a third one is known:
    *parameter range*, what is not known about the region, the middle 95 % of what is expected under a set. Range is
    then taken around the mean of its set, and simulation error holds both kinds of draws. A run at the means may have a
    `ParameterRange` beside it: its parameter range is that of a few sets, lowest to highest.

    Made by `Results.compare`.

    Examples
    --------
    >>> import waterbed as wb
    >>> results = wb.load("scenarios/two_clinics.yaml").run(replications=2, progress=False)
    >>> difference = results.compare("usual")
    >>> difference.arms
    ['squeezed_ceiling', 'shared_savings']
    >>> difference.table("list_spending", by=["sector"]).columns.tolist()[:5]
    ['arm', 'sector', 'unit', 'baseline', 'difference']
    """

    def __init__(
        self,
        results: Results,
        baseline: str,
        static: Results | None = None,
        parameter_range: ParameterRange | None = None,
    ) -> None:
        if baseline not in results.arms:
            raise ValueError(f"baseline must be one of {', '.join(results.arms)}, got {baseline!r}")
        if static is not None:
            _same_draws(results, static)
        if parameter_range is not None:
            _same_start(results, parameter_range)
        self.results = results
        self.baseline = baseline
        #: The same comparison with incentives off; None if that was not run.
        self.static = None if static is None else Difference(static, baseline)
        #: Drawn sets beside a run at the means; None if none were run.
        self.parameter_range = parameter_range
        self._ranged = None if parameter_range is None else Ranged(parameter_range, baseline)
        self._measures: list[Measure] | None = None
        self._summaries: dict[str, _core.ArmSummary] | None = None
        self._losses: dict[tuple[str, str], float | None] | None = None
        self._waterbed: dict[str, _core.WaterbedReport] | None = None
        self._index_ends: Ends | None = None

    def __repr__(self) -> str:
        return f"Difference({self.results._core.scenario!r}, {self.arms} against {self.baseline!r})"

    @property
    def arms(self) -> list[str]:
        """The arms that are compared with the baseline."""
        return [arm for arm in self.results.arms if arm != self.baseline]

    def paired(self, values: IntArray, arm: str) -> dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]:
        """Paired differences of one arm for every cell.

        Parameters
        ----------
        values
            Integers of shape (replication, arm, cell).
        arm
            Name of the arm.

        Returns
        -------
        dict
            Arrays of shape (cell,) in the unit of the values: mean, standard_error, low, high, range_low, range_high,
            variance_ratio, and of a run with parameter sets, else NaN: parameter_low, parameter_high, parameter_share
            (of the variance of single replications). With one replication all but the mean are NaN.
        """
        before = np.ascontiguousarray(values[:, self.results.arms.index(self.baseline), :])
        after = np.ascontiguousarray(values[:, self.results.arms.index(arm), :])
        fixed = dict.fromkeys(PARAMETER_SPREADS, np.full(values.shape[2], np.nan))
        spreads = spreads_between(before, after)
        if self.results.parameter_sets:
            return spreads | _core.nested_differences(before, after, self.results.parameter_sets)
        return spreads | fixed

    def table(
        self, table: str, by: Iterable[str] = (), where: Mapping[str, str | Iterable[str]] | None = None
    ) -> pd.DataFrame:
        """Differences in one result table, summed over everything but the axes asked for.

        Parameters
        ----------
        table
            Name of a result table, see `Results.tables`.
        by
            Axes to keep, see `Results.attributes`; for example ``["year", "sector"]``.
        where
            Axis to the word, or the words, that are kept.

        Returns
        -------
        pandas.DataFrame
            Columns arm, the axes, unit, baseline (its mean), difference (mean of arm less baseline), standard_error,
            low, high (95 % simulation error of the difference), range_low, range_high (middle 95 % of replications),
            variance_ratio (how much less variance pairing leaves), parameter_low, parameter_high (parameter range, of a
            run with parameter sets or a `ParameterRange`; else NaN), parameter_share (share of variance from
            parameters, of a run with parameter sets); money in EUR.

        Raises
        ------
        ValueError
            If there is no such table or axis.
        """
        cells = self.results.total(table, by, where)
        unit, scale = readable(self.results.unit(table))
        base = cells.amounts[:, self.results.arms.index(self.baseline), :].mean(axis=0) / scale
        frames = []
        for arm in self.arms:
            spreads = self.paired(cells.amounts, arm)
            if self._ranged is not None:
                low, high = self._ranged.table(cells.labels, table, cells.axes, where, arm)
                spreads |= {"parameter_low": spreads["mean"] + low, "parameter_high": spreads["mean"] + high}
            columns: dict[str, object] = {"arm": [arm] * len(cells.labels)}
            for position, axis in enumerate(cells.axes):
                words = [label[position] for label in cells.labels]
                columns[axis] = year_labels(words) if axis == "year" else words
            columns |= {"unit": unit, "baseline": base}
            for name in (*SPREADS, *PARAMETER_SPREADS):
                shown = "difference" if name == "mean" else name
                columns[shown] = spreads[name] if name in _SHARES else spreads[name] / scale
            frames.append(pd.DataFrame(columns))
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()

    def measures(self) -> list[Measure]:
        """Give the lines of `summary`, replication by replication."""
        if self._measures is None:
            self._measures = Measures(self.results, self.baseline).all()
        return self._measures

    def summary(self) -> pd.DataFrame:
        """Give the lines that a purchaser reads: spending, volume, staff, waits, health and each party's result.

        Returns
        -------
        pandas.DataFrame
            One row an arm and measure: columns group, measure, label, unit, arm, baseline (its mean), difference,
            standard_error, low, high, range_low, range_high, variance_ratio, parameter_low, parameter_high,
            parameter_share (NaN where nothing is drawn), probability_of_loss (of a provider: a
            result below zero; of a payer: paying more than in the baseline; NaN unless at least 20 replications are
            seen beyond). Amounts per insured are divided by the insured-years of the baseline in every arm, so that
            differences remain paired. What is paid against true savings is NaN for an arm that does not settle.
        """
        rows: list[dict[str, object]] = []
        for measure in self.measures():
            base = float(measure.amounts[:, self.results.arms.index(self.baseline)].mean()) / SCALE
            head = {"group": measure.group, "measure": measure.name, "label": measure.label, "unit": measure.unit}
            for arm in self.arms:
                spreads = self.paired(measure.amounts[:, :, None], arm)
                numbers = {
                    ("difference" if n == "mean" else n): float(spreads[n][0]) / (1 if n in _SHARES else SCALE)
                    for n in (*SPREADS, *PARAMETER_SPREADS)
                }
                if self._ranged is not None:
                    low, high = (end / SCALE for end in self._ranged.measure(measure.group, measure.name, arm))
                    numbers |= {"parameter_low": numbers["difference"] + low}
                    numbers |= {"parameter_high": numbers["difference"] + high}
                numbers["probability_of_loss"] = np.nan
                if measure.group == "Results of the parties":
                    numbers["probability_of_loss"] = self._probability_of_loss(arm, measure.name)
                rows.append({**head, "arm": arm, "baseline": base, **numbers})
        return pd.DataFrame([*rows, *self._savings_rows()])

    def _probability_of_loss(self, arm: str, party: str) -> float:
        if self._losses is None:
            # Of single replications, whatever they share.
            summaries = self.arm_summaries()
            if self.results.parameter_sets:
                summaries = self._summarise(with_baseline(self.results._core, self.baseline))
            self._losses = {
                (name, p.party): p.probability_of_loss for name, summary in summaries.items() for p in summary.parties
            }
        found = self._losses.get((arm, party))
        return np.nan if found is None else found

    def _savings_rows(self) -> list[dict[str, object]]:
        savings = self.savings()
        if savings.empty:
            return []
        per_year = 1e-3 / max(1, self.results.outline.years)
        amounts = ["difference", "standard_error", "low", "high", "range_low", "range_high"]
        rows: list[dict[str, object]] = []
        for payer in dict.fromkeys(savings["payer"]):
            for item, meaning in SAVINGS.items():
                label = f"{words(payer) if payer else 'All payers'}: {meaning}"
                head = {"group": "Paid against true savings", "measure": f"{payer or 'all'}.{item}", "label": label}
                same = savings[(savings["payer"] == payer) & (savings["item"] == item)]
                baseline = float(same.iloc[0]["baseline"]) * per_year
                for arm in self.arms:
                    found = same[same["arm"] == arm]
                    numbers = {
                        name: float(found.iloc[0][name]) * per_year if len(found) else np.nan for name in amounts
                    }
                    rows.append({**head, "unit": "EUR thousand per year", "arm": arm, "baseline": baseline, **numbers})
        return rows

    def arm_summaries(self) -> dict[str, _core.ArmSummary]:
        """Give what the library sums up for every arm: rows, parties with their chance of a loss, savings."""
        if self._summaries is None:
            self._summaries = self._summarise(self._based())
        return self._summaries

    def _summarise(self, core: _core.Results) -> dict[str, _core.ArmSummary]:
        outline = self.results.outline
        labels = {
            label
            for table in self.results.tables
            if "setting" in self.results.attributes(table)
            for label in self.results.attributes(table)["setting"]
        }
        inputs = _core.SummaryInputs(
            settings=[(label, outline.setting(label)[2]) for label in sorted(labels)],
            settling=list(outline.settling.items()),
            cycles_per_year=outline.cycles_per_year,
            discount_costs=outline.discount_costs,
            discount_qalys=outline.discount_qalys,
        )
        return {arm: _core.summarise(core, arm, inputs) for arm in self.arms}

    def savings(self) -> pd.DataFrame:
        """Settlements paid against savings made, for arms that settle.

        What is shared though nobody changed anything is luck: chance in spending, or a benchmark that is off.

        Returns
        -------
        pandas.DataFrame
            One row an arm, payer and item: paid (to the holders, net of what they owe), true_saving (less spent on the
            payer's insured at list prices than in the baseline), excess (paid less true saving). Columns arm, payer,
            item, unit (eur, all performance years), baseline (of what is paid), difference, standard_error, low, high,
            range_low, range_high.
        """
        rows = []
        for arm, summary in self.arm_summaries().items():
            contracts = next((a.contracts for a in self.results.outline.arms if a.name == arm), [])
            for payer in summary.savings:
                if not any(label.partition("/")[0] in contracts for label in payer.contracts):
                    continue
                for item in SAVINGS:
                    change: _core.Difference = getattr(payer, item)
                    # Means of parameter sets have no range of chance.
                    error, spread = change.simulation_error, None if self.results.parameter_sets else change.range
                    rows.append(
                        {
                            "arm": arm,
                            "payer": payer.payer,
                            "item": item,
                            "unit": "eur",
                            "baseline": change.baseline if item == "paid" else np.nan,
                            "difference": change.mean,
                            "standard_error": np.nan if error is None else error.standard_error,
                            **ends("", None if error is None else error.interval),
                            **ends("range_", spread),
                        }
                    )
        return pd.DataFrame(rows)

    def _net_paid(self, payer: str, contracts: set[str]) -> IntArray:
        """Give what a payer pays under some contracts, net of what it gets, of shape (replication, arm)."""
        net: IntArray = np.zeros((self.results.replications, len(self.results.arms)), dtype=np.int64)
        for side, sign in (("from", 1), ("to", -1)):
            cells = self.results.total("payments", ["contract"], {side: payer, "term": _ON_TOP})
            for position, (label,) in enumerate(cells.labels):
                if label.partition("/")[0] in contracts:
                    net += sign * cells.amounts[:, :, position]
        return net

    def gains(self) -> pd.DataFrame:
        """Give what each insurer pays toward an arm's contracts and what it gains from the arm.

        Practice differs little between one insurer's people and another's, so who pays for less care is not alone in
        having less of it: an insurer that pays nothing and gains is a free rider.

        Returns
        -------
        pandas.DataFrame
            One row an arm, insurer and item: paid (settlements, lump sums and amounts for quality under contracts that
            the arm has and the baseline has not, net of what comes back; as leader or follower), saved_list (less spent
            on insured care of its people at list prices), saved_cash (less paid in all other ways, prices of care
            included, net of own payments), gain (saved_cash less paid).
            Columns arm, payer, item, unit (eur, all performance years), difference (mean), standard_error, low, high,
            range_low, range_high.
        """
        results, outline = self.results, self.results.outline
        own = {arm.name: set(arm.contracts) for arm in outline.arms}
        insured = [kind.name for kind in outline.kinds if kind.insured]
        insurers = [payer.name for payer in outline.payers if payer.insurer]
        rows = []
        for arm in self.arms:
            for payer in insurers:
                paid = self._net_paid(payer, own[arm] - own[self.baseline])
                paid[:, results.arms.index(self.baseline)] = 0
                listed = results.total("list_spending", where={"payer": payer, "kind": insured}).amounts[:, :, 0]
                cash = results.total("cash_spending", where={"payer": payer}).amounts[:, :, 0]
                amounts = {"paid": paid, "saved_list": -listed, "saved_cash": paid - cash, "gain": -cash}
                for item in GAINS:
                    unit, scale = readable(results.unit("payments"))
                    spreads = self.paired(amounts[item][:, :, None], arm)
                    numbers = {
                        ("difference" if name == "mean" else name): float(spreads[name][0]) / scale
                        for name in SPREADS
                        if name != "variance_ratio"
                    }
                    rows.append({"arm": arm, "payer": payer, "item": item, "unit": unit, **numbers})
        return pd.DataFrame(rows)

    def _based(self) -> _core.Results:
        """Give results against this baseline; with parameter sets, the mean of each stands for a replication.

        Replications of one set are not independent: their set's parameters are the same.
        """
        core = self.results._core
        if self.results.parameter_sets:
            return with_baseline(core, self.baseline, self.results.parameter_sets)
        return core if core.baseline == self.baseline else with_baseline(core, self.baseline)

    def in_sets(self, message: str) -> str:
        """Tell how many parameter sets are needed, where these stand for replications."""
        return (
            message.replace("replications needed", "parameter sets needed") if self.results.parameter_sets else message
        )

    def press(self, arm: str) -> _core.Press:
        """Give what an arm means to press, named before the run, and the fixed list of everything else.

        Raises
        ------
        ValueError
            If there is no such arm, or it names nothing to press.
        """
        return press_of(self.results, arm)

    def waterbed_reports(self) -> dict[str, _core.WaterbedReport]:
        """For every arm that names what it presses: the index on each basis, over all years and year by year."""
        if self._waterbed is None:
            core = self.results._core
            if core.baseline != self.baseline:
                core = with_baseline(core, self.baseline)
            self._waterbed = {
                arm: _core.waterbed_report(core, self.press(arm), arm, self.results.parameter_sets)
                for arm in self.arms
                if self._presses(arm)
            }
        return self._waterbed

    def _presses(self, arm: str) -> bool:
        return any(a.name == arm and (a.presses_providers or a.presses_kinds) for a in self.results.outline.arms)

    def waterbed(self) -> pd.DataFrame:
        """Of what is taken out of the pressed part, how much comes back elsewhere.

        Returns
        -------
        pandas.DataFrame
            One row an arm, basis, payer and year (empty: all payers, all years): columns arm, basis, payer, year,
            unit, pressed (mean change of the pressed part), index (W, the sum of the parts' shares; NaN if the press
            is not resolved), low, high (95 % simulation error: Fieller's interval from paired replications),
            range_low, range_high (of single replications), parameter_low, parameter_high (of a run with parameter
            sets or a `ParameterRange`; a range is NaN where in some replication, or under some set, nothing is taken
            out of the pressed part), gross (shares of groups that rise and whose interval excludes zero), message (why
            there is no index).
            If every response off was run too: index_off, low_off, high_off, message_off.

        See Also
        --------
        waterbed_parts : what the index consists of.
        """
        on = self._in_range(index_table(self.waterbed_reports(), self.in_sets), "index", "")
        if self.static is None or on.empty:
            return on
        which = ["arm", "basis", "payer", "year"]
        numbers = ["index", "low", "high", "message"]
        off = self.static.waterbed()[which + numbers]
        return on.merge(off.rename(columns={name: f"{name}_off" for name in numbers}), on=which, how="left")

    def waterbed_parts(self) -> pd.DataFrame:
        """Give what the waterbed index consists of.

        Returns
        -------
        pandas.DataFrame
            One row an arm, basis, payer, year and group outside the press: columns arm, basis, payer, year, group,
            unit, difference, low, high (95 % simulation error), share (of what was taken out of the pressed part;
            NaN if the press is not resolved), share_low, share_high (95 % simulation error), share_range_low,
            share_range_high, share_parameter_low, share_parameter_high (as for `waterbed`).
        """
        return self._in_range(parts_table(self.waterbed_reports()), "share", "share_")

    def _in_range(self, table: pd.DataFrame, of: str, prefix: str) -> pd.DataFrame:
        """Fill in the parameter range of the index or of its shares from drawn sets, if there are any."""
        if self._ranged is None or table.empty:
            return table
        if self._index_ends is None:
            found = [self._ranged.indices(arm, self.press(arm)) for arm in self.waterbed_reports()]
            self._index_ends = {key: ends for arm in found for key, ends in arm.items()}
        groups = table["group"] if "group" in table else [WHOLE] * len(table)
        keys = zip(table["arm"], table["basis"], table["payer"], table["year"], groups, strict=True)
        ends = np.array([self._index_ends.get(key, (np.nan, np.nan)) for key in keys])
        middle = table[of].to_numpy()[:, None] + ends
        return table.assign(**{f"{prefix}parameter_low": middle[:, 0], f"{prefix}parameter_high": middle[:, 1]})

    def beside_the_press(self) -> pd.DataFrame:
        """Give what stands beside the index: price part of the press, settlements, programmes, need left unserved.

        Returns
        -------
        pandas.DataFrame
            One row an arm, year (empty: all years) and item: columns arm, year, item, unit, difference, low, high.
        """
        return beside_table(self.waterbed_reports())

    def decision(self, payer: str | None = None) -> Decision:
        """Give costs and health of every arm under every parameter set, for acceptability and value of information.

        Parameters
        ----------
        payer
            Whose cash counts; by default all of it.

        Raises
        ------
        ValueError
            If parameters are fixed, or there is no such payer.
        """
        from waterbed.uncertainty import Decision

        return Decision.of(self.results, payer, self.baseline)

    @property
    def plot(self) -> Plots:
        """Figures: ``waterbed()``, ``flows()``, ``moved()``, ``parties()``, ``waits()``, ``spending()``."""
        from waterbed.plots import Plots

        return Plots(self)

    def report(self, path: str | PathLike[str]) -> None:
        """Write one HTML file that opens without a network.

        Parameters
        ----------
        path
            File to write; written whole or not at all.
        """
        from waterbed.report import write_report

        write_report(self, path)
