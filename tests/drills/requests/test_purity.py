"""A refused request leaves the database as it was: every table's digest before it and after it are equal.

Each person tries each act on records of their own, of a teammate, of a stranger and in the trash, and on one of each further kind,
with empty, stale and senseless bodies, through the API and the pages. Whatever is answered with 4xx must have changed nothing, also nothing it took back by hand.
The server's own count of written rows is read after each; all tables are compared wherever it moved, and at length after one in 25.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from tests.permissions.conftest import MADE, TRASHED, Company
from tests.permissions.expected import PEOPLE
from tonglu import policy
from tonglu.entities.registry import all_entities, entity_of
from tonglu.entities.testing import Untouched, digest, write_count
from tools.drills.fixture import Drill

from .asking import Ask, tried

COMPARED = 0.04
STALE = {"if-match": '"v999"'}
SENSELESS = {"nonsense": "1", "version": "999", "owner": "x", "reason": ""}


def asks(company: Company) -> Iterator[Ask]:
    """Everything everybody tries."""
    for kind in (entity.kind for entity in all_entities()):
        for person in ("cy", *PEOPLE.values()):
            yield from _on_the_kind(kind, person)
            for pk in _records(company, kind, person):
                yield from _on_a_record(kind, person, pk)


def _records(company: Company, kind: str, person: str) -> Iterable[int]:
    """Records of several people where there are such; of the other kinds one of the sample's, or a number that is none."""
    if kind in MADE:
        owners = dict.fromkeys((person, "ana", "cy", TRASHED))
        return [company.rows[kind][owner].pk for owner in owners]
    rows = entity_of(kind).model._default_manager.order_by("pk")
    return [*rows.values_list("pk", flat=True)[:1]] or [1]


def _on_the_kind(kind: str, person: str) -> Iterator[Ask]:
    slug = entity_of(kind).slug
    bodies: tuple[tuple[str, Any], ...] = (
        (f"/api/v1/{slug}", {}),
        (f"/api/v1/{slug}", {"nonsense": 1}),
        (f"/api/v1/{slug}/bulk", {"rows": [{"external_id": "a"}, {"nonsense": 1}]}),
        (f"/api/v1/{slug}/bulk", {"rows": [{}], "match": "nonsense"}),
        (f"/{slug}/new/", SENSELESS),
        (f"/{slug}/import/", {}),
        (f"/{slug}/views/new/", {}),
        (f"/{slug}/bulk/edit/", SENSELESS),
        (f"/{slug}/bulk/trash/", {"rows": "x"}),
    )
    for url, body in bodies:
        yield Ask(person=person, method="post", url=url, body=body)


def _on_a_record(kind: str, person: str, pk: int) -> Iterator[Ask]:
    entity = entity_of(kind)
    call, page = f"/api/v1/{entity.slug}/{pk}", f"/{entity.slug}/{pk}"
    yield Ask(person=person, method="patch", url=call, body={"external_id": "x" * 500})
    yield Ask(person=person, method="patch", url=call, body={"external_id": "by-the-drill"})
    yield Ask(person=person, method="delete", url=call)
    yield Ask(person=person, method="post", url=f"{call}/restore")
    for verb in entity.verbs:
        yield Ask(person=person, method="post", url=f"{call}/{verb.name}")
        yield Ask(person=person, method="post", url=f"{call}/{verb.name}", body={"x": [1]})
        yield Ask(person=person, method="post", url=f"{page}/verbs/{verb.name}/", body=SENSELESS)
    for part in ("edit/", "delete/", "restore/", "move/", "fields/name/", "fields/owner/"):
        yield Ask(person=person, method="post", url=f"{page}/{part}", body=SENSELESS)


def chosen(company: Company, drill: Drill, small: int) -> list[Ask]:
    """As many as the size says, spread over all."""
    everything = list(asks(company))
    return drill.dice().sample(everything, drill.size(small, len(everything)))


def marked_by(company: Company, tries: list[Ask], compared: float) -> tuple[list[str], int]:
    """The refused requests that left something behind, and how many were refused."""
    whole, refused, faults = digest(), 0, []
    dice = random.Random(len(tries))
    for ask in tries:
        began = write_count()

        def look(answer: Any, began: int = began) -> tuple[int, list[str]]:
            if answer.status_code < 400:
                return answer.status_code, []
            if write_count() == began and dice.random() >= compared:
                return answer.status_code, []
            after = digest()
            return answer.status_code, [name for name in whole if whole[name] != after[name]]

        stale = STALE if dice.random() < 0.3 else {}
        status, tables = tried(company, ask, look, **stale)
        refused += 400 <= status < 500
        if tables or status >= 500:
            faults.append(f"{ask} answered {status} and changed {tables}")
    return faults, refused


def test_no_refused_request_leaves_a_mark(company: Company, drill: Drill) -> None:
    untouched = Untouched.now(exact=True)

    faults, refused = marked_by(company, chosen(company, drill, 80), COMPARED if drill.long else 0)

    drill.holds("refused requests that changed a row or broke", faults, of=refused)
    untouched.check("the drill itself")


def test_planted_a_write_before_the_refusal_is_found(
    company: Company, drill: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = policy.require

    def careless(actor: Any, act: str, kind: str, row: Any = None) -> None:
        if row is not None:
            type(row)._default_manager.filter(pk=row.pk).update(external_id="was here")
        asked(actor, act, kind, row)

    monkeypatch.setattr(policy, "require", careless)

    faults, _refused = marked_by(company, chosen(company, drill, 40)[:40], 0)

    assert any("changed ['" in fault for fault in faults)
