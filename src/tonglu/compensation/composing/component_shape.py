"""The form of one component: whose credits of which deals, counted how, paid by which rule, changed by what afterwards."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from . import codecs
from . import vocabulary as v
from .parts import (
    amounts,
    bound_kind,
    conditions,
    either,
    factors,
    limits,
    points,
    tiers,
    value_kind,
    words,
)
from .shapes import (
    Around,
    Item,
    Test,
    Text,
    choice,
    flag,
    group,
    is_one,
    names,
    number,
    rate,
    rows,
    series,
    text,
    whole,
)


def of_kind(*kinds: str) -> Test:
    """Shown while the component is of one of these kinds."""
    return is_one("kind", *kinds, otherwise="rate")


def in_mode(*modes: str) -> Test:
    """Shown while the table has one of these modes."""
    return is_one("mode", *modes)


STEPPED = ("slab", "whole", "running", "overage_at_top", "interp_sum", "milestone")


def _has_mode(table: Around) -> bool:
    return bool(table.get("mode"))


TABLE = group(
    "table",
    pgettext_lazy("rate table", "Steps"),
    choice("mode", _("How the steps pay"), v.MODES, redraws=True, wide=True),
    choice("axis", _("The bounds are"), v.AXES, when=_has_mode, redraws=True),
    choice("value", _("A step's value is"), v.VALUES, when=_has_mode),
    tiers("tiers", _("Table"), bound=bound_kind, value=value_kind, when=in_mode(*STEPPED), wide=True),
    points("points", _("Points of the line"), when=in_mode("interp_points"), wide=True),
    either("below", _("Below the first point it"), v.ENDS, when=in_mode("interp_points")),
    either("above", _("Above the last point it"), v.ENDS, when=in_mode("interp_points")),
    rate("floor", _("Nothing below this attainment"), when=in_mode("proportional_ti", "interp_points")),
    rate("ceiling", _("No more above this attainment"), when=in_mode("proportional_ti", "interp_points")),
    group(
        "rows",
        _("Rows of the grid"),
        text("metric", _("Measure")),
        series("bounds", _("From")),
        when=in_mode("matrix"),
    ),
    group(
        "columns",
        _("Columns of the grid"),
        text("metric", _("Measure")),
        series("bounds", _("From")),
        when=in_mode("matrix"),
    ),
    Item(
        key="values",
        label=_("Values, a line for each row"),
        kind="grid",
        when=in_mode("matrix"),
        wide=True,
    ),
    choice(
        "boundary",
        _("An amount exactly on the edge belongs to"),
        v.BOUNDARIES,
        when=in_mode(*STEPPED, "matrix"),
    ),
    choice("gap", _("A hole between steps"), v.GAPS, when=in_mode(*STEPPED)),
    choice("reached", _("Pays"), v.REACHED, default="highest", when=in_mode("milestone")),
    choice("at", _("The position that counts"), v.POSITIONS, default="after", when=in_mode("running")),
    when=of_kind("rate", "rollup", "per_event"),
    help=_("Leave empty when one rate is enough."),
)  # fmt: skip

RATES = (
    amounts("base_rate", _("Rate"), kind="rate", when=of_kind("rate", "rollup")),
    flag(
        "individual_rate",
        _("The rate is each person's target pay divided by their quota"),
        when=of_kind("rate"),
    ),
    amounts("amount", _("Amount for each event"), when=of_kind("per_event")),
    whole("most", _("At most this many"), when=of_kind("per_event")),
    flag("by_credit", _("In proportion to the credit"), when=of_kind("per_event")),
    number("fixed", _("Fixed amount"), when=of_kind("linear")),
    rate("rate", _("Rate"), when=of_kind("linear", "pool")),
    number("amount_free", _("Free amount, not paid for"), when=of_kind("linear")),
    number("quantity_rate", _("Amount for each unit"), when=of_kind("linear")),
    number("quantity_free", _("Free units, not paid for"), when=of_kind("linear")),
    number("least", _("Least pay"), when=of_kind("linear")),
    number("most", _("Most pay"), when=of_kind("linear")),
    flag("positive_only", _("Never below zero"), when=of_kind("linear")),
    series(
        "levels",
        _("Rates upward, from the seller's manager on"),
        when=of_kind("rollup"),
        placeholder="1%; 0.5%",
    ),
    text(
        "basis",
        _("Taken of"),
        when=of_kind("rollup"),
        placeholder="amount",
        help=_("The sale (amount), what the seller earns (commission), or the name of a component."),
    ),
    whole("most_levels", _("At most this many levels"), when=of_kind("rollup")),
    names("stop_at", _("Never above these people"), when=of_kind("rollup")),
    number("amount", _("Amount in the pool"), when=of_kind("pool")),
    text("of", _("Or a share of the pay of this component"), when=of_kind("pool")),
    rows(
        "weights",
        _("Shares"),
        text("name", _("Person")),
        number("amount", _("Weight")),
        codec=codecs.PAIRS,
        add=_("Add a person"),
        when=of_kind("pool"),
    ),
    text("achievement", _("Times this achievement, or measure"), when=of_kind("pool")),
    choice("rounding", _("Cents of the shares"), v.SHARES, when=of_kind("pool")),
    series("prizes", _("Prizes, the first place first"), when=of_kind("rank"), placeholder="5000; 3000; 1000"),
    choice("ties", _("Who ties"), v.TIES, default="share", when=of_kind("rank")),
    choice("direction", _("Who wins"), v.DIRECTIONS, default="most", when=of_kind("rank")),
    number("least", _("Qualifies from"), when=of_kind("rank")),
    amounts("target", _("Pay for all goals reached"), when=of_kind("mbo")),
    rows(
        "objectives",
        _("Goals"),
        text("payee", _("Person, * for everybody"), placeholder="*"),
        text("name", _("Goal")),
        rate("weight", _("Weight")),
        text("score", _("Score, or the measure that holds it")),
        codec=codecs.GOALS,
        add=_("Add a goal"),
        when=of_kind("mbo"),
    ),
    rate("most_score", _("Largest score"), when=of_kind("mbo")),
)  # fmt: skip

ABOUT = (
    words("title", _("Name")),
    text("id", _("Short name"), help=_("Other components and statements call it so.")),
    text("clause", _("Clause"), help=_("Where the paper contract says it.")),
    choice("kind", _("Kind"), v.KINDS, redraws=True, default="rate"),
)

MEASURE = group(
    "measure",
    _("What is counted"),
    choice("name", _("Measure"), v.MEASURES, redraws=True, default="amount"),
    text(
        "field",
        _("Called"),
        when=is_one("name", codecs.OTHER),
        help=_(
            "amount_of.PUMPS, margin_of.PUMPS or units_of.PUMPS, with a product number or a category; contract.KEY, deal.KEY or "
            "account.KEY of a custom field."
        ),
    ),
    flag("floor_zero", _("A loss counts as nothing")),
    codec=codecs.measure(*(value for value, _label in v.MEASURES if value != codecs.OTHER)),
)
WINDOW = choice("window", _("Adds up over"), v.WINDOWS, default="all")

WHOSE = (
    names(
        "roles",
        _("Credit in these roles"),
        placeholder="direct",
        help=_("direct: who sold it; overlay, sourcer or any other role is paid on top."),
    ),
    names("payees", _("Only these people")),
    conditions(
        "filter",
        _("Only deals where"),
        wide=True,
        help=_(
            "By amount, discount, units, new_customer, contract.kind, account.tier, account.industry, amount_of.PUMPS, deal.KEY …"
        ),
    ),
    factors("credit_factors", _("Credit counts times"), _("Add a credit factor"), wide=True),
)

QUOTAS = (
    amounts("quota", _("Quota"), help=_("A member's own quota comes first.")),
    amounts("target_incentive", _("Target pay"), when=lambda around: around.get("kind") != "mbo"),
    amounts("starting_value", _("Starts counting at")),
    group(
        "threshold",
        _("Threshold"),
        number("value", _("Nothing below")),
        choice("axis", _("Measured in"), v.AXES),
        choice("pays", _("Once reached it pays"), v.THRESHOLD_PAYS),
        when=of_kind("rate"),
    ),
    rate("attainment_cap", _("Credit stops at this attainment"), when=of_kind("rate")),
)

AFTERWARDS = (
    rows(
        "gates",
        _("Gates: only if"),
        text("metric", _("This measure of the person"), placeholder="csat"),
        text("field", _("Or this field of the deal")),
        choice("op", _("Comparison"), v.COMPARISONS, default=">="),
        Item(key="value", label=_("Value"), kind="scalar"),
        either("on_fail", _("Otherwise it pays"), v.ON_FAIL, default="zero"),
        add=_("Add a gate"),
        cards=True,
        wide=True,
    ),
    factors("multipliers", _("Multipliers"), _("Add a multiplier"), wide=True),
    limits("caps", _("Caps"), _("Add a cap")),
    limits("floors", _("Floors"), _("Add a floor")),
    names(
        "order",
        _("Order of these changes"),
        placeholder="multiplier, gate, cap",
    ),
)

COMPONENT_ITEMS = (*ABOUT, MEASURE, WINDOW, *RATES, TABLE, *WHOSE, *QUOTAS, *AFTERWARDS)

SECTIONS: tuple[tuple[str, Text, tuple[str, ...]], ...] = (
    ("what", _("What it pays"), ("measure", "window", *(one.key for one in RATES), "table")),
    ("who", _("Who is credited, for which deals"), tuple(one.key for one in WHOSE)),
    ("quota", _("Quota, target and threshold"), tuple(one.key for one in QUOTAS)),
    ("after", _("Gates, multipliers, caps and floors"), tuple(one.key for one in AFTERWARDS)),
)
"""The folds of a component's card, and the fields that stand in each; names and kind stand in its head."""
