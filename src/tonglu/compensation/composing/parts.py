"""The small parts that many components share: numbers by person, steps, conditions, factors, caps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from tonglu.compensation.core.numbers import exact

from . import codecs
from . import vocabulary as v
from .numbers import is_exact
from .shapes import Around, Choices, Item, Text, choice, flag, group, is_one, number, rows, text


def amounts(key: str, label: Text, *, kind: str = "number", **more: Any) -> Item:
    """A number for everybody, or by person and window."""
    return group(
        key,
        label,
        Item(key="all", label=_("For everybody"), kind=kind),
        rows(
            "by",
            _("By person or window"),
            text("name", _("Name"), placeholder="Ana / 2026-Q1"),
            Item(key="amount", label=_("Number"), kind=kind),
            add=_("Add a person"),
        ),
        codec=codecs.AMOUNTS,
        **more,
    )


def either(key: str, label: Text, choices: Choices, *, default: str = "", **more: Any) -> Item:
    """A word, or a number of one's own."""
    return group(
        key,
        label,
        choice("word", label, choices, redraws=True, default=default),
        number("number", _("Value"), when=is_one("word", "number")),
        codec=codecs.either(*(value for value, _label in choices if value != "number")),
        **more,
    )


def words(key: str, label: Text, **more: Any) -> Item:
    """A name in both languages."""
    return group(
        key,
        label,
        text("en", _("English")),
        text("zh", _("Chinese")),
        codec=codecs.WORDS,
        **more,
    )


def limits(key: str, label: Text, add: Text, *, scope: str = "period", **more: Any) -> Item:
    """Caps or floors."""
    return rows(
        key,
        label,
        number("amount", _("Amount")),
        choice("scope", _("Of"), v.SCOPES, default=scope),
        number("target_multiple", _("Or times target pay")),
        flag("refundable", _("Pay the excess later")),
        add=add,
        **more,
    )


def bound_kind(table: Around) -> str:
    """Bounds of attainment are shares; others are numbers."""
    return "rate" if table.get("axis") == "attainment" else "number"


def value_kind(table: Around) -> str:
    """A step's value is shown as a percentage unless it is money, or a multiple."""
    if table.get("value") in ("amount", "multiplier") or table.get("mode") == "milestone":
        return "number"
    small = [value for value in _values(table) if is_exact(value)]
    return "number" if any(exact(value) > 1 for value in small) else "rate"


def factor_bound_kind(multiplier: Around) -> str:
    """What a factor is looked up by: a discount or an attainment is a share."""
    name = f"{multiplier.get('metric') or ''}{multiplier.get('field') or ''}"
    return "rate" if "attainment" in name or "discount" in name or "rate" in name else "number"


def tiers(
    key: str,
    label: Text,
    *,
    bound: Callable[[Around], str],
    value: Callable[[Around], str],
    **more: Any,
) -> Item:
    """Steps with declared bounds."""
    return rows(
        key,
        label,
        Item(key="from", label=_("From"), kind_in=bound),
        Item(key="to", label=_("To"), kind_in=bound, placeholder=_("no end")),
        Item(key="value", label=_("Pays"), kind_in=value),
        codec=codecs.TIERS,
        add=_("Add a step"),
        **more,
    )


def conditions(key: str, label: Text, **more: Any) -> Item:
    """Which facts count, all conditions together."""
    return rows(
        key,
        label,
        text("field", _("Field of the deal"), placeholder="kind"),
        choice("op", _("Comparison"), v.CONDITIONS, default="=="),
        text("value", _("Value")),
        codec=codecs.FILTER,
        add=_("Add a condition"),
        **more,
    )


def factors(key: str, label: Text, add: Text, **more: Any) -> Item:
    """Multipliers: a fixed factor, steps or a line over a measure, or a condition."""
    return rows(
        key,
        label,
        text("metric", _("By this measure of the person"), placeholder="csat"),
        text("field", _("Or by this field of the deal"), placeholder="discount"),
        number("value", _("Fixed factor")),
        tiers(
            "tiers", _("Steps of factors"), bound=factor_bound_kind, value=lambda _around: "number"
        ),
        choice("boundary", _("An amount exactly on the edge belongs to"), v.BOUNDARIES),
        points("points", _("Or points of a line")),
        choice("op", _("Or only when it"), v.COMPARISONS),
        Item(key="threshold", label=_("this value"), kind="scalar"),
        number("otherwise", _("otherwise the factor is")),
        number("minimum", _("Least factor")),
        number("maximum", _("Largest factor")),
        choice("gap", _("A hole between steps"), v.GAPS),
        choice("moves", _("As a credit factor it changes"), v.MOVES, default="both"),
        add=add,
        cards=True,
        **more,
    )


def points(key: str, label: Text, **more: Any) -> Item:
    """Points of a line."""
    return rows(
        key,
        label,
        Item(key="x", label=_("At"), kind_in=bound_kind),
        Item(key="y", label=_("Pays"), kind_in=value_kind),
        codec=codecs.POINTS,
        add=_("Add a point"),
        **more,
    )


def late_tiers(key: str, label: Text, **more: Any) -> Item:
    """What late money is worth, by days."""
    return tiers(key, label, bound=lambda _around: "number", value=lambda _around: "rate", **more)


def _values(table: Around) -> list[Any]:
    found: list[Any] = []
    for one in (*(table.get("tiers") or ()), *(table.get("points") or ())):
        found.append(one.get("value") if isinstance(one, dict) else one[-1])
    return found
