"""The form of a whole plan: its components, when money moves, what comes back, and how cents are rounded."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from . import codecs
from . import vocabulary as v
from .component_shape import COMPONENT_ITEMS
from .parts import bound_kind, late_tiers, limits, tiers, words
from .shapes import Item, Test, choice, flag, group, is_one, names, number, rate, rows, text, whole

DRAWS = ("draw_recoverable", "draw_recoverable_forgiven", "draw_nonrecoverable", "guarantee", "draw_delayed")  # fmt: skip
RECOVERED = ("draw_recoverable", "draw_recoverable_forgiven")


def of_type(*types: str) -> Test:
    """Shown while the rule is of one of these types."""
    return is_one("type", *types)


COMPONENTS = rows(
    "components",
    _("Components"),
    *COMPONENT_ITEMS,
    add=_("Add a component"),
    cards=True,
)
RELEASE = group(
    "release",
    _("When the money moves"),
    rows(
        "steps",
        _("What was earned is paid"),
        choice("event", _("When"), v.EVENTS),
        rate("pct", _("Share")),
        flag("prorata", _("In proportion to what it brings")),
        late_tiers("late", _("Days late, for this step")),
        add=_("Add an event"),
        cards=True,
        wide=True,
    ),
    late_tiers("late", _("Late money is worth (by days late)"), wide=True),
    help=_("Leave empty to pay when the contract is signed."),
)
PART = (
    text("name", _("Name")),
    rate("pct", _("Share")),
    whole("after", _("Released after so many months")),
    names("at", _("Or released in these months")),
)
PAYMENT = rows(
    "payment",
    _("Holdback, draws and guarantees"),
    choice("type", _("Rule"), v.PAYMENTS, redraws=True),
    rate("pct", _("Share"), when=of_type("holdback", "offset")),
    number("amount", _("Amount"), when=of_type(*DRAWS, "cap", "offset")),
    rows(
        "releases",
        _("Let go in parts (shares of the hold)"),
        *PART,
        add=_("Add a part"),
        when=of_type("holdback"),
        wide=True,
    ),
    rows(
        "tranches",
        _("Parts held back"),
        *PART,
        add=_("Add a part"),
        when=of_type("holdback"),
        wide=True,
    ),
    whole("release_after", _("Released after so many months"), when=of_type("holdback")),
    names("release_at", _("Released in these months"), when=of_type("holdback")),
    whole("term", _("For so many months"), when=of_type(*DRAWS)),
    whole("start", _("From month number"), when=of_type(*DRAWS)),
    number("opening", _("Balance at the beginning"), when=of_type(*DRAWS, "cap", "negative_carry", "true_up", "offset")),
    rate("recover_pct", _("Share recovered"), when=of_type(*RECOVERED)),
    text("recovery_start", _("Recovered from month"), when=of_type(*RECOVERED), placeholder="2026-07"),
    number("recovery_cap", _("Recovered at most each month"), when=of_type(*RECOVERED)),
    flag("carries", _("The excess is paid later"), when=of_type("cap", *DRAWS)),
    flag("forgive", _("What is still owed at the end is forgiven"), when=of_type(*RECOVERED, "draw_delayed")),
    choice(
        "on_leave",
        _("What somebody who leaves still owes"),
        v.ON_LEAVE,
        when=of_type(*RECOVERED, "draw_delayed"),
        default="forgive",
    ),
    choice(
        "on_leave",
        _("What is held of somebody who leaves"),
        v.HELD_ON_LEAVE,
        when=of_type("holdback"),
        default="keep",
    ),
    flag("never_negative", _("Never below zero"), when=of_type("true_up", "negative_carry")),
    number("maximum", _("Most in a month"), when=lambda around: bool(around.get("type"))),
    add=_("Add a payment rule"),
    cards=True,
    wide=True,
)  # fmt: skip
CLAWBACK = group(
    "clawback",
    _("When a customer takes money back"),
    choice("type", _("Comes back"), v.CLAWBACKS, redraws=True),
    rate("pct", _("Share"), when=lambda around: bool(around.get("type"))),
    number("term_months", _("Term in months"), when=of_type("prorata_time")),
    number("term_days", _("Or term in days"), when=of_type("prorata_time")),
    number("window_months", _("Within so many months"), when=of_type("window", "full", "percent", "prorata_time")),
    number("window_days", _("Or within so many days"), when=of_type("window", "full", "percent", "prorata_time")),
    number("uncollected_days", _("Also what is not collected so many days after it was due"), when=lambda around: bool(around.get("type"))),
    rate("rate", _("Rate paid then"), when=of_type("historic_rate")),
    tiers("tiers", pgettext_lazy("rate table", "Steps"), bound=bound_kind, value=lambda _around: "rate", when=of_type("whole_tier_delta", "slab_tier_delta"), wide=True),
    choice("boundary", _("An amount exactly on the edge belongs to"), v.BOUNDARIES, when=of_type("whole_tier_delta", "slab_tier_delta")),
)  # fmt: skip
ROUNDING = group(
    "rounding",
    _("Rounding"),
    choice("stage", _("Cents are rounded"), v.STAGES, default="payout"),
    choice("mode", _("Half cents go"), v.ROUNDINGS, default="half_up"),
    Item(
        key="scale",
        label=_("Decimals"),
        kind="scale",
        placeholder="2",
        help=_("“none” keeps fractions."),
    ),
    choice("shares", _("Shares of one deal"), v.SHARES, default="independent"),
)
MORE = (
    words("title", _("Name on the statement")),
    text("id", _("Version called")),
    text("currency", _("Currency")),
    Item(key="effective_from", label=_("In force from"), kind="day"),
    Item(key="effective_to", label=_("In force until"), kind="day"),
    group(
        "version_select",
        _("Which version a deal gets"),
        text("anchor", _("By this date of the deal"), placeholder="date"),
        choice(
            "continuity",
            _("What was counted before a new version"),
            v.CONTINUITY,
            default="carry",
            help=_(
                "Where a later version begins within a window: whether what was sold before in it counts towards its steps and caps."
            ),
        ),
    ),
)
LIMITS = (
    limits("caps", _("Caps of the whole plan"), _("Add a cap"), scope="plan"),
    limits("floors", _("Floors of the whole plan"), _("Add a floor"), scope="plan"),
)
EXAMPLES = rows(
    "examples",
    _("The plan's own examples"),
    Item(key="yaml", label=_("Example"), kind="yaml"),
    codec=codecs.EXAMPLES,
    add=_("Add an example"),
    cards=True,
)

PLAN = group("plan", _("Plan"), COMPONENTS, RELEASE, PAYMENT, CLAWBACK, ROUNDING, *LIMITS, *MORE, EXAMPLES)  # fmt: skip
