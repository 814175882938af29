"""Near duplicates on a record's page: what may be the same, with the way to merge; of what is out of sight only who holds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tonglu import policy

from .duplicates import duplicates_of
from .fields import Type, fields_of, plain, value_of
from .merging import ACT
from .panels import Panel
from .registry import entity_of

if TYPE_CHECKING:
    from tonglu.policy import Actor


def duplicates_panel(kind: str) -> Panel:
    """The panel of near duplicates for a kind."""
    return Panel(
        on=kind,
        name="similar",
        title=_("Similar records"),
        render=_similar,
        template="entities/panels/similar.html",
        icon="copy",
        side=True,
        order=90,
    )


def _similar(actor: Actor, row: Any) -> Mapping[str, Any]:
    entity = entity_of(row)
    found = duplicates_of(actor, entity, _typed(row), but=row.pk)
    may = policy.may(actor, ACT, entity.kind, row)
    return {
        "matches": [
            (
                one,
                entity.url("detail", one.pk),
                entity.url("merge", row.pk, other=one.pk)
                if may and policy.may(actor, ACT, entity.kind, one)
                else "",
            )
            for one in found.visible
        ],
        "hidden": found.hidden,
        "ask": found.ask,
    }


def _typed(row: Any) -> dict[str, str]:
    """The record as a form would send it: of related rows the id, which is at hand."""
    held = {
        name: plain(value_of(row, f"{name}_id" if field.type is Type.FK else name))
        for name, field in fields_of(entity_of(row)).items()
        if field.type not in {Type.MANY, Type.JSON, Type.MULTI} and not field.is_custom
    }
    return {name: str(value) for name, value in held.items() if value not in (None, "")}
