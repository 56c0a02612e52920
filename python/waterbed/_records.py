"""What is on record beside what is true, and what looking for cases gives."""

from __future__ import annotations

import pandas as pd

from waterbed.results import Results

#: Results of the first test.
TEST = ["true_alarm", "missed", "false_alarm", "clear", "on_record"]
#: The second one and its results; where there is none, what went on record.
SECOND = ["second_test", "found", "dismissed", "false_diagnosis", "cleared", "on_record_by_then"]
#: What became of those found.
LATER = ["surfaced", "overdiagnosed"]
DERIVED = [
    "qalys_lost",
    "number_needed_to_screen",
    "predictive_value",
    "false_alarms_per_case",
    "false_diagnoses_per_case",
    "second_tests_per_case",
    "qalys_lost_per_case",
    "overdiagnosed_share",
]


def records(results: Results) -> pd.DataFrame:
    """Give the columns of `Results.records`."""
    if "records" not in results.tables:
        return pd.DataFrame(columns=["arm", "year", "condition", "true_stage", "recorded_stage", "persons"])
    frame = results.to_pandas("records")
    means = frame.groupby(["arm", "year", "record"], observed=True)["records_persons"].mean().reset_index()
    parts = means["record"].str.split(",", expand=True)
    return pd.DataFrame(
        {
            "arm": means["arm"].astype(str),
            "year": means["year"],
            "condition": parts[0],
            "true_stage": parts[1],
            "recorded_stage": parts[2],
            "persons": means["records_persons"],
        }
    )


def case_finding(results: Results) -> pd.DataFrame:
    """Give the columns of `Results.case_finding`."""
    columns = ["arm", "year", "programme", "tests", *TEST, *SECOND, *LATER, *DERIVED]
    if "case_finding" not in results.tables or not results.attributes("case_finding")["programme"]:
        return pd.DataFrame(columns=columns)
    keys = ["arm", "year", "programme"]
    frame = results.to_pandas("case_finding")
    table = frame.pivot_table("case_finding_persons", keys, "item", aggfunc="mean", observed=True)
    table.columns = table.columns.astype(str)
    lost = results.to_pandas("false_alarm_qalys").groupby(keys, observed=True)["false_alarm_qalys_qaly"].mean()
    table["qalys_lost"] = lost
    table["tests"] = table[TEST].sum(axis=1)
    # The year of the test tells nothing yet of the people found in it: all that were found by now.
    so_far = table[["found", "overdiagnosed"]].groupby(level=["arm", "programme"], observed=True).cumsum()
    table["overdiagnosed_share"] = _per(so_far["overdiagnosed"], so_far["found"])
    table = table[table[["tests", "second_test", *LATER]].sum(axis=1) > 0]
    found = table["found"]
    table["number_needed_to_screen"] = _per(table["tests"], found)
    table["predictive_value"] = _per(found, found + table["false_diagnosis"])
    table["false_alarms_per_case"] = _per(table["false_alarm"], found)
    table["false_diagnoses_per_case"] = _per(table["false_diagnosis"], found)
    table["second_tests_per_case"] = _per(table["second_test"], found)
    table["qalys_lost_per_case"] = _per(table["qalys_lost"], found)
    return table.reset_index()[columns].astype({"arm": str, "programme": str})


def _per(of: pd.Series, each: pd.Series) -> pd.Series:
    """Divide, missing where there is nothing to divide by."""
    return of / each.where(each > 0)
