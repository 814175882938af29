"""The changes of a timeline as lines of text."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from tonglu.entities.differences import leaf_text, leaves_changed
from tonglu.entities.fields import Type
from tonglu.entities.related import Names
from tonglu.entities.spec import Text
from tonglu.entities.timeline import Changed

from .cells import text_of

MOST_LEAVES = 12


def told(changes: Iterable[Changed], names: Names) -> list[tuple[Text, str, str]]:
    """Changes as their reader takes them in: label, what it was, what it is."""
    return [line for one in changes for line in _told_one(one, names)]


def _told_one(one: Changed, names: Names) -> list[tuple[Text, str, str]]:
    """A structure is told by the leaves that changed, the first of them if there are many."""
    if tell := one.field.told:
        old, new = (str(tell(value)) if value else "–" for value in (one.old, one.new))
        return [(one.field.label, old, new)]
    if not isinstance(one.old or one.new, dict | list) or one.field.type is not Type.JSON:
        old, new = (text_of(value, one.field, names) for value in (one.old, one.new))
        return [(one.field.label, old, new)]
    leaves = list(leaves_changed(one.old or {}, one.new or {}))
    lines: list[tuple[Text, str, str]] = [
        (" › ".join((str(one.field.label), *way)), leaf_text(old), leaf_text(new))
        for way, old, new in leaves[:MOST_LEAVES]
    ]
    if (more := len(leaves) - MOST_LEAVES) > 0:
        lines.append((one.field.label, "…", _("%(count)d more changes") % {"count": more}))
    return lines
