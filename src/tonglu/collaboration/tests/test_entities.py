"""The inherited tests for what hangs on records."""

from __future__ import annotations

from typing import ClassVar

from tonglu.entities.testing import EntityTests, Raw
from tonglu.policy.testing import Cast


class TestTasks(EntityTests):
    kind = "collaboration.task"
    changed: ClassVar[Raw] = {"due_on": "2031-02-01"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"subject": f"Call number {n}", "due_on": "2031-01-31"}


class TestEvents(EntityTests):
    kind = "collaboration.calendarevent"
    changed: ClassVar[Raw] = {"place": "Room 2"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {
            "title": f"Visit {n}",
            "starts_at": "2031-01-31 09:00",
            "ends_at": "2031-01-31 10:00",
        }


class TestFollowUps(EntityTests):
    kind = "collaboration.followup"
    changed: ClassVar[Raw] = {"place": "By the lake"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"text": f"Spoke about pump {n}", "subject": f"Pump {n}", "at": "2026-01-31 09:00"}


class TestNotes(EntityTests):
    kind = "collaboration.note"
    stranger = "ada"
    changed: ClassVar[Raw] = {"text": "Ask again in spring"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"title": f"Note {n}", "text": "Ask again"}


class TestLinks(EntityTests):
    kind = "collaboration.link"
    stranger = "ada"
    changed: ClassVar[Raw] = {"topic": "Tenders"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"name": f"Tariff {n}", "url": f"https://tariff.example/{n}"}


class TestGoals(EntityTests):
    kind = "collaboration.goal"
    by = "lee"
    changed: ClassVar[Raw] = {"description": "Agreed in January"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {
            "name": f"Goal {n}",
            "measure": "manual",
            "starts_on": "2031-01-01",
            "ends_on": "2031-12-31",
            "target": "100",
        }


class TestAnnouncements(EntityTests):
    kind = "collaboration.announcement"
    by = "lee"
    changed: ClassVar[Raw] = {"text": "We close at four."}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"title": f"Hours {n}", "text": "We close at three."}
