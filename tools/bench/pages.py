"""The time of everyday operations in a big company: `python -m tools.bench.pages [--seconds 1.5] [--json FILE] [--compare FILE]`.

Starts the production server on the installation of TONGLU_DATA (filled by `tools.bench.company`), signs in as a director, a team
leader and a salesperson, and measures each operation as a page and through the API, in turn with the bare SQL for the same answer
on a connection of psycopg. Ratios hold on any machine; milliseconds only on this one. Beside the clock stands the processor time of our
own Python for the same request, which other programs on the machine disturb much less.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from .company import PASSWORD
from .operations import Operation, operations

PORT = 8971
ADDRESS = f"http://127.0.0.1:{PORT}"
PEOPLE = ("director", "leader", "sales1")
HEADS = (
    "operation",
    "person",
    "page ms",
    "page CPU ms",
    "p95",
    "8 clients/s",
    "8 clients ms",
    "KB",
    "queries",
    "API ms",
    "API CPU ms",
    "API 8 clients/s",
    "API 8 clients ms",
    "API KB",
    "API queries",
    "SQL ms",
    "API/SQL",
)
REPEATED = 50
"""How often the processor time of an answer is taken; of these the median."""
GROWN = ("page grew", "API grew", "SQL grew")


def main() -> None:
    """Measure and print a table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument(
        "--seconds", type=float, default=1.5, help="how long each operation is repeated"
    )
    asked.add_argument("--json", type=Path, help="also write the figures there")
    asked.add_argument(
        "--compare",
        type=Path,
        help="figures of another company, written by --json: how much they grew",
    )
    asked.add_argument("--people", default=",".join(PEOPLE))
    given = asked.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tonglu.config.settings")
    os.environ.setdefault("TONGLU_API_CALLS_PER_MINUTE", "0")
    os.environ.update(
        TONGLU_LOG_LEVEL="WARNING", TONGLU_URL=ADDRESS, TONGLU_DEMO="1"
    )  # plain HTTP, on this machine only
    from tonglu.cli.installation import ready

    with ready(), _server():
        found = [one for name in given.people.split(",") for one in _measured(name, given.seconds)]
    if given.compare:
        _compare(found, json.loads(given.compare.read_text()))
    heads = [*HEADS, *(GROWN if given.compare else ())]
    rows = [heads, *([str(one.get(head, "")) for head in heads] for one in found)]
    from tonglu.cli.output import table

    print(table(rows))
    if given.json:
        given.json.write_text(json.dumps(found, indent=1, ensure_ascii=False))


def _compare(found: list[dict[str, Any]], other: list[dict[str, Any]]) -> None:
    """Say of each median how many times that of the other company it is."""
    before = {(one["operation"], one["person"]): one for one in other}
    for one in found:
        was = before.get((one["operation"], one["person"]), {})
        for head, way in zip(GROWN, ("page ms", "API ms", "SQL ms"), strict=True):
            if isinstance(one.get(way), float) and was.get(way):
                one[head] = round(one[way] / was[way], 2)


@contextmanager
def _server() -> Iterator[None]:
    from tonglu.cli.processes import running, web_command
    from tonglu.config import environment

    command = {"web": web_command("127.0.0.1", PORT, workers=2, threads=4)}
    settings = {"TONGLU_POOL": "8", "TONGLU_LOG_LEVEL": "WARNING"}
    with running(command, environment.data_folder() / "logs", settings):
        _until(lambda: httpx.get(f"{ADDRESS}/healthz").status_code == 200)
        yield


def _until(answers: Callable[[], bool]) -> None:
    for _ in range(300):
        try:
            if answers():
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise SystemExit("The server does not answer: see the logs in the data folder.")


def _measured(name: str, seconds: float) -> Iterator[dict[str, Any]]:
    import psycopg

    from tonglu.config import environment
    from tonglu.directory.models import Person

    person = Person.objects.get(email=f"{name}@bench.example")
    mine = {
        "sales1": f"AND o.owner_id = {person.pk}",
        "leader": f"AND o.department_id = {person.department_id}",
    }.get(name, "")
    browser, api = _signed_in(person.email), _with_token(person)
    with psycopg.connect(environment.backup_source().url, autocommit=True) as connection:
        for one in operations(_known(person, browser, api, mine, connection)):
            yield {
                "operation": one.name,
                "person": name,
                **_figures(one, person, browser, api, connection, mine, seconds),
            }


def _figures(one: Operation, person: Any, browser: httpx.Client, api: httpx.Client, connection: Any, mine: str, seconds: float) -> dict[str, Any]:  # fmt: skip
    """The three ways in alternation, so that whatever else the machine does hits all alike."""
    ways: dict[str, Callable[[], Any]] = {}
    if one.page and browser.get(one.page).status_code == 404:
        return {"page ms": "–"}  # not for this person
    if one.page:
        ways["page ms"] = lambda: _asked(browser.get(one.page))
    if one.api:
        count = iter(range(10**9))
        ways["API ms"] = lambda: _asked(_call(api, one, next(count)))
    if one.sql:
        ways["SQL ms"] = lambda: connection.execute(one.sql.format(mine=mine).encode()).fetchall()
    times = _alternated(ways, seconds)
    told: dict[str, Any] = {
        name: round(statistics.median(taken), 1) for name, taken in times.items()
    }
    if one.page:
        told["p95"] = round(sorted(times["page ms"])[int(len(times["page ms"]) * 0.95) - 1], 1)
        told["KB"] = round(int(browser.get(one.page).headers.get("content-length", 0)) / 1024, 1)
        told["queries"], told["page CPU ms"] = _cost(browser, one.page)
        told |= _at_once("8 clients", lambda: _asked(browser.get(one.page)), seconds)
    if one.api and one.method == "get":
        told |= _at_once("API 8 clients", ways["API ms"], seconds)
        told["API KB"] = round(int(api.get(one.api).headers.get("content-length", 0)) / 1024, 1)
        told["API queries"], told["API CPU ms"] = _cost(api, one.api)
    if "API ms" in told and "SQL ms" in told:
        told["API/SQL"] = round(told["API ms"] / max(told["SQL ms"], 0.05), 1)
    return told


