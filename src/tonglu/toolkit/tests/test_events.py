"""Events reach every subscriber after the change, one job each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

import pytest

from tonglu.kernel.money import Money
from tonglu.toolkit import events
from tonglu.toolkit.jobs import drain
from tonglu.toolkit.models import OutboxEvent

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class DealMade(events.Event):
    name: ClassVar[str] = "test.deal.made"

    deal_id: int
    amount: Money
    on: date
    tags: tuple[str, ...] = ()


seen: list[tuple[str, DealMade]] = []


def first(event: DealMade) -> None:
    seen.append(("first", event))


def second(event: DealMade) -> None:
    seen.append(("second", event))


@pytest.fixture(autouse=True)
def _subscribed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_handlers", {})
    events.subscribe(DealMade, first)
    events.subscribe(DealMade, second)
    seen.clear()


def test_every_subscriber_gets_the_event_as_it_was_published() -> None:
    event = DealMade(
        deal_id=7, amount=Money(Decimal("99.90"), "CNY"), on=date(2026, 3, 1), tags=("a",)
    )

    events.publish(event)
    assert seen == []
    drain()

    assert seen == [("first", event), ("second", event)]


def test_the_outbox_keeps_what_happened_under_its_public_name() -> None:
    events.publish(DealMade(deal_id=7, amount=Money(Decimal("1.50"), "EUR"), on=date(2026, 3, 1)))

    row = OutboxEvent.objects.get()
    assert row.name == "test.deal.made"
    assert row.payload["amount"] == {"amount": "1.50", "currency": "EUR"}


def test_an_event_without_a_name_is_refused() -> None:
    with pytest.raises(TypeError):
        events.publish(events.Event())


def test_subscribing_twice_delivers_once() -> None:
    events.subscribe(DealMade, first)
    events.publish(DealMade(deal_id=1, amount=Money(Decimal(1), "CNY"), on=date(2026, 3, 1)))

    assert drain() == 2


def test_what_is_history_wakes_nobody_and_tells_only_what_was_asked_for() -> None:
    event = DealMade(deal_id=7, amount=Money(Decimal(5), "CNY"), on=date(2024, 1, 2))

    with events.gathered(DealMade) as kept:
        events.publish(event)
        before = list(seen)
        told = kept.tell()
    with events.gathered():
        events.publish(event)

    assert before == []
    assert told == 1
    assert seen == [("first", event), ("second", event)]
    assert not OutboxEvent.objects.exists()
    assert drain() == 0


def test_events_of_a_batch_are_delivered_by_one_job_for_each_subscriber() -> None:
    made = [
        DealMade(deal_id=n, amount=Money(Decimal(n), "CNY"), on=date(2026, 3, 1)) for n in range(3)
    ]

    with events.published_together():
        for event in made:
            events.publish(event)
        assert OutboxEvent.objects.count() == 0

    assert OutboxEvent.objects.count() == 3
    assert drain() == 2
    assert seen == [("first", event) for event in made] + [("second", event) for event in made]


def test_an_event_that_fails_in_a_batch_gets_a_job_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def third(event: DealMade) -> None:
        if event.deal_id == 1:
            raise RuntimeError("not this one")
        seen.append(("third", event))

    monkeypatch.setattr(events, "_handlers", {})
    events.subscribe(DealMade, third)
    with events.published_together():
        for n in range(3):
            events.publish(
                DealMade(deal_id=n, amount=Money(Decimal(n), "CNY"), on=date(2026, 3, 1))
            )

    drain(strict=False)

    assert [event.deal_id for _name, event in seen] == [0, 2]


def test_a_batch_that_fails_publishes_nothing() -> None:
    event = DealMade(deal_id=1, amount=Money(Decimal(1), "CNY"), on=date(2026, 3, 1))

    def fail() -> None:
        with events.published_together():
            events.publish(event)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert (OutboxEvent.objects.count(), drain()) == (0, 0)
