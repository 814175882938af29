"""The one read door: every list, search, report, export, board, lookup and total starts here.

`rows` gives what the actor may see and what is not in the trash; `row` gives one of them, or NotFound, so that a row which is out
of reach cannot be told from one that does not exist.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet

from tonglu import policy
from tonglu.directory.memory import remember
from tonglu.kernel.errors import NotFound

from .registry import entity_of


def rows(actor: policy.Actor, model: type[Model] | str, *, act: str = "read") -> QuerySet[Any]:
    """The rows of a kind that `actor` may see (or do `act` on), without the trash."""
    entity = entity_of(model)
    return policy.visible(actor, entity.model._default_manager.filter(deleted_at__isnull=True), act)


def rows_apart(actor: policy.Actor, model: type[Model] | str) -> list[QuerySet[Any]]:
    """The rows of a kind that `actor` may see, apart by the reason why; [] where there is but one."""
    entity = entity_of(model)
    return policy.visible_apart(
        actor, entity.model._default_manager.filter(deleted_at__isnull=True)
    )


def own_rows(actor: policy.Actor, model: type[Model] | str) -> QuerySet[Any]:
    """The actor's own rows of a kind, and of those they stand in for; far cheaper to ask than all they may see."""
    entity = entity_of(model)
    own = entity.model._default_manager.filter(deleted_at__isnull=True)
    return policy.visible_own(actor, own)


def trashed(actor: policy.Actor, model: type[Model] | str) -> QuerySet[Any]:
    """The rows in the trash that `actor` may restore."""
    entity = entity_of(model)
    found = entity.model._default_manager.filter(deleted_at__isnull=False)
    return policy.visible(actor, found, "delete")


def row_known(kind: str, pk: int) -> Any:
    """A record that this request has read or that is read now, for what hangs on it; nobody's rights are asked."""
    model = entity_of(kind).model
    return remember(("row", kind, pk), lambda: model._default_manager.filter(pk=pk).first())


def row(actor: policy.Actor, model: type[Model] | str, pk: int, *, lock: bool = False) -> Any:
    """One visible row, locked for the transaction when asked; NotFound when there is none.

    Mostly it is seen for its own owner or department, which tells itself from the row: the other reasons are asked for the rest.
    """
    if not lock:
        known = entity_of(model).model._default_manager.filter(deleted_at=None, pk=pk).first()
        if known is not None and policy.plainly_seen(actor, known):
            return known
    found = rows(actor, model)
    if lock:
        found = found.select_for_update(of=("self",))
    one = found.filter(pk=pk).first()
    if one is None:
        raise unseen(model, pk)
    return one


def unseen(model: type[Model] | str, pk: int) -> NotFound:
    """What is said of a row that does not exist, or not for this person."""
    return NotFound(
        "There is no %(label)s with number %(pk)s that you may see.",
        params={"label": entity_of(model).label, "pk": pk},
    )
