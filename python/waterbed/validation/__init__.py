"""Verdicts on what `waterbed.evidence` predicts of payment reforms that were measured; nothing is refitted.

`tools/validate` makes `docs/validation.md` of `scenarios/evidence/studies.yaml` and `system_studies.yaml`.
"""

from waterbed.validation._page import Row, forest_rows, page, verdict_table
from waterbed.validation._verdict import FLAT, ORDER, Verdict, verdict_of

__all__ = ["FLAT", "ORDER", "Row", "Verdict", "forest_rows", "page", "verdict_of", "verdict_table"]
