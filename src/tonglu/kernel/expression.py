"""Formulas: exact decimal arithmetic over named fields, for formula fields and pay plans.

    expression_value(expression_parse("IF(margin >= 20%, amount * 0.05, 0)", names), {"amount": ..., "margin": ...})

A formula has numbers, field names (dotted ones too), `+ - * /`, comparisons, `and or not`, and the functions of `FUNCTIONS` and `IF`. Full-width
signs, `×`, `÷`, `=`, `<>` and `10%` are understood. There are no texts, loops, attributes or powers, and numbers never become binary
floats. An empty field makes a calculation empty and a comparison false; `default(field, 0)` gives it a value. The text is checked
when it is read: unknown names, wrong arguments and calculating with yes or no are refused before any record is touched. The
arithmetic itself is done by simpleeval, which sees only the checked tree and the operators given here.
"""

from __future__ import annotations

import ast
import operator
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    localcontext,
)
from typing import Any

from simpleeval import SimpleEval

from tonglu.kernel.errors import DomainError
from tonglu.kernel.expression_text import expression_tree
from tonglu.kernel.number import decimal_rounded
from tonglu.kernel.text import N_

Value = Decimal | bool | None

_PRECISION = Context(prec=34, Emax=30, Emin=-30, traps=[DivisionByZero, InvalidOperation, Overflow])


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked formula: its text, the fields it reads, and its tree."""

    text: str
    names: frozenset[str]
    tree: ast.expr


def expression_parse(text: str, names: Collection[str]) -> Expression:
    """The formula, checked against the fields that may be used; a DomainError says what is wrong and where."""
    plain = unicodedata.normalize("NFKC", text).strip()
    tree = expression_tree(plain, frozenset(names), FUNCTIONS)
    used = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    return Expression(plain, used & frozenset(names), tree)


def expression_value(
    expression: Expression, values: Mapping[str, Decimal | int | None]
) -> Decimal | None:
    """The result, not rounded; None when a field it needs is empty. Division by zero and overflow are refused."""
    names = {name: _exact(name, values.get(name)) for name in expression.names}
    evaluator = SimpleEval(operators=_OPERATORS, functions=_CALLS, names=names)
    try:
        with localcontext(_PRECISION):
            result = evaluator.eval(expression.text, previously_parsed=expression.tree)
    except DivisionByZero:
        raise _no_result(N_("The formula divides by zero."), expression) from None
    except DecimalException:
        raise _no_result(N_("The result of the formula is too large."), expression) from None
    return result  # type: ignore[no-any-return]


def _exact(name: str, value: Any) -> Decimal | None:
    if value is None or isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    raise TypeError(f"{name} must be an exact number, not {type(value).__name__}")


def _no_result(message: str, expression: Expression) -> DomainError:
    return DomainError(
        message,
        code="no_result",
        params={},
        next_step=N_("Guard that part with IF, or correct the record."),
    )


def _calculated(act: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Any, Any], Value]:
    return lambda one, other: None if one is None or other is None else act(one, other)


def _compared(act: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda one, other: one is not None and other is not None and act(one, other)


def _divided(one: Decimal, other: Decimal) -> Decimal:
    if not other:
        raise DivisionByZero
    return one / other


def _known(act: Callable[..., Decimal]) -> Callable[..., Value]:
    """A function that is empty when one of its arguments is."""
    return lambda *given: None if None in given else act(*given)


def _round(value: Decimal, places: Decimal = Decimal(0)) -> Decimal:
    return decimal_rounded(value, max(0, min(int(places), 8)))


_OPERATORS: dict[type[ast.AST], Callable[..., Value]] = {
    ast.Add: _calculated(operator.add),
    ast.Sub: _calculated(operator.sub),
    ast.Mult: _calculated(operator.mul),
    ast.Div: _calculated(_divided),
    ast.USub: lambda value: None if value is None else -value,
    ast.UAdd: lambda value: value,
    ast.Not: operator.not_,
    ast.Eq: _compared(operator.eq),
    ast.NotEq: _compared(operator.ne),
    ast.Lt: _compared(operator.lt),
    ast.LtE: _compared(operator.le),
    ast.Gt: _compared(operator.gt),
    ast.GtE: _compared(operator.ge),
}
_CALLS: dict[str, Callable[..., Value]] = {
    "abs": _known(abs),
    "min": _known(min),
    "max": _known(max),
    "round": _known(_round),
    "floor": _known(lambda value: value.to_integral_value(rounding=ROUND_FLOOR)),
    "ceil": _known(lambda value: value.to_integral_value(rounding=ROUND_CEILING)),
    "default": lambda value, instead: instead if value is None else value,
}
FUNCTIONS: dict[str, tuple[int, int]] = {
    "abs": (1, 1),
    "min": (1, 20),
    "max": (1, 20),
    "round": (1, 2),
    "floor": (1, 1),
    "ceil": (1, 1),
    "default": (2, 2),
}
"""The functions of formulas with the least and most arguments; `IF(condition, then, otherwise)` belongs to the language itself."""
