"""A field that is hidden from somebody cannot be guessed: whatever it holds, every answer to them is the same.

The hidden fields of all records are filled once so and once otherwise, and each person asks the same things both times: lists
filtered, sorted, searched and grouped by them, pages, panels, forms, duplicates, exports, the API, and records that point there.
Not the answers' codes are judged, but that they are equal: a filter that is silently left out is as good as one refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from django.db import models, transaction

from tests.permissions.conftest import Company
from tests.permissions.test_canaries import HIDDEN
from tonglu.entities import listing
from tonglu.entities.registry import all_entities, entity_of
from tonglu.entities.testing.files import csv_bytes
from tonglu.entities.transfer.exporting import ExportRows
from tonglu.kernel.errors import DomainError
from tonglu.policy import actor_of
from tools.drills.fixture import Drill

from .asking import Ask, answer

PASSING = re.compile(
    r'nonce="[^"]*"|csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": ?"[^"]*"|&quot;X-CSRFToken&quot;: &quot;[^&]*|'
    r'name="opened" value="[^"]*"|"request_id":"[^"]*"|data-request="[^"]*"|"id":\d+,"at":"[^"]*"|datetime="[^"]*"|title="[^"]*:\d\d[^"]*"'
)
EXPORT = "export "
TEXTS = ("Aachen drill", "Zwickau drill")


def told_apart(company: Company, kind: str, questions: int, dice: Random) -> tuple[list[str], int]:
    """The questions about this kind whose answers tell what hidden fields hold, and how many were asked."""
    faults, asked = [], 0
    for person, names in HIDDEN[kind].items():
        everything = list(_questions(company, kind, names))
        chosen = dice.sample(everything, min(len(everything), questions // len(HIDDEN[kind]) + 1))
        heard = []
        for turn in (0, 1):
            with transaction.atomic():
                _fill(kind, names, turn)
                heard.append(dict(_heard(company, person, kind, chosen)))
                transaction.set_rollback(True)
        asked += len(heard[0])
        faults += [f"{person}: {what}" for what in heard[0] if heard[0][what] != heard[1][what]]
    return faults, asked


def _fill(kind: str, names: tuple[str, ...], turn: int) -> None:
    """Every other record gets the one value and the rest the other; the second time the other way round."""
    model = entity_of(kind).model
    for name in names:
        field = model._meta.get_field(name)
        one, other = _pair(field)[:: -1 if turn else 1]
        pks = list(model._default_manager.order_by("pk").values_list("pk", flat=True))
        for place, pk in enumerate(pks):
            value = other if place % 2 else one
            value = f"{value} {pk}" if field.unique else value  # type: ignore[union-attr]
            model._default_manager.filter(pk=pk).update(**{name: value})


def _pair(field: Any) -> tuple[Any, Any]:
    if isinstance(field, models.JSONField):
        return {"note": TEXTS[0]}, {"note": TEXTS[1]}
    if isinstance(field, models.DateField):
        return "1971-07-17", "2031-03-07"
    if isinstance(field, models.DecimalField):
        return (3, 84217) if field.max_digits > 12 else ("0.03", "0.42")
    if isinstance(field, models.IntegerField):
        return 3, 84
    return TEXTS


def _heard(company: Company, person: str, kind: str, asked: list[str]) -> Iterator[tuple[str, str]]:
    actor, entity = actor_of(getattr(company.cast, person)), entity_of(kind)
    for what in asked:
        if what.startswith(EXPORT):
            yield what, _exported(actor, entity, what.removeprefix(EXPORT))
            continue
        given = answer(company, Ask(person=person, method="get", url=what))
        text = PASSING.sub("", given.content.decode()).replace(given["X-Request-ID"], "")
        yield what, f"{given.status_code} {text}"


def _exported(actor: Any, entity: Any, query: str) -> str:
    try:
        return csv_bytes(ExportRows(actor, entity, query, "list")).decode()
    except DomainError as refusal:
        return str(refusal)


def _questions(company: Company, kind: str, names: tuple[str, ...]) -> Iterator[str]:
    entity = entity_of(kind)
    slug = entity.slug
    row = (
        company.rows[kind]["ana"].pk
        if kind in company.rows
        else entity.model._default_manager.all()[:1].get().pk
    )
    yield from (f"/{slug}/{row}/{part}" for part in ("", "edit/", "timeline/"))
    yield f"/{slug}/?view=all"
    yield f"/api/v1/{slug}/{row}"
    yield f"/why/{kind}/{row}/"
    for text in ("Aachen", "Zwickau", "84217", "1971"):
        yield f"/{slug}/?view=all&q={text}"
        yield f"/{slug}/lookup/?q={text}"
        yield f"/{slug}/duplicates/?name={text}"
        yield f"/search/?q={text}&as=json"
        yield f"/api/v1/{slug}?q={text}&count=1&fields=id"
    for name in names:
        yield from _about(slug, name, (entity.model._meta.get_field(name)))
        yield f"/{slug}/{row}/fields/{name}/"
        for query in (f"columns={name},id", f"sort={name}", f"f.{name}=3"):
            yield f"{EXPORT}{query}&view=all"
        for other in all_entities():
            for link in other.model._meta.concrete_fields:
                if link.related_model is entity.model and not link.name.startswith(
                    ("created", "changed")
                ):
                    yield from _through(other.slug, f"{link.name}.{name}")


def _about(slug: str, name: str, field: Any) -> Iterator[str]:
    value = str(_pair(field)[1])
    for condition in (
        {"field": name, "op": "=", "value": value},
        {"field": name, "op": ">", "value": value},
    ):
        said = json.dumps(condition)
        yield f"/{slug}/?view=all&condition={said}"
        yield f"/{slug}/count/?condition={said}"
        yield f"/{slug}/board/?condition={said}"
        yield f"/api/v1/{slug}?fields=id&count=1&filter={said}"
    for asked in (
        f"sort={name}",
        f"sort=-{name}",
        f"columns={name}",
        f"f.{name}={value}",
        f"f.{name}=~{value}",
    ):
        yield f"/{slug}/?view=all&{asked}"
        yield f"/api/v1/{slug}?fields=id&{asked}"
    yield f"/{slug}/duplicates/?{name}={value}"


def _through(slug: str, path: str) -> Iterator[str]:
    said = json.dumps({"field": path, "op": "is_set"})
    for asked in (f"condition={said}", f"sort={path}", f"columns={path}"):
        yield f"/{slug}/?view=all&{asked}"
    for asked in (f"filter={said}", f"sort={path}"):
        yield f"/api/v1/{slug}?fields=id&{asked}"


@pytest.mark.parametrize("kind", sorted(HIDDEN))
def test_no_answer_depends_on_a_hidden_field(company: Company, drill: Drill, kind: str) -> None:
    faults, asked = told_apart(company, kind, drill.size(4, 10_000), drill.dice())

    drill.holds(f"answers that depend on hidden fields of {kind}", faults, of=asked)


def test_planted_a_sort_by_a_hidden_field_is_found(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    sorting = [f"/api/v1/accounts?fields=id&sort={name}" for name in ("bank_account", "-bank_name")]
    monkeypatch.setattr("tests.drills.requests.test_oracles._questions", lambda *_given: sorting)
    monkeypatch.setattr(listing, "may_read", lambda *_asked: True)

    faults, _asked = told_apart(company, "customers.account", 10_000, Random(1))

    assert any("sort=bank_account" in fault for fault in faults)
