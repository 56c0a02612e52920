"""What is on record beside what is true, and what looking for cases gives."""

from __future__ import annotations

import pandas as pd

from waterbed.results import Results

FOUND, MISSED, ALARM, CLEAR, KNOWN = "found", "missed", "false_alarm", "clear", "on_record"


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
    columns = ["arm", "year", "programme", "tests", FOUND, MISSED, ALARM, CLEAR, KNOWN]
    derived = ["tests_per_case_found", "predictive_value"]
    if "case_finding" not in results.tables or not results.attributes("case_finding")["programme"]:
        return pd.DataFrame(columns=[*columns, *derived])
    frame = results.to_pandas("case_finding")
    wide = frame.pivot_table(
        "case_finding_visits", ["arm", "year", "programme"], "item", aggfunc="mean", observed=True
    ).reset_index()
    wide.columns.name = None
    wide["tests"] = wide[[FOUND, MISSED, ALARM, CLEAR, KNOWN]].sum(axis=1)
    used = wide[wide["tests"] > 0].reset_index(drop=True)[columns]
    used["tests_per_case_found"] = used["tests"] / used[FOUND].where(used[FOUND] > 0)
    positive = used[FOUND] + used[ALARM]
    used["predictive_value"] = used[FOUND] / positive.where(positive > 0)
    return used.astype({"arm": str, "programme": str})
