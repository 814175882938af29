"""Parts that the declarations of quotes, contracts and orders share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tonglu.entities.registry import entity_of
from tonglu.entities.spec import Refusal, Section, StageBar

if TYPE_CHECKING:
    from tonglu.policy import Actor

TOTALS = (
    "number",
    "state",
    "list_amount",
    "net_amount",
    "vat_amount",
    "amount",
    "base_amount",
    "cost_amount",
    "margin_amount",
    "margin_rate",
)
LINE = ("product", "description", "quantity", "price", "discount", "vat_rate")
LINE_COMPUTED = ("list_price", "amount")


def in_state(
    *states: str, reason: Any, next_step: Any = ""
) -> Callable[[Actor, Any], Refusal | None]:
    """A rule for a verb: offered only in these states."""
    refusal = Refusal(reason=reason, next_step=next_step)

    def when(_actor: Actor, row: Any) -> Refusal | None:
        return None if row.state in states else refusal

    return when


def life(*usual: str) -> StageBar:
    """The usual way of a document as a bar above its page; a state beside the way ends the bar."""

    def stages(_actor: Actor, row: Any) -> list[tuple[str, Any, str]]:
        labels = dict(type(row).State.choices)
        way = usual if row.state in usual else (usual[0], row.state)
        now = way.index(row.state)
        return [
            (state, labels[state], "done" if at < now else "current" if at == now else "ahead")
            for at, state in enumerate(way)
        ]

    return StageBar(stages=stages)


def page_of(made: Any) -> str:
    """The page of a record that a verb made."""
    return entity_of(made).url("detail", made.pk)


def form_of(made: Any) -> str:
    """The form of a record that a verb made, to go on with it."""
    return entity_of(made).url("edit", made.pk)


TOTAL_SECTION = Section(
    title=_("Totals"),
    fields=("list_amount", "net_amount", "vat_amount", "amount", "margin_amount", "margin_rate"),
)
IS_OPEN = {"field": "state", "op": "=", "value": "draft"}
MINE = {"field": "owner", "op": "me"}
NOTE_LABEL = _("Note")
