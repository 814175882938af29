"""Load and soak, by command only: thirty requests a second of mixed work, how slow the slowest are, and whether memory grows.

70 % lists and records, 20 % searches, 10 % writes, by signed-in people through the production server, sent when they are due and not
when the last one was answered; each write that was acknowledged must be there in the end. `TONGLU_DRILLS_MINUTES` says how long the soak goes on, `TONGLU_DRILLS_RATE` how many in a second.
"""

from __future__ import annotations

import http.client
import os
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from tonglu.customers.models import Account
from tonglu.entities.testing import signed_in
from tonglu.policy.testing import Cast
from tools.drills.fixture import SIZE, Drill

from .served import Served, free_port, serving

pytestmark = pytest.mark.django_db(transaction=True)
by_command = pytest.mark.skipif(os.environ.get(SIZE) != "long", reason="by command only")
RATE = int(os.environ.get("TONGLU_DRILLS_RATE", "30"))
SOAK_MINUTES = float(os.environ.get("TONGLU_DRILLS_MINUTES", "20"))
ROWS = 20_000
SLOWEST = 0.5
GROWTH = 5.0
PEOPLE = ("ana", "ben", "lee", "dee", "sid", "oli")
GOOD = ("200", "201")
WRITTEN = "Load"


@dataclass(kw_only=True)
class Ride:
    """What came of the requests: seconds each took from when it was due, and what was answered."""

    seconds: list[float] = field(default_factory=list)
    answers: Counter[tuple[str, str]] = field(default_factory=Counter)

    def wrong(self) -> list[str]:
        """The answers that are none; a record out of the asker's sight may be missing."""
        missing = ("record", "404")
        return [
            f"{times} x {what}: {said}"
            for (what, said), times in self.answers.items()
            if said not in GOOD and (what, said) != missing
        ]

    def p95(self) -> float:
        """The time that 95 of 100 requests stay below."""
        return sorted(self.seconds)[int(len(self.seconds) * 0.95)] if self.seconds else 0.0


def ridden(port: int, cookies: list[str], seconds: float, rate: int, dice: random.Random) -> Ride:
    """Send requests at their time, whatever the earlier ones do."""
    ride, lock, began = Ride(), threading.Lock(), time.monotonic()

    def one(due: float, cookie: str, what: str, path: str, body: str) -> None:
        said = _asked(port, cookie, path, body)
        with lock:
            ride.seconds.append(time.monotonic() - due)
            ride.answers[what, said] += 1

    with ThreadPoolExecutor(64) as pool:
        for number in range(int(seconds * rate)):
            due = began + number / rate
            time.sleep(max(0.0, due - time.monotonic()))
            pool.submit(one, due, dice.choice(cookies), *_request(dice, number))
    return ride


def _request(dice: random.Random, number: int) -> tuple[str, str, str]:
    """What it is, its address and its body."""
    part, pk = number % 10, dice.randrange(1, ROWS)
    if part < 4:
        return "list", f"/accounts/?view=all&sort={dice.choice(('name', '-updated_at'))}", ""
    if part < 7:
        return "record", f"/accounts/{pk}/", ""
    if part < 9:
        words = quote(f"{dice.choice(('Acme', '华辰'))} {dice.randrange(ROWS)}")
        return "search", f"/search/?q={words}", ""
    return "write", "/api/v1/accounts", f'{{"name": "{WRITTEN} {number} {dice.random()}"}}'


def _asked(port: int, cookie: str, path: str, body: str) -> str:
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    token = cookie.partition(f"{settings.CSRF_COOKIE_NAME}=")[2]
    headers = {"Cookie": cookie, "X-CSRFToken": token, "Content-Type": "application/json"}
    try:
        asked.request("POST" if body else "GET", path, body or None, headers)
        given = asked.getresponse()
        given.read()
        return str(given.status)
    except (OSError, http.client.HTTPException) as problem:
        return type(problem).__name__
    finally:
        asked.close()


def _cookies(cast: Cast) -> list[str]:
    made = []
    for name in PEOPLE:
        client = signed_in(getattr(cast, name))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        token = f"{settings.CSRF_COOKIE_NAME}={'a' * 32}"
        made.append(f"{settings.SESSION_COOKIE_NAME}={session}; {token}")
    return made


