"""The notebook runs from top to bottom, and shows what its text speaks of."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest


@pytest.fixture(scope="module")
def file(root: Path) -> Path:
    return root / "examples" / "purchasing_actuary.ipynb"


@pytest.fixture(scope="module")
def executed(file: Path) -> Any:
    notebook = nbformat.read(file, as_version=4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of the kernel's own event loop
        quiet = ["--IPKernelApp.log_level=ERROR"]
        where = {"metadata": {"path": str(file.parent)}}
        nbclient.NotebookClient(notebook, timeout=600, resources=where, extra_arguments=quiet).execute()
    return notebook


def outputs(notebook: Any, kind: str) -> list[str]:
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [str(o.data[kind]) for cell in cells for o in cell.outputs if "data" in o and kind in o.data]


def test_it_is_checked_in_without_outputs(file: Path) -> None:
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(cells) > 20
    assert all(cell.outputs == [] and cell.execution_count is None for cell in cells)


@pytest.mark.slow
def test_every_cell_runs_and_every_figure_is_drawn(executed: Any) -> None:
    figures = outputs(executed, "image/svg+xml")
    titles = [
        "Who lives in the region",
        "Conditions by age and sex",
        "Spending by age and sex",
        "Concentration of spending",
        "What was pressed",
        "Who gains",
        "Realised against expected",
        "Expected over realised",
        "What moves the result",
        "What an arm costs",
        "How sure the choice",
    ]
    for title in titles:
        assert any(title in figure for figure in figures), title
    warned = [o.text for c in executed.cells for o in c.get("outputs", []) if o.get("name") == "stderr"]
    assert warned == []


@pytest.mark.slow
def test_the_tables_hold_what_they_are_shown_for(executed: Any) -> None:
    tables = outputs(executed, "text/html")
    index = next(table for table in tables if "parameter_low" in table)
    for basis in ("list_volume", "staff_hours", "cash", "counted"):
        assert basis in index
    # Printed with its spreads, or with the reason why not.
    assert re.search(r"replications needed|sets needed|\d\.\d+", index)
    parts = next(table for table in tables if "share_low" in table)
    assert "hospital" in parts
    assert any("number_needed_to_reach" in table for table in tables)
