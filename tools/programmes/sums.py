"""Sums by hand: exact arithmetic written as text."""

from __future__ import annotations

import ast
import operator
from decimal import Decimal
from fractions import Fraction

OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def value_of(node: ast.expr, known: dict[str, Fraction], text: str) -> Fraction:
    """Give the exact value of a sum: numbers, names, + - * /, min, max, clip(x, low, high)."""
    match node:
        case ast.Constant(value=int() | float()):
            return Fraction(Decimal(ast.get_source_segment(text, node) or ""))
        case ast.Name(id=name):
            return known[name]
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -value_of(inner, known, text)
        case ast.BinOp(left=left, op=op, right=right):
            result: Fraction = OPERATORS[type(op)](value_of(left, known, text), value_of(right, known, text))
            return result
        case ast.Call(func=ast.Name(id=name), args=args):
            values = [value_of(arg, known, text) for arg in args]
            if name == "clip":
                return min(max(values[0], values[1]), values[2])
            return {"min": min, "max": max}[name](values)
    raise ValueError(f"not plain arithmetic: {text}")


def work_out(steps: dict[str, str]) -> dict[str, Fraction]:
    """Work the steps out in order; each may use those before it."""
    values: dict[str, Fraction] = {}
    for name, text in steps.items():
        values[name] = value_of(ast.parse(text, mode="eval").body, values, text)
    return values


def to_cents(value: Fraction) -> int:
    """Round half away from zero."""
    cents = int(abs(value) * 100 + Fraction(1, 2))
    return -cents if value < 0 else cents