def _alternated(ways: dict[str, Callable[[], Any]], seconds: float) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()
    until = time.perf_counter() + seconds * len(ways)
    while time.perf_counter() < until or len(next(iter(times.values()))) < 5:
        for name, way in ways.items():
            started = time.perf_counter()
            way()
            times[name].append((time.perf_counter() - started) * 1000)
    return times


def _at_once(name: str, way: Callable[[], Any], seconds: float) -> dict[str, float]:
    """How many answers a second eight clients get together, and how long each of them waits in the median."""
    until = time.perf_counter() + seconds

    def client(_number: int) -> list[float]:
        waits = []
        while (started := time.perf_counter()) < until:
            way()
            waits.append((time.perf_counter() - started) * 1000)
        return waits

    with ThreadPoolExecutor(8) as clients:
        waits = [one for some in clients.map(client, range(8)) for one in some]
    median = round(statistics.median(waits), 1) if waits else 0.0
    return {f"{name}/s": round(len(waits) / seconds), f"{name} ms": median}


def _call(api: httpx.Client, one: Operation, number: int) -> httpx.Response:
    body = {key: _in_turn(value, number) for key, value in (one.body or {}).items()}
    return api.request(one.method, one.api, **({"json": body} if one.body else {}))


def _in_turn(value: Any, number: int) -> Any:
    if isinstance(value, list):
        return value[number % len(value)]
    return value.replace("{n}", str(number)) if isinstance(value, str) else value


def _asked(answer: httpx.Response) -> None:
    if answer.status_code >= 400:
        raise SystemExit(
            f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text[:400]}"
        )


def _cost(browser: httpx.Client, address: str) -> tuple[int, float]:
    """Statements of a request, and its processor time in Python alone: through the same middleware, but in this process."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from tonglu.config import wsgi  # noqa: F401  the server's own collector of garbage

    token = browser.headers.get("Authorization", "")
    client = Client(
        HTTP_HOST="127.0.0.1",
        HTTP_ACCEPT_ENCODING="gzip",
        **({"HTTP_AUTHORIZATION": token} if token else {}),
    )
    for name, value in browser.cookies.items():
        client.cookies[name] = value
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        client.get(address)
    return len(caught), round(statistics.median(_processor(client, address)), 1)


def _processor(client: Any, address: str) -> Iterator[float]:
    for _ in range(REPEATED):
        started = time.thread_time()
        client.get(address)
        yield (time.thread_time() - started) * 1000


def _signed_in(email: str) -> httpx.Client:
    browser = httpx.Client(
        base_url=ADDRESS, follow_redirects=True, timeout=120, headers={"Referer": ADDRESS}
    )
    form = browser.get("/account/login/").text
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', form)
    browser.post(
        "/account/login/",
        data={
            "login": email,
            "password": PASSWORD,
            "csrfmiddlewaretoken": token[1] if token else "",
        },
    )
    _asked(browser.get("/opportunities/"))
    return browser


def _with_token(person: Any) -> httpx.Client:
    from tonglu.api.tokens import token_create

    secret = token_create(person=person, name="bench", scopes=["all"], days=1).secret
    return httpx.Client(
        base_url=ADDRESS, timeout=120, headers={"Authorization": f"Bearer {secret}"}
    )


def _known(
    person: Any, browser: httpx.Client, api: httpx.Client, mine: str, connection: Any
) -> dict[str, Any]:
    """The rows the operations are about, seen by the person, and a page twenty pages down."""
    deal, stage, pipeline, account = connection.execute(
        f"SELECT id, stage_id, pipeline_id, account_id FROM sales_opportunity o WHERE is_open {mine} ORDER BY id LIMIT 1".encode()
    ).fetchone()
    tail = connection.execute(
        f"SELECT right(mobile, 4) FROM customers_contact o WHERE true {mine} ORDER BY id LIMIT 1".encode()
    ).fetchone()
    page, address = "/opportunities/", "/api/v1/opportunities?limit=50"
    deep_page, deep_api = page, address
    for _ in range(20):
        after = re.search(r'href="([^"]*[?&;]after=[^"]+)"', browser.get(deep_page).text)
        deep_page = (
            page + after[1].replace("&amp;", "&")
            if after and after[1].startswith("?")
            else (after[1].replace("&amp;", "&") if after else page)
        )
        cursor = api.get(deep_api).json().get("next", "")
        deep_api = f"{address}&cursor={cursor}" if cursor else address
    last = connection.execute(
        f"SELECT updated_at FROM sales_opportunity o WHERE deleted_at IS NULL {mine} ORDER BY updated_at DESC OFFSET 1000 LIMIT 1".encode()
    ).fetchone()
    (other,) = connection.execute(
        b"SELECT id FROM sales_stage WHERE pipeline_id = %s AND kind = 'open' AND id <> %s ORDER BY position LIMIT 1",
        [pipeline, stage],
    ).fetchone()
    return {"stages": [other, stage], "deal": deal, "stage": stage, "pipeline": pipeline, "account": account, "tail": tail[0], "deep": last[0] if last else "2026-01-01",
            "deep_page": deep_page, "deep_api": deep_api}  # fmt: skip


if __name__ == "__main__":
    main()
