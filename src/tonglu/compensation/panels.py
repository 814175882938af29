"""What pay puts on the pages and into the forms of deals, quotes and contracts, shown only to whom it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tonglu import policy
from tonglu.entities.panels import Panel, register_panel
from tonglu.entities.selectors import rows
from tonglu.policy import Actor, Level, field_level
from tonglu.toolkit.money import base_currency

from .faces.corrections import correction_context
from .faces.offers import DEALS, concerns, estimate_context, quote_is_signed
from .faces.steps import component_title
from .models import Correction, Earning
from .neutral import version_read
from .paper import opened_rows, told
from .selectors import (
    earnings_on,
    earnings_on_deal,
    earnings_on_quote,
    left_alone_of,
    plans_awaiting,
)

ESTIMATE = "compensation/panels/estimate.html"
LIVE = "compensation/panels/live.html"
EARNED = "compensation/panels/earned.html"
TRACE = "compensation/panels/trace.html"


def register_panels() -> None:
    """Called once from apps.py."""
    for kind in DEALS:
        register_panel(
            Panel(
                on=kind,
                name="pay",
                title=_("What it pays me"),
                icon="coins",
                render=estimate_context,
                template=ESTIMATE,
                form_template=LIVE,
                allowed=concerns,
                side=True,
                order=5,
            )
        )
    for kind, render, allowed, order in EARNED_ON:
        register_panel(
            Panel(
                on=kind,
                name="earned",
                title=_("Commission"),
                icon="coins",
                render=render,
                template=EARNED,
                allowed=allowed,
                order=order,
            )
        )
    for panel in (HOW, MOVED, DISPUTED, CORRECTED, CLOSING):
        register_panel(panel)


def _earned(actor: Actor, row: Any) -> Mapping[str, Any]:
    return {**_told_of(actor, earnings_on(actor, row.pk)), "awaits": plans_awaiting(actor, row.pk)}


def _earned_on_deal(actor: Actor, row: Any) -> Mapping[str, Any]:
    return _told_of(actor, earnings_on_deal(actor, row.pk))


def _earned_on_quote(actor: Actor, row: Any) -> Mapping[str, Any]:
    return _told_of(actor, earnings_on_quote(actor, row.pk))


def _told_of(actor: Actor, found: QuerySet[Earning]) -> Mapping[str, Any]:
    """Earnings, and what happened to their deals without moving any pay, with the reason."""
    left = [(one, told(one)) for one in left_alone_of(actor, found)]
    return {"earnings": list(found), "left": left, "base": base_currency()}


def _deal_has_earnings(actor: Actor, row: Any) -> bool:
    """An open deal has earned nobody anything yet: signing its contract wins it."""
    return not row.is_open and earnings_on_deal(actor, row.pk).exists()


def _quote_has_earnings(actor: Actor, row: Any) -> bool:
    """Only of an accepted quote a contract is signed, and only a signed one earns."""
    return quote_is_signed(row) and earnings_on_quote(actor, row.pk).exists()


def _has_earnings(actor: Actor, row: Any) -> bool:
    return row.signed_on is not None and (
        earnings_on(actor, row.pk).exists() or bool(plans_awaiting(actor, row.pk))
    )


def _trace(actor: Actor, row: Any) -> Mapping[str, Any]:
    return {
        "component": _component_name(row, actor.language),
        "sentence": told(row),
        "rows": opened_rows(row.trace, _spoken(actor)),
    }


def _component_name(row: Any, language: str) -> str:
    """What the plan calls the component; its code where the plan gives it no name."""
    component = version_read(row.plan_version.definition)[1].component(row.component)
    return row.component if component is None else component_title(component, language)


def _moved(_actor: Actor, row: Any) -> Mapping[str, Any]:
    return {"sentence": told(row), "earning": row.earning}


def _disputed(actor: Actor, row: Any) -> Mapping[str, Any]:
    earning = row.earning
    trace = () if earning is None else opened_rows(earning.trace, _spoken(actor))
    return {
        "dispute": row,
        "statement": row.statement,
        "earning": earning,
        "correction": rows(actor, Correction).filter(dispute=row).first(),
        "sentence": "" if earning is None else told(earning),
        "rows": trace,
        "base": base_currency(),
    }


def _closing(_actor: Actor, _row: Any) -> Mapping[str, Any]:
    return {}


def _may_close(actor: Actor, row: Any) -> bool:
    return bool(policy.may(actor, "export", row._meta.label_lower, row))


def _spoken(actor: Actor) -> str:
    return "zh" if actor.language.startswith("zh") else "en"


def _may_read_amount(actor: Actor, row: Any) -> bool:
    return field_level(actor, row._meta.label_lower, "amount") >= Level.READ


def _may_read_trace(actor: Actor, row: Any) -> bool:
    return bool(row.trace) and _may_read_amount(actor, row)


def _may_read_statement(actor: Actor, row: Any) -> bool:
    return bool(policy.may(actor, "read", row.statement._meta.label_lower, row.statement))


HOW = Panel(
    on="compensation.earning",
    name="trace",
    title=_("How the amount came about"),
    icon="list-details",
    render=_trace,
    template=TRACE,
    allowed=_may_read_trace,
    first=True,
    order=1,
)
MOVED = Panel(
    on="compensation.ledgerentry",
    name="why",
    title=_("Why"),
    icon="list-details",
    render=_moved,
    template="compensation/panels/moved.html",
    allowed=_may_read_amount,
    first=True,
    order=1,
)
DISPUTED = Panel(
    on="compensation.dispute",
    name="about",
    title=_("What is disputed"),
    icon="file-text",
    render=_disputed,
    template="compensation/panels/disputed.html",
    allowed=_may_read_statement,
    first=True,
    order=1,
)
CORRECTED = Panel(
    on="compensation.correction",
    name="about",
    title=_("What is corrected"),
    icon="pencil-dollar",
    render=correction_context,
    template="compensation/panels/corrected.html",
    allowed=_may_read_amount,
    first=True,
    order=1,
)
CLOSING = Panel(
    on="compensation.payperiod",
    name="closing",
    title=_("Pay calendar"),
    icon="calendar-dollar",
    render=_closing,
    template="compensation/panels/closing.html",
    allowed=_may_close,
    first=True,
    order=1,
)
EARNED_ON = (
    ("orders.contract", _earned, _has_earnings, 40),
    ("orders.quote", _earned_on_quote, _quote_has_earnings, 40),
    ("sales.opportunity", _earned_on_deal, _deal_has_earnings, 55),
)
