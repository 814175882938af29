"""Quotes and contracts as PDF files, in the language asked for: a template draws what is put together here."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tonglu.catalog.wording import line_words
from tonglu.directory.selectors import department_label
from tonglu.kernel.number import decimal_text
from tonglu.kernel.percent import Percent
from tonglu.toolkit import formatting
from tonglu.toolkit.clock import zone_of
from tonglu.toolkit.pdf import pdf_render
from tonglu.toolkit.units import unit_text

from . import selectors

if TYPE_CHECKING:
    from .models import Contract, Quote

LANGUAGES = ("en", "zh-hans")
TEMPLATE = "orders/document.typ"


def language_of(wanted: str, otherwise: str) -> str:
    """The language asked for, when documents exist in it."""
    return wanted if wanted in LANGUAGES else otherwise


def quote_pdf(row: Quote, language: str) -> bytes:
    """A quote as PDF."""
    with translation.override(language):
        return pdf_render(TEMPLATE, quote_values(row))


def contract_pdf(row: Contract, language: str) -> bytes:
    """A contract as PDF, with its payment plan and room for two signatures."""
    with translation.override(language):
        return pdf_render(TEMPLATE, contract_values(row))


def quote_values(row: Quote) -> dict[str, Any]:
    """What the template prints of a quote, in the active language."""
    return {
        **_document(row, selectors.quote_lines(row)),
        "heading": pgettext("document", "Quote"),
        "facts": _facts(
            (_("Quote number"), row.number),
            (_("Date"), _day(_written_on(row))),
            (_("Offer valid until"), _day(row.valid_until)),
            (_("Your contact"), row.owner.name if row.owner else ""),
        ),
        "title": row.title,
        "plan": [],
        "signatures": [],
    }


def _written_on(row: Quote) -> date:
    """The day it went out, or was begun, where its owner is: the customer may read it in any place of the world."""
    zone = zone_of(row.owner.timezone if row.owner else "")
    return (row.sent_at or row.created_at).astimezone(zone).date()


def contract_values(row: Contract) -> dict[str, Any]:
    """What the template prints of a contract, in the active language."""
    return {
        **_document(row, selectors.contract_lines(row)),
        "heading": _("Contract"),
        "facts": _facts(
            (_("Contract number"), row.number),
            (_("Signed on"), _day(row.signed_on)),
            (_("Your number"), row.customer_number),
            (_("Your contact"), row.owner.name if row.owner else ""),
        ),
        "title": row.name,
        "plan": [_instalment(one, row.currency) for one in selectors.contract_instalments(row)],
        "signatures": [_("For the supplier"), _("For the customer")],
    }


def _document(row: Any, lines: list[Any]) -> dict[str, Any]:
    return {
        "language": translation.get_language() or "en",
        "seller": seller_name(row),
        "customer": _("Customer"),
        "account": row.account.name,
        "address": row.account.address,
        "contact": row.contact.name if row.contact else "",
        "head": [
            _("Product"),
            _("Quantity"),
            _("List price"),
            _("Discount"),
            _("Price"),
            _("Amount"),
        ],
        "lines": [_line(line, row.currency) for line in lines],
        "totals": [
            [_("Net"), _money(row.net_amount, row.currency)],
            [_("VAT"), _money(row.vat_amount, row.currency)],
            [_("Total"), _money(row.amount, row.currency)],
        ],
        "plan_heading": _("Payment plan"),
        "terms_heading": _("Terms"),
        "terms": row.terms,
        "page": _("Page"),
    }


def seller_name(row: Any) -> str:
    """Our company: the department at the top of the document's own, in the active language."""
    if row.department is None:
        return ""
    top = next(int(part) for part in row.department.path.split("/") if part)
    return department_label(top)


def _line(line: Any, currency: str) -> list[str]:
    product = line.product
    return [
        line_words(line.description, product),
        f"{decimal_text(line.quantity)} {unit_text(line.unit)}".strip(),
        _money(line.list_price, currency),
        str(Percent(line.discount)) if line.discount else "",
        _money(line.price, currency),
        _money(line.amount, currency),
    ]


def _instalment(one: Any, currency: str) -> list[str]:
    due = _day(one.due_on) if one.due_on else one.get_milestone_display()
    return [one.label or one.get_milestone_display(), due, _money(one.amount, currency)]


def _facts(*pairs: tuple[str, str]) -> list[list[str]]:
    return [[label, value] for label, value in pairs if value]


def _money(amount: Decimal | None, currency: str) -> str:
    return "" if amount is None else formatting.money_text(amount, currency, _language())


def _day(value: Any) -> str:
    return formatting.day_text(value, _language()) if value else ""


def _language() -> str:
    return translation.get_language() or "en"
