"""Late tickets say so where people look for work: on the board, in the list and on the record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tonglu.customers.models import Account
from tonglu.entities.services import record_create
from tonglu.entities.testing import signed_in
from tonglu.policy import actor_of
from tonglu.policy.testing import Cast
from tonglu.support.models import Ticket
from tonglu.toolkit.clock import now

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Any:
    actor = actor_of(cast.eng)
    account = record_create(actor=actor_of(cast.ana), model=Account, values={"name": "Acme"})
    return record_create(
        actor=actor, model=Ticket, values={"subject": "It leaks", "account": account}
    )


@pytest.mark.parametrize(
    ("hours", "state", "late"),
    [(-1, "new", True), (1, "new", False), (-1, "waiting", False), (-1, "solved", False)],
)
def test_a_late_ticket_says_so_everywhere(
    ticket: Any, hours: int, state: str, late: bool, cast: Cast
) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(due_at=now() + timedelta(hours=hours), state=state)
    eng = signed_in(cast.eng)
    pages = [f"/tickets/{ticket.pk}/", "/tickets/?view=all", "/tickets/board/"]

    said = [">Overdue</span>" in eng.get(page).content.decode() for page in pages]

    assert said == [late] * 3
