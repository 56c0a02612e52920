"""A settlement on screen, so that people can check it by hand; or as CSV or JSON for programs."""

from __future__ import annotations

import json
from decimal import Decimal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from waterbed.contracts import Contract, Settlement

YEAR = 12


def show_settlement(contract: Contract, settled: Settlement, console: Console) -> None:
    """Print every step, then what is paid, to whom and when."""
    console.print(Text(contract.name, style="bold"))
    if contract.source:
        console.print(Text(f"Rules: {contract.source} (quality {contract.quality})"))
    console.print()
    console.print(_steps(settled))
    console.print()
    console.print(_payments(settled))


def _table(*columns: str, amount: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for name in columns:
        table.add_column(name)
    table.add_column(amount, justify="right", no_wrap=True)
    return table


def _steps(settled: Settlement) -> Table:
    table = _table("step", "what goes in", "rule", amount=settled.currency)
    for _, line in settled.lines.iterrows():
        table.add_row(line["step"], line["input"], line["rule"], amount_text(line["output"]))
    return table


def _payments(settled: Settlement) -> Table:
    table = _table("what is paid", "when", amount=settled.currency)
    for _, line in settled.cash.iterrows():
        table.add_row(line["term"], _when(line["month"]), amount_text(line["amount"]))
    table.add_row("total from payer to holder", "", amount_text(settled.total), style="bold")
    for party, amount in settled.split.items():
        table.add_row(f"  of what is divided, to {party}", "", amount_text(amount))
    return table


def _when(month: int) -> str:
    """Months are counted from the start of the performance year."""
    if month <= YEAR:
        return "during the year" if month == YEAR else f"by month {month}"
    return f"month {month}, {month - YEAR} after the year's end"


def amount_text(value: Decimal) -> str:
    """Two decimals, a comma every three digits."""
    return f"{value:,.2f}"


def as_json(contract: Contract, settled: Settlement) -> str:
    """Everything in one object; amounts are numbers with two decimals."""
    amounts = ("total", "settlement", "before_adjustment", "benchmark", "counted", "gain")
    found: dict[str, object] = {"contract": contract.name, "currency": settled.currency, "source": contract.source}
    found |= {name: float(getattr(settled, name)) for name in amounts}
    found["gate_passed"] = settled.gate_passed
    found["by_term"] = {name: float(amount) for name, amount in settled.by_term.items()}
    found["split"] = {party: float(amount) for party, amount in settled.split.items()}
    found["cash"] = settled.cash.astype({"amount": float}).to_dict("records")
    found["lines"] = settled.lines.astype({"output": float}).to_dict("records")
    return json.dumps(found, indent=2)


def as_csv(settled: Settlement) -> str:
    """Give the steps, one a row: step, input, rule, output, currency."""
    text = settled.lines.assign(currency=settled.currency).to_csv(index=False)
    return text.rstrip("\n")
