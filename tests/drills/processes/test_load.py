"""Load and soak, by command only: thirty requests a second of mixed work, how slow the slowest are, and whether memory grows.

70 % lists and records, 20 % searches, 10 % writes, by signed-in people through the production server, sent when they are due and not
when the last one was answered. `TONGLU_DRILLS_MINUTES` says how long the soak goes on, `TONGLU_DRILLS_RATE` how many in a second.
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

import pytest
from django.conf import settings
from django.db import connection

from tonglu.customers.models import Account
from tonglu.entities.testing import signed_in
from tonglu.policy.testing import Cast
from tools.drills.fixture import SIZE, Drill

from .served import Served, free_port, serving

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(os.environ.get(SIZE) != "long", reason="by command only"),
]
RATE = int(os.environ.get("TONGLU_DRILLS_RATE", "30"))
SOAK_MINUTES = float(os.environ.get("TONGLU_DRILLS_MINUTES", "20"))
ROWS = 20_000
SLOWEST = 0.5
Cookies = dict[str, str]
GROWTH = 5.0
READERS = ("ana", "ben", "lee", "dee", "max", "fay")
WRITERS = ("ana", "ben", "lee")


@dataclass(kw_only=True)
class Ride:
    """What came of the requests: seconds each took from when it was due, and the answers that are none."""

    seconds: list[float] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)

    def p95(self) -> float:
        """The time that 95 of 100 requests stay below."""
        return sorted(self.seconds)[int(len(self.seconds) * 0.95)] if self.seconds else 0.0


def ridden(
    served: Served, cookies: Cookies, seconds: float, rate: int, dice: random.Random
) -> Ride:
    """Send requests at their time, whatever the earlier ones do."""
    ride, lock, began = Ride(), threading.Lock(), time.monotonic()

    def one(due: float, cookie: str, path: str, body: str) -> None:
        word = _asked(served.port, cookie, path, body)
        with lock:
            ride.seconds.append(time.monotonic() - due)
            if word:
                ride.wrong[word] += 1

    with ThreadPoolExecutor(64) as pool:
        for number in range(int(seconds * rate)):
            due = began + number / rate
            time.sleep(max(0.0, due - time.monotonic()))
            path, body = _request(dice, number)
            who = dice.choice(WRITERS if body else READERS)
            pool.submit(one, due, cookies[who], path, body)
    return ride


def _request(dice: random.Random, number: int) -> tuple[str, str]:
    part, pk = number % 10, dice.randrange(1, ROWS)
    if part < 4:
        return f"/accounts/?view=all&sort={dice.choice(('name', '-updated_at'))}", ""
    if part < 7:
        return f"/accounts/{pk}/", ""
    if part < 9:
        return f"/search/?q={dice.choice(('Acme', '华辰'))}%20{dice.randrange(ROWS)}", ""
    return "/api/v1/accounts", f'{{"name": "Acme {number} {dice.random()}"}}'


def _asked(port: int, cookie: str, path: str, body: str) -> str:
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    token = cookie.rpartition("=")[2]
    headers = {"Cookie": cookie, "X-CSRFToken": token, "Content-Type": "application/json"}
    try:
        asked.request("POST" if body else "GET", path, body or None, headers)
        given = asked.getresponse()
        given.read()
        is_good = given.status < 400 or given.status == 404
        return "" if is_good else f"{given.status} {path.split('?')[0]}"
    except OSError as problem:
        return type(problem).__name__
    finally:
        asked.close()


def _cookies(cast: Cast) -> Cookies:
    """Everybody's session, with the token of their forms last."""
    made = {}
    for name in READERS:
        client = signed_in(getattr(cast, name))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        token = f"{settings.CSRF_COOKIE_NAME}={'a' * 32}"
        made[name] = f"{settings.SESSION_COOKIE_NAME}={session}; {token}"
    return made


def _filled(cast: Cast) -> None:
    owners = (cast.ana, cast.ben, cast.cy)
    rows = (
        Account(name=f"Acme 华辰 {n}", owner=owners[n % 3], department=owners[n % 3].department)
        for n in range(ROWS)
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


def test_thirty_requests_a_second_are_answered_in_time(cast: Cast, drill: Drill) -> None:
    _filled(cast)
    with serving(free_port()) as served:
        served.seconds_until_ready()
        cookies = _cookies(cast)
        ridden(served, cookies, 10, 5, drill.dice())
        ride = ridden(served, cookies, 120, RATE, drill.dice())
        burst = ridden(served, cookies, 10, 2 * RATE, drill.dice())

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
    drill.holds("requests not answered", list((ride.wrong + burst.wrong).items()), of=sent)
    assert ride.p95() < SLOWEST


def test_hours_of_work_leave_memory_and_connections_as_they_were(cast: Cast, drill: Drill) -> None:
    _filled(cast)
    with serving(free_port()) as served:
        served.seconds_until_ready()
        cookies, seconds = _cookies(cast), SOAK_MINUTES * 60
        ridden(served, cookies, seconds * 0.2, RATE // 2, drill.dice())
        memory, sessions = _memory(served), _sessions()
        ride = ridden(served, cookies, seconds * 0.8, RATE // 2, drill.dice())
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
    drill.holds("requests not answered", list(ride.wrong.items()), of=sent)
    assert growth < GROWTH
    assert more <= 2
