"""A pay statement as a PDF, in the language asked for: the same value as the page, printed."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tonglu.directory.selectors import department_label
from tonglu.toolkit import formatting
from tonglu.toolkit.money import base_currency
from tonglu.toolkit.pdf import pdf_render

from .models import Statement
from .paper import Group, Paper, PaperLine, paper_of

TEMPLATE = "compensation/statement.typ"


def statement_pdf_of(row: Statement, language: str) -> bytes:
    """A statement as PDF."""
    with translation.override(language):
        return pdf_render(TEMPLATE, statement_values(row))


def statement_values(row: Statement) -> dict[str, Any]:
    """What the template prints of a statement, in the active language."""
    paper = paper_of(row)
    return {
        "language": translation.get_language() or "en",
        "heading": _("Pay statement"),
        "who": str(row.owner),
        "company": _company(row.owner),
        "period": str(row.period),
        "facts": _facts(row),
        "totals": [
            [_("Earned"), _money(row.earned)],
            [_("Payable"), _money(row.payable)],
            [_("Paid out"), _money(row.paid)],
            [_("Waiting for customers' money"), _money(row.held_after)],
        ],
        "bridge_heading": _("How the amount came about"),
        "bridge": [[capfirst(label), _money(amount)] for label, amount, _group in paper.bridge],
        "payable": [_("Payable"), _money(row.payable)],
        "groups": [_group(group) for group in paper.groups],
        "accounts": _accounts(paper),
        "fingerprint": f"{_('Fingerprint')} {row.digest}",
        "page": _("Page"),
    }


def _company(owner: Any) -> str:
    """Who pays: the department at the top of the payee's own."""
    if owner.department is None:
        return ""
    top = next(int(part) for part in owner.department.path.split("/") if part)
    return department_label(top)


def _facts(row: Statement) -> list[list[str]]:
    until, paid = row.dispute_until, row.period.paid_at
    owner: Any = row.owner
    pairs = (
        (_("Payee"), str(owner)),
        (_("Employee number"), owner.employee_number or ""),
        (_("Department"), str(owner.department or "")),
        (_("Period"), str(row.period)),
        (_("State"), capfirst(str(row.get_state_display()))),
        (_("Paid on"), formatting.day_text(paid.date(), _language()) if paid else ""),
        (_("Dispute until"), formatting.day_text(until, _language()) if until else ""),
    )
    return [[label, value] for label, value in pairs if value]


def _group(group: Group) -> dict[str, Any]:
    return {
        "title": group.title,
        "total": _money(group.total),
        "lines": [_line(line) for line in group.lines],
    }


def _line(line: PaperLine) -> dict[str, Any]:
    about = " · ".join(
        part for part in (line.day, line.contract, line.account, line.title, line.plan) if part
    )
    rows = line.rows if line.kind in {"earned", "corrected"} else ()
    return {
        "label": capfirst(line.label),
        "about": about,
        "amount": _money(line.effect or line.amount),
        "sentence": line.sentence,
        "facts": [f"{name}: {value}" for row in rows for name, value in row.facts]
        + [f"{name}: {value}" for name, value in line.event],
        "parts": [
            [part.words, part.amount]
            for part in (*(part for row in rows for part in row.parts), *line.released)
        ],
    }


def _accounts(paper: Paper) -> dict[str, Any]:
    return {
        "heading": _("Balances"),
        "head": ["", _("Opening balance"), _("Closing balance")],
        "rows": [[one.label, _money(one.before), _money(one.after)] for one in paper.accounts],
    }


def _money(amount: Any) -> str:
    return formatting.money_text(amount, base_currency(), _language())


def _language() -> str:
    return translation.get_language() or "en"
