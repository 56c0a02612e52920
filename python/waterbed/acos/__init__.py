"""The Medicare ACOs (groups of providers with shared savings) of 2022: settled as published, and turned round.

>>> import waterbed as wb
>>> wb.acos.load().shape
(482, 40)
>>> wb.acos.settle("A1001").settlement  # published: 45,867,446
Decimal('45867445.68')
"""

from waterbed.acos._care import CONCENTRATION
from waterbed.acos._compare import Comparison, compare
from waterbed.acos._luck import luck_by_size, rule_reasoning
from waterbed.acos._published import (
    ELECTED,
    TRACKS,
    TWO_SIDED,
    contract_for,
    elected,
    load,
    minimum_rate,
    settle,
    settle_all,
)
from waterbed.acos._scenario import scenario

__all__ = [
    "CONCENTRATION",
    "ELECTED",
    "TRACKS",
    "TWO_SIDED",
    "Comparison",
    "compare",
    "contract_for",
    "elected",
    "load",
    "luck_by_size",
    "minimum_rate",
    "rule_reasoning",
    "scenario",
    "settle",
    "settle_all",
]
