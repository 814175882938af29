"""Posts that are sent again because the line went dead: one effect each, and every retry gets the same answer.

A real server; each post is cut off several times, in the middle of the request or before the answer was read, and then sent until it
is answered, all under its Idempotency-Key. Kinds with money, numbers and events behind them are among them.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from contextlib import suppress
from typing import Any

import pytest

from tonglu.api import middleware
from tonglu.api.tokens import token_create
from tonglu.customers.models import Account
from tonglu.finance.models import Collection
from tonglu.policy.testing import Cast
from tools.drills.fixture import Drill

from .served import post, post_cut

pytestmark = pytest.mark.django_db(transaction=True)
CALLERS = 4


def sent_again(cast: Cast, port: int, number: int, dice: random.Random) -> list[str]:
    """Send so many posts, each cut off now and then, and count what came of them."""
    account = Account.objects.create(name="Payer", owner=cast.fay, department=cast.office)
    token = token_create(person=cast.fay, name="drill", scopes=["all"]).secret
    plans = [(n, [dice.random() * 2 for _ in range(dice.randrange(4))]) for n in range(number)]
    faults: list[str] = []

    def call(mine: list[tuple[int, list[float]]]) -> None:
        for n, cuts in mine:
            body = {
                "account": account.pk,
                "amount": f"{n + 1}.00",
                "received_on": "2026-01-31",
                "bank_reference": f"r-{n}",
            }
            for part in cuts:
                with suppress(OSError):
                    post_cut(port, token, "collections", body, f"k-{n}", part)
            first, again = (post(port, token, "collections", body, f"k-{n}") for _ in (1, 2))
            if first[0] != 201 or first != again:
                faults.append(f"{n}: {first[0]} {first[1]}, then {again[0]}")

    threads = [
        threading.Thread(target=call, args=(plans[place::CALLERS],)) for place in range(CALLERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = Counter(Collection.objects.values_list("bank_reference", flat=True))
    faults += [f"{name}: {count} times" for name, count in found.items() if count != 1]
    faults += [f"r-{n} is lost" for n in range(number) if not found[f"r-{n}"]]
    return faults


def test_a_post_sent_again_has_one_effect(
    cast: Cast, drill: Drill, live_server: Any, settings: Any
) -> None:
    settings.API_CALLS_PER_MINUTE = 0
    number = drill.size(24, 5_000)

    faults = sent_again(cast, live_server.thread.port, number, drill.dice())

    drill.holds(
        "posts, cut off and sent again, with more or less than one effect", faults, of=number
    )


def test_planted_keys_that_nobody_keeps_are_found(
    cast: Cast, drill: Drill, live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.API_CALLS_PER_MINUTE = 0
    monkeypatch.setattr(middleware, "answered_once", lambda request, view: view(request))

    assert sent_again(cast, live_server.thread.port, 4, drill.dice())
