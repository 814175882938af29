"""The web server is killed while it answers: what it acknowledged is there once, callers who try again get through, and it is back.

Its workers are killed one after the other, at length also the whole server with its leader.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from http.client import HTTPException

import pytest

from tonglu.api.tokens import token_create
from tonglu.customers.models import Account
from tonglu.policy.testing import Cast
from tools.drills.fixture import Drill

from .served import READY_SECONDS, Served, free_port, post, serving

pytestmark = pytest.mark.django_db(transaction=True)
CALLERS = 3
PATIENCE_SECONDS = 120


class Callers:
    """Each posts one customer after the other and sends each again, under its key, until it is answered."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.token = port, token
        self.acknowledged: list[str] = []
        self.refused: list[str] = []
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._call, args=(n,)) for n in range(CALLERS)]

    def __enter__(self) -> Callers:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(PATIENCE_SECONDS)

    def _call(self, place: int) -> None:
        number = 0
        while not self.over.is_set():
            name = f"c-{place}-{number}"
            body = {"name": f"Acme {name}", "external_id": name}
            try:
                status, said = post(self.port, self.token, "accounts", body, name)
            except (OSError, HTTPException, ValueError):
                time.sleep(0.1)
                continue
            if status == 201:
                self.acknowledged.append(name)
                number += 1
            elif status == 429:
                time.sleep(1)
            else:
                self.refused.append(f"{name}: {status} {said}")
                number += 1


def audited(callers: Callers) -> list[str]:
    """What was acknowledged and is missing, what is there twice, what was refused."""
    found = Counter(Account.objects.values_list("external_id", flat=True))
    lost = [
        f"{name} was acknowledged and is lost" for name in callers.acknowledged if not found[name]
    ]
    doubled = [f"{name} is there {count} times" for name, count in found.items() if count > 1]
    return [*lost, *doubled, *callers.refused[:5]]


def test_a_killed_server_loses_nothing_and_is_back(cast: Cast, drill: Drill) -> None:
    kills, port, slowest = drill.size(2, 100), free_port(), 0.0
    token = token_create(person=cast.ana, name="drill", scopes=["all"]).secret
    dice = drill.dice()
    with serving(port) as served:
        served.seconds_until_ready()
        with Callers(port, token) as callers:
            for _turn in range(kills):
                slowest = max(slowest, _worker_killed(served, callers, dice))
    faults = audited(callers)

    assert len(callers.acknowledged) > kills
    drill.tell(
        "slowest return after a kill", round(slowest, 1), kills, bound=READY_SECONDS, unit=" s"
    )
    drill.holds(
        f"of {len(callers.acknowledged):,} acknowledged writes lost or doubled by kills",
        faults,
        of=kills,
    )
    assert slowest < READY_SECONDS


def _worker_killed(served: Served, callers: Callers, dice: random.Random) -> float:
    """Kill a worker in mid-request, and wait for the next acknowledged write."""
    time.sleep(dice.random() * 0.5)
    served.kill(dice.choice(served.workers()))
    began, known = time.monotonic(), len(callers.acknowledged)
    while len(callers.acknowledged) == known and time.monotonic() - began < PATIENCE_SECONDS:
        time.sleep(0.02)
    return time.monotonic() - began


def test_a_server_killed_whole_starts_again(cast: Cast, drill: Drill) -> None:
    if not drill.long:
        return
    kills, port, slowest = 10, free_port(), 0.0
    token = token_create(person=cast.ana, name="drill", scopes=["all"]).secret
    with Callers(port, token) as callers:
        for _turn in range(kills):
            with serving(port) as served:
                slowest = max(slowest, served.seconds_until_ready())
                time.sleep(1 + drill.dice().random())
    drill.tell(
        "slowest start after a kill of all its processes",
        round(slowest, 1),
        kills,
        bound=READY_SECONDS,
        unit=" s",
    )
    drill.holds("acknowledged writes lost or doubled", audited(callers), of=kills)
    assert slowest < READY_SECONDS


def test_planted_writes_that_are_forgotten_are_found(cast: Cast) -> None:
    """An answer without its row, as from a server that does not wait for its commit."""
    callers = Callers(0, "")
    callers.acknowledged = ["c-0-0"]

    assert audited(callers) == ["c-0-0 was acknowledged and is lost"]