def _filled(cast: Cast, number: int = ROWS) -> None:
    owners = (cast.ana, cast.ben, cast.cy)
    rows = (
        Account(name=f"Acme 华辰 {n}", owner=owners[n % 3], department=owners[n % 3].department)
        for n in range(number)
    )
    Account.objects.bulk_create(rows, batch_size=2_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _memory(served: Served) -> int:
    """The kilobytes that the server's processes hold."""
    total = 0
    for pid in served.workers():
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        total += sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    return total


def _sessions() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def _lost(*rides: Ride) -> list[str]:
    """Writes that were acknowledged and are not there, and those that are there and were not."""
    written = sum(ride.answers["write", "201"] for ride in rides)
    kept = Account.objects.filter(name__startswith=WRITTEN).count()
    return [f"{written} writes acknowledged, {kept} kept"] if written != kept or not written else []


def test_each_request_of_the_mix_is_answered(cast: Cast, drill: Drill, live_server: Any) -> None:
    """The drill itself: nobody is refused, all four kinds of request are among them, what is written is there."""
    _filled(cast, 40)

    ride = ridden(live_server.thread.port, _cookies(cast), 1, 20, drill.dice())

    assert ride.wrong() == []
    assert {what for what, _said in ride.answers} == {"list", "record", "search", "write"}
    assert _lost(ride) == []


def test_planted_writes_that_are_refused_or_late_are_found(
    cast: Cast, drill: Drill, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _filled(cast, 1)
    cookies = [cookie.partition("; ")[0] for cookie in _cookies(cast)]
    monkeypatch.setattr(f"{__name__}._request", lambda *_given: ("write", "/api/v1/accounts", "{}"))

    ride = ridden(live_server.thread.port, cookies, 1, 2, drill.dice())

    assert ride.wrong() == ["2 x write: 403"]
    assert _lost(ride) == ["0 writes acknowledged, 0 kept"]
    assert Ride(seconds=[0.1] * 94 + [0.6] * 6).p95() > SLOWEST


@by_command
def test_thirty_requests_a_second_are_answered_in_time(cast: Cast, drill: Drill) -> None:
    _filled(cast)
    with serving(free_port()) as served:
        served.seconds_until_ready()
        cookies = _cookies(cast)
        warm = ridden(served.port, cookies, 10, 5, drill.dice())
        ride = ridden(served.port, cookies, 120, RATE, drill.dice())
        burst = ridden(served.port, cookies, 10, 2 * RATE, drill.dice())

    sent = len(ride.seconds)
    drill.tell(
        f"95 of 100 answers at {RATE} a second come within",
        round(ride.p95(), 3),
        sent,
        bound=SLOWEST,
        unit=" s",
    )
    drill.tell(
        "the same in a burst of twice as many",
        round(burst.p95(), 3),
        len(burst.seconds),
        bound=2 * SLOWEST,
        unit=" s",
    )
    wrong = [*ride.wrong(), *burst.wrong(), *_lost(warm, ride, burst)]
    drill.holds("requests not answered, writes lost", wrong, of=sent + len(burst.seconds))
    assert ride.p95() < SLOWEST
    assert burst.p95() < 2 * SLOWEST


@by_command
def test_hours_of_work_leave_memory_and_connections_as_they_were(cast: Cast, drill: Drill) -> None:
    _filled(cast)
    with serving(free_port()) as served:
        served.seconds_until_ready()
        cookies, seconds = _cookies(cast), SOAK_MINUTES * 60
        warm = ridden(served.port, cookies, seconds * 0.2, RATE // 2, drill.dice())
        memory, sessions = _memory(served), _sessions()
        ride = ridden(served.port, cookies, seconds * 0.8, RATE // 2, drill.dice())
        growth = (_memory(served) / memory - 1) * 100
        more = _sessions() - sessions

    sent = len(ride.seconds)
    drill.tell(
        f"growth of memory in {SOAK_MINUTES:g} minutes",
        round(growth, 1),
        sent,
        bound=GROWTH,
        unit=" %",
    )
    drill.tell("connections left over", max(0, more), sent, bound=2)
    wrong = [*ride.wrong(), *_lost(warm, ride)]
    drill.holds("requests not answered, writes lost", wrong, of=sent)
    assert growth < GROWTH
    assert more <= 2
