"""Document numbers without gaps: `next_number("quote", "Q{year}-{n:05}")` gives Q2026-00001, Q2026-00002 …

The counter's row stays locked until the document's transaction ends, so a number that was rolled back is given out again.
Ask for it late in the transaction: others who need a number of the same series wait.
"""

from __future__ import annotations

from django.db import connection

from .clock import today


def next_number(series: str, pattern: str = "{n}", *, year: int = 0) -> str:
    """The next number of the series in that year (by default the company's current one), written in the pattern."""
    year = year or today().year
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO toolkit_numberseries AS kept (series, year, last) VALUES (%s, %s, 1)"
            " ON CONFLICT (series, year) DO UPDATE SET last = kept.last + 1 RETURNING last",
            [series, year],
        )
        (number,) = cursor.fetchone()
    return pattern.format(year=year, n=number)
