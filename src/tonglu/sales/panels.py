"""What sales puts on the pages of customers, contacts and leads, and beside a deal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tonglu.entities.panels import Panel, related_panel

from . import selectors
from .models import Opportunity, Stage

if TYPE_CHECKING:
    from tonglu.policy import Actor


def _way(_actor: Actor, row: Opportunity) -> dict[str, Any]:
    """The steps of a deal, each with the names of the stages it passed over."""
    moves = list(selectors.opportunity_moves(row)[:20])
    skipped = {pk for move in moves for pk in move.skipped}
    names = {stage.pk: stage.label for stage in Stage.objects.filter(pk__in=skipped)}
    return {
        "steps": [
            {"move": move, "skipped": [names[pk] for pk in move.skipped if pk in names]}
            for move in moves
        ]
    }


_DEALS = _("Deals")
_SHORT = ("name", "stage", "amount", "close_date")

PANELS = (
    *(
        related_panel(
            on=on,
            kind="sales.opportunity",
            field=field,
            title=_DEALS,
            columns=_SHORT,
            icon="target",
            order=30,
        )
        for on, field in (
            ("customers.account", "account"),
            ("customers.contact", "contact"),
            ("marketing.lead", "lead"),
            ("marketing.campaign", "campaign"),
        )
    ),
    Panel(
        on="sales.opportunity",
        name="way",
        title=_("Stage history"),
        render=_way,
        template="sales/panels/way.html",
        icon="route",
        side=True,
        order=30,
    ),
    related_panel(
        on="sales.pipeline",
        kind="sales.stage",
        field="pipeline",
        title=_("Stages"),
        columns=("name", "kind", "probability", "department", "norm_days"),
        icon="stack-2",
        order=10,
    ),
)
