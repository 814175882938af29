"""What somebody may not see sings in nothing they are told: no answer of any address, no notice, mail, export or line of a log.

Ana's records hold a word in every text. Others, for whom they do not exist, ask every address of the house about them, by GET and by
POST; are sent notices about them at once and in the morning; and the logs of all that are read, for those who keep logs are others too.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from tests.permissions.conftest import MADE, TRASHED, Company
from tests.permissions.test_canaries import WORD, caged
from tests.permissions.test_routes import ROUTES
from tonglu import policy
from tonglu.entities.registry import entity_of
from tonglu.notifications.jobs import digest, notice_mail
from tonglu.notifications.models import Notice
from tonglu.policy import actor_of
from tonglu.toolkit.clock import now
from tonglu.toolkit.models import OutgoingMail
from tools.drills.fixture import Drill

from .asking import Ask, tried

__all__ = ["caged"]
OTHERS = ("cy", "tess", "hue", "pat")


def asks(company: Company) -> Iterator[Ask]:
    """Every address about each of Ana's records, by those who may not see it."""
    for person in OTHERS:
        for kind in unseen(company, person):
            for route in ROUTES:
                if "<int:pk>" in route or "<slug:slug>" in route:
                    url = f"/{_filled(route, company, kind)}"
                    yield Ask(person=person, method="get", url=url)
                    yield Ask(person=person, method="post", url=url)


def unseen(company: Company, person: str) -> list[str]:
    """The kinds of which Ana's record does not exist for the person."""
    actor = actor_of(getattr(company.cast, person))
    return [
        kind
        for kind in MADE
        if not policy.visible(
            actor, entity_of(kind).model._default_manager.filter(pk=company.rows[kind]["ana"].pk)
        ).exists()
    ]


def _filled(route: str, company: Company, kind: str) -> str:
    rows = company.rows[kind]
    values = {
        "<slug:slug>/<int:pk>/restore/": f"{entity_of(kind).slug}/{rows[TRASHED].pk}/restore/",
        "<slug:slug>": entity_of(kind).slug,
        "<int:pk>": str(rows["ana"].pk),
        "<int:other>": str(rows[TRASHED].pk),
        "<str:kind>": kind,
        "<slug:verb>": (*(verb.name for verb in entity_of(kind).verbs), "x")[0],
        "<str:verb>": (*(verb.name for verb in entity_of(kind).verbs), "x")[-1],
    }
    for hole, value in values.items():
        route = route.replace(hole, value)
    while "<" in route:
        before, _, after = route.partition("<")
        route = f"{before}name{after.partition('>')[2]}"
    return route


def sung(company: Company, tries: list[Ask]) -> list[str]:
    """The requests whose answers, or the headers of them, hold the word."""

    def look(given: Any) -> bool:
        streamed = getattr(given, "streaming", False)
        body = b"".join(given.streaming_content) if streamed else given.content
        return WORD.encode() in body or WORD in str(given.headers)

    return [str(ask) for ask in tries if tried(company, ask, look)]


def test_no_address_tells_of_a_record_out_of_sight(
    caged: Company, drill: Drill, caplog: pytest.LogCaptureFixture
) -> None:
    everything = list(asks(caged))
    chosen = drill.dice().sample(everything, min(len(everything), drill.size(80, 100_000)))
    with caplog.at_level(logging.DEBUG):
        faults = sung(caged, chosen)
    lines = [line[:200] for line in caplog.text.splitlines() if WORD in line]

    drill.holds("answers and lines of logs that tell of it", [*faults, *lines], of=len(chosen))


def test_notices_and_mails_about_it_say_nothing(caged: Company, drill: Drill) -> None:
    """They were told once and may not see it any more: the bell and the mail go by what they may see now."""
    asked, faults = 0, []
    for person in OTHERS:
        for kind in unseen(caged, person):
            for mailing in ("once", "digest"):
                _told(caged, person, kind, mailing)
                asked += 1
        digest(person_id=getattr(caged.cast, person).pk)
        urls = ("/notifications/", "/me/notifications/", "/", "/me/")
        faults += sung(caged, [Ask(person=person, method="get", url=url) for url in urls])
    for mail in OutgoingMail.objects.all():
        faults += [f"mail to {mail.recipients}"] * (
            WORD in f"{mail.subject} {mail.text} {mail.html}"
        )

    drill.holds("notices and mails that tell of it", faults, of=asked)


def _told(company: Company, person: str, kind: str, mailing: str) -> None:
    made = Notice.objects.create(
        person=getattr(company.cast, person), topic="assigned", key=f"{kind}:{mailing}", kind=kind,
        row_id=company.rows[kind]["ana"].pk, made_at=now(), mailing=mailing,
    )  # fmt: skip
    if mailing == "once":
        notice_mail(notice_id=made.pk)


def test_planted_a_page_that_asks_nobody_is_found(
    caged: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "visible", lambda _actor, rows, *_more, **_how: rows)
    pk = caged.rows["customers.account"]["ana"].pk

    assert sung(caged, [Ask(person="cy", method="get", url=f"/accounts/{pk}/")])
