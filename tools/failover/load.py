"""People and programs who write while parts die: each notes a write only once it was acknowledged, and asks again until it is."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import httpx

PATIENCE = 8.0
PAUSE = 0.15


@dataclass
class Ledger:
    """What was acknowledged, when, and how often somebody had to ask again."""

    accounts: dict[str, int] = field(default_factory=dict)
    receipts: dict[str, int] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)
    repeated: int = 0
    refused: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, into: dict[str, int], name: str, pk: int) -> None:
        """A write was acknowledged just now."""
        with self.lock:
            into[name] = pk
            self.moments.append(time.monotonic())

    def pause_after(self, moment: float, until: float) -> float:
        """From that moment, the longest time without any acknowledged write."""
        marks = sorted([moment, *(one for one in self.moments if moment < one < until), until])
        return max(after - before for before, after in itertools.pairwise(marks))


class Load:
    """Threads that write until told to stop."""

    def __init__(self, url: str, tokens: dict[str, str], customers: list[int]) -> None:
        self.url, self.tokens, self.customers = f"{url}/api/v1", tokens, customers
        self.ledger, self.over = Ledger(), threading.Event()
        self.threads: list[threading.Thread] = []

    def start(self) -> None:
        """Four who make accounts, two who enter receipts, two who both want to pay out the same months."""
        for number in range(4):
            self._thread(self._accounts, number)
        for number in range(2):
            self._thread(self._receipts, number)
            self._thread(self._payroll, number)

    def stop(self) -> None:
        """Let everybody finish what they are asking for."""
        self.over.set()
        for thread in self.threads:
            thread.join(60)

    def _thread(self, act: Callable[[httpx.Client, int], None], number: int) -> None:
        role = act.__name__.strip("_")
        token = self.tokens[role]

        def run() -> None:
            headers = {"Authorization": f"Bearer {token}"}
            with httpx.Client(headers=headers, timeout=PATIENCE) as client:
                act(client, number)

        self.threads.append(threading.Thread(target=run, name=f"{role}-{number}", daemon=True))
        self.threads[-1].start()

    def _accounts(self, client: httpx.Client, number: int) -> None:
        for count in itertools.count():
            if self.over.is_set():
                return
            name = f"Failover {number}-{count}"
            made = self._until(client, "/accounts", name, {"name": name})
            if made is not None:
                self.ledger.note(self.ledger.accounts, name, int(made["id"]))
            time.sleep(PAUSE)

    def _receipts(self, client: httpx.Client, number: int) -> None:
        for count in itertools.count():
            if self.over.is_set():
                return
            name = f"failover-{number}-{count}"
            account = self.customers[count % len(self.customers)]
            values = {"account": account, "amount": "10.00", "currency": "CNY",
                      "received_on": date.today().isoformat(), "external_id": name}  # fmt: skip
            made = self._until(client, "/collections", name, values)
            if made is not None:
                self.ledger.note(self.ledger.receipts, name, int(made["id"]))
                self._until(
                    client, f"/collections/{made['id']}/allocate_oldest", f"{name}-pays", {}
                )
            time.sleep(PAUSE)

    def _payroll(self, client: httpx.Client, number: int) -> None:
        """Take each month from open to paid; the other one does the same, so that every step is asked for twice."""
        for months in itertools.count():
            if self.over.is_set():
                return
            periods = self._get(client, "/pay-periods?sort=first_day&limit=100")
            due = [one for one in periods if one.get("state") != "paid"]
            if not due:
                return
            pk = due[0]["id"]
            for verb in ("calculate", "review", "approve", "pay"):
                key = f"payroll-{number}-{months}-{pk}-{verb}"
                if self._until(client, f"/pay-periods/{pk}/{verb}", key, {}) is not None:
                    with self.ledger.lock:
                        self.ledger.steps.append(f"{pk} {verb}")
            time.sleep(PAUSE * 4)

    def _get(self, client: httpx.Client, path: str) -> list[dict[str, object]]:
        while not self.over.is_set():
            try:
                told = client.get(f"{self.url}{path}")
                if told.status_code == 200:
                    body = told.json()
                    return list(body.get("rows") or body.get("results") or body.get("data") or [])
            except (httpx.HTTPError, ValueError):
                pass
            time.sleep(0.3)
        return []

    def _until(self, client: httpx.Client, path: str, key: str, values: dict[str, object]) -> dict[str, object] | None:  # fmt: skip
        """Ask under one key until there is an answer: the row, or None when a rule refused."""
        headers = {"Idempotency-Key": f"{key}-failover-drill"}
        for attempt in itertools.count():
            self.ledger.repeated += attempt > 0
            try:
                told = client.post(f"{self.url}{path}", json=values, headers=headers)
            except httpx.HTTPError:
                told = None
            if told is not None and told.status_code in (200, 201):
                return dict(told.json())
            if (
                told is not None
                and 400 <= told.status_code < 500
                and told.status_code not in (408, 425, 429)
            ):
                with self.ledger.lock:
                    self.ledger.refused.append(f"{path} {told.status_code} {told.text[:160]}")
                return None
            if self.over.is_set() and attempt > 40:
                return None
            time.sleep(0.2)
        return None
