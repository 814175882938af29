"""What a bulk act leaves behind, so that acting on rows one by one and together can be compared: rows, trail, events, refusals."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from django.db import transaction

from tonglu.audit.models import Entry
from tonglu.entities import changesets
from tonglu.entities.forms import EntityForm
from tonglu.entities.services import record_trash, record_update
from tonglu.toolkit.models import OutboxEvent

from .asking import Raw

if TYPE_CHECKING:
    from .bench import Bench

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:?\d\d|Z)?")


def chosen(bench: Bench, values: Raw) -> list[int]:
    """Every row there is of the kind, one of them changed so already and one in the trash, and one that does not exist."""
    rows = list(bench.entity.model._default_manager.order_by("pk"))
    if values:
        record_update(actor=bench.actor, row=rows[1], values=clean(bench, values))
    if bench.tests.deletable:
        record_trash(actor=bench.actor, row=rows[2])
    return [*(row.pk for row in rows), rows[-1].pk + 1000]


def clean(bench: Bench, values: Raw) -> dict[str, Any]:
    """The values as a bulk edit gives them to the door."""
    form = EntityForm(bench.entity, bench.actor, values, names=list(values), partial=True)
    return form.clean()


def left_by(bench: Bench, ids: Sequence[int], values: Raw | None, size: int) -> dict[str, Any]:
    """What a bulk edit to these values, or a move to the trash, leaves behind; rolled back after it."""
    act: dict[str, Any] = {
        "actor": bench.actor,
        "model": bench.entity.model,
        "ids": ids,
        "title": "Together",
    }
    with transaction.atomic(), patch.object(changesets, "TOGETHER", size):
        entry, event = _last(Entry), _last(OutboxEvent)
        if values is None:
            outcome = changesets.bulk_trash(**act)
        else:
            outcome = changesets.bulk_update(values=clean(bench, values), **act)
        found = {
            "done": outcome.done,
            "refused": outcome.refused,
            "rows": _rows(bench),
            "trail": sorted(_told(bench, one) for one in Entry.objects.filter(pk__gt=entry)),
            "events": sorted(_event(one) for one in OutboxEvent.objects.filter(pk__gt=event)),
        }
        transaction.set_rollback(True)
    return found


def _last(model: Any) -> int:
    found = model.objects.order_by("-pk").values_list("pk", flat=True).first()
    return int(found or 0)


def _rows(bench: Bench) -> list[dict[str, Any]]:
    model = bench.entity.model
    many = [f.name for f in model._meta.many_to_many]
    return [
        {f.name: _plain(getattr(row, f.attname)) for f in model._meta.concrete_fields}
        | {name: sorted(getattr(row, name).values_list("pk", flat=True)) for name in many}
        for row in model._default_manager.order_by("pk")
    ]


def _told(bench: Bench, entry: Entry) -> str:
    """An entry of the trail; what follows from a row has another number each time it is made."""
    own = entry.kind == bench.entity.kind
    told = [entry.kind, entry.act, entry.verb, entry.door, entry.actor_id]
    changes = entry.changes if own else sorted(set(entry.changes) - {"id"})
    return _plain([*told, entry.changeset_id is not None, entry.row_id if own else 0, changes])


def _event(event: OutboxEvent) -> str:
    return _plain([event.name, {**event.payload, "changeset_id": 0}])


def _plain(value: Any) -> str:
    """A value as text, its moments to the day."""
    return _MOMENT.sub(r"\1", json.dumps(value, default=str, sort_keys=True))
