"""What changed between two plans, said in the words of the form: where, what it was, what it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .findings import title_of
from .plan_shape import COMPONENTS, PLAN
from .shapes import GROUP, ROWS, Item, Misfit, Text
from .showing import REST, typed_of

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One difference; `before` or `after` is empty for what came or went."""

    place: str
    what: Text
    kind: str
    before: str = ""
    after: str = ""


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Everything that differs between two readable plans, components first."""
    old, new = _typed(before), _typed(after)
    found = list(_components(old, new))
    whole = str(_("The plan as a whole"))
    for item in PLAN.items:
        if item is not COMPONENTS:
            found += _differences(
                item, old.get(item.key), new.get(item.key), whole, str(item.label)
            )
    rest = (old.get(REST) or {}, new.get(REST) or {})
    found += _rest(rest[0], rest[1], whole)
    return found


def _components(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    before = {str(one.get("id")): one for one in old.get("components") or ()}
    after = {str(one.get("id")): one for one in new.get("components") or ()}
    for name, one in before.items():
        if name not in after:
            yield Change(place=_name(one), what=_("Component"), kind=REMOVED, before=_name(one))
    for name, one in after.items():
        if name not in before:
            yield Change(place=_name(one), what=_("Component"), kind=ADDED, after=_name(one))
            continue
        yield from _group(COMPONENTS, before[name], one, _name(one), "")
    kept = [name for name in before if name in after]
    if kept != [name for name in after if name in before]:
        order = [[_name(side[name]) for name in side] for side in (before, after)]
        yield Change(
            place=str(_("The plan as a whole")),
            what=_("Order of the components"),
            kind=CHANGED,
            before=", ".join(order[0]),
            after=", ".join(order[1]),
        )


def _group(item: Item, old: Any, new: Any, place: str, label: str) -> Iterator[Change]:
    before = old if isinstance(old, Mapping) else {}
    after = new if isinstance(new, Mapping) else {}
    around = {**before, **after}
    for part in item.items:
        if part.when(around) or part.when(before):
            words = " › ".join(filter(None, (label, str(part.label))))
            if item.codec is not None and part.key in ("all", "name", "word"):
                words = label or words
            yield from _differences(part, before.get(part.key), after.get(part.key), place, words)
    yield from _rest(before.get(REST) or {}, after.get(REST) or {}, place)


def _differences(item: Item, old: Any, new: Any, place: str, label: str) -> Iterator[Change]:
    if old == new:
        return
    if item.kind == GROUP:
        yield from _group(item, old, new, place, label)
    elif item.kind == ROWS:
        yield from _rows(item, old or [], new or [], place, label)
    else:
        yield _changed(place, label, _worded(item, old), _worded(item, new))


def _rows(item: Item, old: list[Any], new: list[Any], place: str, label: str) -> Iterator[Change]:
    for at in range(max(len(old), len(new))):
        where = _("%(table)s, line %(number)s") % {"table": label, "number": at + 1}
        before = old[at] if at < len(old) else None
        after = new[at] if at < len(new) else None
        if before is None or after is None:
            yield _changed(place, where, _line(item, before), _line(item, after))
        elif before != after:
            yield from _group(item, before, after, place, where)


def _line(item: Item, row: Any) -> str:
    """A whole row in one line."""
    if not isinstance(row, Mapping):
        return ""
    told = []
    for part in item.items:
        value = row.get(part.key)
        if isinstance(value, str) and value:
            told.append(f"{part.label} {_worded(part, value)}")
    return ", ".join(told) or "…"


def _changed(place: str, what: str, before: str, after: str) -> Change:
    kind = CHANGED if before and after else ADDED if after else REMOVED
    return Change(place=place, what=what, kind=kind, before=before, after=after)


def _worded(item: Item, value: Any) -> str:
    if item.kind == "flag":
        return str(_("yes")) if value else str(_("no"))
    text = value.strip() if isinstance(value, str) else ""
    return str(dict(item.choices).get(text, text))


def _rest(old: Mapping[str, str], new: Mapping[str, str], place: str) -> Iterator[Change]:
    for key in dict.fromkeys((*old, *new)):
        if old.get(key) != new.get(key):
            yield _changed(place, str(key), old.get(key, "").strip(), new.get(key, "").strip())


def _name(component: Mapping[str, Any]) -> str:
    return title_of(component.get("title"), str(component.get("id", "")))


def _typed(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = typed_of(PLAN, raw)
    except (Misfit, TypeError, ValueError):
        return {}
    return found
