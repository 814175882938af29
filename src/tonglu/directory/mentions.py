"""Who is named with an @ in a text: the longest name of somebody who works here that stands right after it."""

from __future__ import annotations

from django.db.models import CharField, F, Value

from .selectors import people_active

MOST = 20
LONGEST = 60


def mentioned(text: str) -> list[int]:
    """The people mentioned in a text, in its order; an e-mail address mentions nobody."""
    found: dict[int, None] = {}
    for place in [i for i, letter in enumerate(text) if letter == "@"][:MOST]:
        after = text[place + 1 : place + 1 + LONGEST]
        if after and not (place and text[place - 1].isascii() and text[place - 1].isalnum()):
            person = _longest(after)
            if person is not None:
                found[person] = None
    return list(found)


def _longest(after: str) -> int | None:
    rest = Value(after, output_field=CharField())
    people = (
        people_active().exclude(name="").annotate(rest=rest).filter(rest__istartswith=F("name"))
    )
    named = sorted(people.values_list("name", "pk"), key=lambda pair: -len(pair[0]))
    return named[0][1] if named else None
