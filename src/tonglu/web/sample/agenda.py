"""What happens when: acts on days of the past, run in the order of their days.

An act may put later acts on the agenda: a signed contract is delivered, an invoice is paid. Acts that would lie after today are
never run, which is why the sample company has open deals, goods on their way and unpaid invoices.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count

from .clock import workday

Act = Callable[[date], object]


class Agenda:
    """A queue of acts by day; acts of one day run in the order in which they were put."""

    def __init__(self, *, until: date) -> None:
        self.until = until
        self._acts: list[tuple[date, int, Act]] = []
        self._numbers = count()

    def put(self, day: date, act: Act) -> None:
        """Run the act on that day, or on the next working day."""
        heapq.heappush(self._acts, (workday(day), next(self._numbers), act))

    def put_weekly(self, start: date, act: Act) -> None:
        """Run the act in each week from that day on."""
        day = start
        while day <= self.until:
            self.put(day, act)
            day += timedelta(days=7)

    def run(self, begin: Callable[[date], None]) -> int:
        """Run all acts up to today; `begin` is told each day. Gives how many ran."""
        done = 0
        while self._acts and self._acts[0][0] <= self.until:
            day, _number, act = heapq.heappop(self._acts)
            begin(day)
            act(day)
            done += 1
        return done
