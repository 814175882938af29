"""What was recorded under plan versions, for the next thing to be priced after it: facts, and where stored traces have brought their payees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.db import connection

from .core.condensing import ADJUSTMENT, Stand
from .models import PayFact
from .neutral import payee_of


def facts_before(
    version_ids: Iterable[int],
    people: Iterable[int] | None,
    span: tuple[date, date] | None = None,
    until: int | None = None,
) -> list[dict[str, Any]]:
    """The neutral facts recorded under some versions for any of the people, or for anybody, in the order of recording.

    Those of a span of days, when one is given, and those recorded before the fact `until`.
    """
    found = PayFact.objects.filter(plan_version_id__in=list(version_ids))
    if people is not None:
        found = found.filter(credits__person_id__in=list(people)).distinct()
    if span is not None:
        found = found.filter(day__range=span)
    if until is not None:
        found = found.filter(pk__lt=until)
    return list(found.order_by("pk").values_list("neutral", flat=True))


def stands_of(
    version_id: int,
    people: Iterable[int],
    outside: tuple[date, date] | None = None,
    *,
    limits: bool = False,
) -> dict[str, Stand]:
    """Where the stored traces have brought people under a version, by payee; without the earnings of a span when one is given."""
    return stands_by_version([version_id], people, outside, limits=limits)[version_id]


def stands_by_version(
    version_ids: Sequence[int],
    people: Iterable[int],
    outside: tuple[date, date] | None = None,
    *,
    limits: bool = False,
    until: int | None = None,
) -> dict[int, dict[str, Stand]]:
    """The same for several versions at once, with the earnings of facts before `until` only when it is given.

    With `limits` also what was paid by window and month, and what limits over several sales, or of the whole plan, made of it. Added up by
    the database, exactly: a number that is no decimal is numerator and denominator, and those of one denominator add up. The window of
    a single sale is nobody's start, so it is not told.
    """
    first, last = outside or (None, None)
    values: dict[str, Any] = {"versions": list(version_ids), "people": list(people)}
    values |= {"first": first, "last": last, "until": until, "adjustment": ADJUSTMENT}
    stands: dict[int, dict[str, Stand]] = {one: {} for one in version_ids}
    with connection.cursor() as cursor:
        cursor.execute(_STANDS, values)
        for version, person, component, window, of, above, below in cursor.fetchall():
            stand = stands[version].setdefault(payee_of(person), Stand())
            number = Fraction(above) / int(below or 1)
            if of == "counted":
                stand.count(component, window, number)
            else:
                stand.pay(component, number)
        if limits:
            cursor.execute(_UNCUT, values)
            for (
                version,
                person,
                component,
                window,
                month,
                *label,
                above,
                below,
            ) in cursor.fetchall():
                stand = stands[version].setdefault(payee_of(person), Stand())
                amount = Fraction(above) / int(below or 1)
                stand.leave(component, (window, month), (label[0], label[1]), amount)
    return stands


_STANDS = """
SELECT e.plan_version_id, e.owner_id, r->>'component', CASE n.of WHEN 'paid' THEN '' ELSE coalesce(r->>'window', 'all') END, n.of,
       sum(n.sign * split_part(n.text, '/', 1)::numeric)::text, split_part(n.text, '/', 2)
FROM compensation_earning e
CROSS JOIN LATERAL jsonb_array_elements(e.trace) r
CROSS JOIN LATERAL (VALUES ('counted', 1, r->>'after'), ('counted', -1, r->>'before'),
                           ('paid', 1, r->>'amount'), ('paid', -1, r->>'rounding')) n (of, sign, text)
WHERE e.plan_version_id = ANY(%(versions)s) AND e.owner_id = ANY(%(people)s) AND n.text IS NOT NULL
  AND (n.of = 'paid' OR r->>'window' IS DISTINCT FROM r->>'fact')
  AND r->>'kind' IS DISTINCT FROM %(adjustment)s
  AND NOT coalesce(e.earned_on BETWEEN %(first)s::date AND %(last)s::date, false)
  AND (%(until)s::bigint IS NULL OR e.fact_id < %(until)s::bigint)
GROUP BY 1, 2, 3, 4, 5, 7
"""


_UNCUT = """
SELECT e.plan_version_id, e.owner_id, r->>'component', CASE WHEN r->>'window' = r->>'fact' THEN '' ELSE coalesce(r->>'window', 'all') END,
       coalesce(left(r->>'date', 7), ''), n.code, n.scope,
       sum(n.sign * split_part(n.text, '/', 1)::numeric)::text, split_part(n.text, '/', 2)
FROM compensation_earning e
CROSS JOIN LATERAL jsonb_array_elements(e.trace) r
CROSS JOIN LATERAL (
    SELECT '' AS code, '' AS scope, 1 AS sign, r->>'amount' AS text UNION ALL SELECT '', '', -1, r->>'rounding' UNION ALL
    SELECT s->>'code', coalesce(s->'params'->>'scope', ''), 1, s->>'delta' FROM jsonb_array_elements(r->'steps') s
    WHERE s->>'code' IN ('plan_cap', 'plan_floor')
       OR s->>'code' IN ('cap', 'floor') AND s->'params'->>'scope' IS DISTINCT FROM 'transaction'
) n
WHERE e.plan_version_id = ANY(%(versions)s) AND e.owner_id = ANY(%(people)s) AND n.text IS NOT NULL
  AND r->>'kind' IS DISTINCT FROM %(adjustment)s
  AND NOT coalesce(e.earned_on BETWEEN %(first)s::date AND %(last)s::date, false)
  AND (%(until)s::bigint IS NULL OR e.fact_id < %(until)s::bigint)
GROUP BY 1, 2, 3, 4, 5, 6, 7, 9
"""
