"""Going back in time while the sample company is made: the clock of this process, and the times of its trail.

Everything reads the time from `django.utils.timezone.now`, columns that fill themselves included. While a `Past` is entered, that
clock shows a moment of the past and runs forward a little with each look. Only the loader does so, in a process that serves
nobody, on an installation that is empty. The trail is written by the database at its own time; before it is sealed,
`trail_date` gives each entry the moment that the clock showed.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from types import TracebackType

from django.db import connection
from django.utils import timezone

from tonglu.toolkit.clock import zone_of

OPENS, CLOSES = time(8, 40), time(18, 10)


class Past:
    """A clock that stands where it is put and runs forward within working hours."""

    def __init__(self) -> None:
        self.moment = timezone.now()
        self.step = timedelta(seconds=23)
        self.end = timezone.now()
        self.marks: list[tuple[int, datetime]] = []
        self._real = timezone.now

    def __enter__(self) -> Past:
        self._real = timezone.now
        timezone.now = self.now
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        timezone.now = self._real

    def now(self) -> datetime:
        """The moment, which is a step later at each look, and never later than the real one."""
        self.moment = min(working(self.moment + self.step), self.end)
        return self.moment

    def go(self, day: date, *, hour: float = 9.0, step: timedelta = timedelta(seconds=23)) -> None:
        """Stand at an hour of a day, and note from which entry of the trail on it holds."""
        start = datetime.combine(day, time(0), zone_of("")) + timedelta(hours=hour)
        self.moment, self.step = min(start, self.end), step
        self.marks.append((_last_entry(), self.moment))

    def tables_look(self) -> None:
        """Let the database look how full its tables are by now, so that it finds its ways through them."""
        with connection.cursor() as cursor:
            names = map(connection.ops.quote_name, connection.introspection.table_names(cursor))
            cursor.execute(f"ANALYZE {', '.join(names)}")  # not the tables all databases share

    def trail_date(self) -> None:
        """Give the entries of the trail the times at which they would have been written."""
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only")
            cursor.execute(
                "CREATE TEMPORARY TABLE sample_marks (lo bigint, hi bigint, at timestamptz) ON COMMIT DROP"
            )
            ends = [*(mark[0] for mark in self.marks[1:]), _last_entry()]
            spans = [
                (low, high, at)
                for (low, at), high in zip(self.marks, ends, strict=True)
                if high > low
            ]
            cursor.executemany("INSERT INTO sample_marks VALUES (%s, %s, %s)", spans)
            cursor.execute(
                "UPDATE audit_entry e SET at = CASE WHEN e.act = 'I' AND e.changes ? 'created_at'"
                " THEN (e.changes->>'created_at')::timestamptz"
                " ELSE least(m.at + (e.id - m.lo) * interval '3 seconds', %s) END"
                " FROM sample_marks m WHERE e.id > m.lo AND e.id <= m.hi AND e.seq IS NULL",
                [self.end],
            )
            cursor.execute("DROP TABLE sample_marks")
            cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_append_only")


def working(moment: datetime) -> datetime:
    """The moment, or the next one at which people work."""
    local = moment.astimezone(zone_of(""))
    if local.time() > CLOSES:
        local = datetime.combine(local.date() + timedelta(days=1), OPENS, local.tzinfo)
    elif local.time() < OPENS:
        local = datetime.combine(local.date(), OPENS, local.tzinfo)
    while local.weekday() > 4:
        local += timedelta(days=1)
    return local.astimezone(moment.tzinfo)


def workday(day: date) -> date:
    """The day, or the next one at which people work."""
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def _last_entry() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM audit_entry")
        return int(cursor.fetchone()[0])
