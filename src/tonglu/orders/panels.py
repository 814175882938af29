"""What orders put on the pages of customers and deals, and beside their own documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tonglu.approvals.panels import requests_panel
from tonglu.entities.panels import Panel, Related

from . import selectors
from .entities.shared import page_of
from .models import Contract, Quote
from .services.links import quote_url
from .wording import plan_name

if TYPE_CHECKING:
    from tonglu.policy import Actor


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One link to a document."""

    label: str
    url: str
    icon: str = "printer"
    outside: bool = True
    shared: str = ""
    """The whole address, for a paper that is passed on by a message."""


def _quote_papers(actor: Actor, row: Quote) -> dict[str, Any]:
    papers = _pdfs("orders:quote_pdf", row.pk)
    if row.link_key:
        path = quote_url(row)
        shared = f"{settings.SITE_URL}{path}"
        papers.append(Paper(label=_("The customer's page"), url=path, icon="link", shared=shared))
    if selectors.quote_versions(actor, row).exclude(pk=row.pk).exists():
        compare = reverse("orders:quote_compare", kwargs={"pk": row.pk})
        papers.append(
            Paper(label=_("Compare versions"), url=compare, icon="columns", outside=False)
        )
    return {
        "papers": papers,
        "views": row.views,
        "viewed_at": row.viewed_at,
        "events": selectors.quote_events(row)[:5],
    }


def _contract_papers(_actor: Actor, row: Contract) -> dict[str, Any]:
    return {"papers": _pdfs("orders:contract_pdf", row.pk), "events": ()}


def _frozen(_actor: Actor, row: Contract) -> dict[str, Any]:
    return {
        "credits": selectors.contract_credits(row),
        "plans": [plan_name(version) for version in row.plan_versions],
        "fingerprint": row.fingerprint,
    }


def _relatives(actor: Actor, row: Contract) -> dict[str, Any]:
    """What this contract follows and what follows it; of a draft amendment, what it changes."""
    relatives = selectors.contract_relatives(actor, row)
    former = next((one for relation, one in relatives if relation == "amends"), None)
    return {
        "contract": row,
        "relatives": [(_RELATIONS[relation], one, page_of(one)) for relation, one in relatives],
        "changes": selectors.contracts_compare(former, row) if former else (),
        "difference": row.net_amount - former.net_amount if former else None,
    }


def _has_relatives(_actor: Actor, row: Contract) -> bool:
    linked = row.amends_id or row.renews_id
    return bool(linked) or row.pk in selectors.contracts_followed([row.pk])


def _is_signed(_actor: Actor, row: Contract) -> bool:
    return bool(row.fingerprint)


def _pdfs(name: str, pk: int) -> list[Paper]:
    address = reverse(name, kwargs={"pk": pk})
    return [
        Paper(label=_("PDF in Chinese"), url=f"{address}?lang=zh-hans"),
        Paper(label=_("PDF in English"), url=f"{address}?lang=en"),
    ]


_RELATIONS = {
    "amends": gettext_lazy("Amends"),
    "amended_by": gettext_lazy("Amended by"),
    "renews": gettext_lazy("Renews"),
    "renewed_by": gettext_lazy("Renewed by"),
}
_SHORT = ("number", "state", "amount", "updated_at")
_QUOTE, _CONTRACT, _ORDER = "orders.quote", "orders.contract", "orders.order"
_QUOTES = Related(kind=_QUOTE, title=gettext_lazy("Quotes"), columns=_SHORT, icon="file-invoice")
_CONTRACTS = Related(
    kind=_CONTRACT, title=gettext_lazy("Contracts"), columns=_SHORT, icon="file-certificate"
)
_ORDERS = Related(kind=_ORDER, title=gettext_lazy("Orders"), columns=_SHORT, icon="package")
_SHIPMENTS = Related(
    kind="orders.shipment",
    title=gettext_lazy("Shipments"),
    columns=("number", "state", "carrier", "shipped_at"),
    icon="truck",
)
_RETURNS = Related(
    kind="orders.orderreturn",
    title=gettext_lazy("Returns"),
    columns=("number", "reason", "amount", "returned_at"),
    icon="arrow-back-up",
)


PANELS = (
    requests_panel(_QUOTE),
    *(
        listed.on(page, field, order)
        for page, field in (("customers.account", "account"), ("sales.opportunity", "opportunity"))
        for listed, order in ((_QUOTES, 40), (_CONTRACTS, 50), (_ORDERS, 60))
    ),
    _CONTRACTS.on(_QUOTE, "quote", 40),
    _ORDERS.on(_QUOTE, "quote", 50),
    _ORDERS.on(_CONTRACT, "contract", 40),
    _SHIPMENTS.on(_ORDER, "order", 40),
    _RETURNS.on(_ORDER, "order", 50),
    Panel(
        on="orders.quote",
        name="papers",
        title=gettext_lazy("Documents"),
        render=_quote_papers,
        template="orders/panels/papers.html",
        icon="printer",
        side=True,
        order=10,
    ),
    Panel(
        on="orders.contract",
        name="papers",
        title=gettext_lazy("Documents"),
        render=_contract_papers,
        template="orders/panels/papers.html",
        icon="printer",
        side=True,
        order=10,
    ),
    Panel(
        on="orders.contract",
        name="frozen",
        title=gettext_lazy("Frozen at signing"),
        render=_frozen,
        template="orders/panels/frozen.html",
        icon="lock",
        side=True,
        order=20,
        allowed=_is_signed,
    ),
    Panel(
        on="orders.contract",
        name="relatives",
        title=gettext_lazy("Amendments and renewals"),
        render=_relatives,
        template="orders/panels/relatives.html",
        icon="git-branch",
        side=True,
        order=5,
        allowed=_has_relatives,
    ),
)
