"""What customers put on records' pages: the people, the group and the addresses of an account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tonglu.entities.likes import duplicates_panel
from tonglu.entities.panels import Panel, related_panel

from . import selectors

if TYPE_CHECKING:
    from tonglu.policy import Actor


def _family(actor: Actor, row: Any) -> Mapping[str, Any]:
    family = selectors.account_family(actor, row)
    return {"family": [account for account in family if account.pk != row.pk]}


def _has_family(_actor: Actor, row: Any) -> bool:
    return row.parent_id is not None or row.subsidiaries.exists()


PANELS = (
    duplicates_panel("customers.account"),
    duplicates_panel("customers.contact"),
    related_panel(
        on="customers.account",
        kind="customers.contact",
        field="account",
        title=_("Contacts"),
        columns=("name", "title", "role", "mobile", "state"),
        icon="users",
        order=10,
    ),
    Panel(
        on="customers.account",
        name="family",
        title=_("Group of companies"),
        render=_family,
        template="customers/family.html",
        order=60,
        icon="hierarchy",
        side=True,
        allowed=_has_family,
    ),
    related_panel(
        on="customers.contact",
        kind="customers.contact",
        field="reports_to",
        title=_("Reports to this person"),
        columns=("name", "title", "mobile"),
        icon="hierarchy-2",
        order=60,
    ),
)
