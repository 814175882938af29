"""Reads the text of a formula into a small checked tree: only numbers, known names, known functions and operators remain."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from decimal import Decimal

from tonglu.kernel.errors import DomainError
from tonglu.kernel.text import N_

MAX_TEXT = 1000
MAX_NODES = 300

_SIGNS = str.maketrans({"×": "*", "÷": "/", "−": "-", "，": ",", "≤": "<=", "≥": ">=", "≠": "!="})
_PERCENT = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s*%")
_EQUALS = re.compile(r"(?<![<>=!])=(?!=)")
_WORDS = re.compile(r"\b(AND|OR|NOT)\b")
_NUMBER = re.compile(r"\d{1,24}(\.\d{0,12})?|\.\d{1,12}")

_ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div)
_COMPARISONS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def expression_tree(
    text: str, names: frozenset[str], functions: Mapping[str, tuple[int, int]]
) -> ast.expr:
    """The tree of a formula whose result is a number; numbers in it are decimals, dotted names are single names."""
    source = _python(text)
    return _Reader(source, names, functions).number(_parsed(source))


def _python(text: str) -> str:
    """The same formula in the spelling of the parser."""
    if not text or len(text) > MAX_TEXT:
        raise _refusal(N_("A formula has 1 to 1,000 characters."), N_("Shorten it, or write one."))
    text = _PERCENT.sub(r"(\1/100)", text.translate(_SIGNS)).replace("<>", "!=")
    return " ".join(_WORDS.sub(lambda word: word[0].lower(), _EQUALS.sub("==", text)).split())


def _parsed(source: str) -> ast.expr:
    try:
        tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise _refusal(N_("The formula cannot be read."), N_("Check brackets and signs.")) from None
    if sum(1 for _ in ast.walk(tree)) > MAX_NODES:
        raise _refusal(N_("The formula is too long."), N_("Split it into two fields."))
    return tree


class _Reader:
    """Checks one tree from the top; `number` and `truth` say what is expected of a part."""

    def __init__(
        self, source: str, names: frozenset[str], functions: Mapping[str, tuple[int, int]]
    ) -> None:
        self.source = source
        self.names = names
        self.functions = functions

    def number(self, node: ast.expr) -> ast.expr:
        """The part as one that gives a number."""
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name() | ast.Attribute():
                return self._name(node)
            case ast.BinOp(left, op, right) if isinstance(op, _ARITHMETIC):
                return ast.BinOp(self.number(left), op, self.number(right))
            case ast.UnaryOp(ast.USub() | ast.UAdd() as op, operand):
                return ast.UnaryOp(op, self.number(operand))
            case ast.Call(ast.Name(name), args, []):
                return self._call(node, name, args)
            case _:
                raise self._odd(node)

    def truth(self, node: ast.expr) -> ast.expr:
        """The part as one that is true or false."""
        match node:
            case ast.BoolOp(op, values):
                return ast.BoolOp(op, [self.truth(value) for value in values])
            case ast.UnaryOp(ast.Not() as op, operand):
                return ast.UnaryOp(op, self.truth(operand))
            case ast.Compare(left, ops, comparators) if all(
                isinstance(op, _COMPARISONS) for op in ops
            ):
                return ast.Compare(
                    self.number(left), ops, [self.number(one) for one in comparators]
                )
            case _:
                raise self._odd(node)

    def _constant(self, node: ast.Constant) -> ast.expr:
        written = ast.get_source_segment(self.source, node) or ""
        if not _NUMBER.fullmatch(written):
            raise self._odd(node)
        return ast.Constant(Decimal(written))  # type: ignore[arg-type]

    def _name(self, node: ast.expr) -> ast.expr:
        name = (ast.get_source_segment(self.source, node) or "").replace(" ", "")
        if name not in self.names:
            raise _refusal(
                N_("There is no field “%(name)s” to calculate with."),
                N_("Choose a field of numbers from the list."),
                name=name,
            )
        return ast.Name(name, ast.Load())

    def _call(self, node: ast.Call, name: str, args: list[ast.expr]) -> ast.expr:
        if name.lower() == "if" and len(args) == 3:
            test, then, otherwise = args
            return ast.IfExp(self.truth(test), self.number(then), self.number(otherwise))
        least, most = self.functions.get(name.lower(), (0, -1))
        if not least <= len(args) <= most:
            raise self._odd(node)
        called = ast.Name(name.lower(), ast.Load())
        return ast.Call(called, [self.number(arg) for arg in args], [])

    def _odd(self, node: ast.expr) -> DomainError:
        return _refusal(
            N_("“%(part)s” cannot be used here."),
            N_(
                "Use numbers, fields, + - * /, comparisons inside IF, and the functions of the list."
            ),
            part=(ast.get_source_segment(self.source, node) or "")[:60],
        )


def _refusal(message: str, next_step: str, **params: str) -> DomainError:
    return DomainError(message, code="bad_formula", params=params, next_step=next_step)
