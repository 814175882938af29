"""The headers of a file, read as fields of a kind of record: the surest reading first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from django.utils.translation import override

from tonglu.entities.fields import Field, Type
from tonglu.entities.registry import entity_declared, entity_of
from tonglu.entities.spec import Entity

from .converting import HAN
from .words import JOINED, SYNONYMS

_NOISE = re.compile(r"[\s_\-./()（）:：*#'’]+")
_ASIDE = re.compile(r"[(（][^()（）]*[)）]")
_OWN_FIELD = "__c"
"""What Salesforce puts behind the name of every field that a company added itself."""

_SAYS_LITTLE = frozenset({Type.TEXT, Type.LONGTEXT, Type.CHOICE, Type.FK, Type.PHONE, Type.EMAIL})

Said = Callable[[str, Field], set[str]]


def spelled(text: str) -> str:
    """A header or a word without what people write differently: case, spaces, points and the like."""
    return _NOISE.sub("", text.removesuffix(_OWN_FIELD)).casefold()


class Header:
    """One header of a file, in the ways in which it can be read."""

    def __init__(self, text: str, entity: Entity) -> None:
        self.text = text
        self._entity = entity

    @cached_property
    def plain(self) -> set[str]:
        """As it stands, and without what stands in brackets."""
        return {spelled(self.text), spelled(_ASIDE.sub("", self.text))}

    @cached_property
    def without_kind(self) -> set[str]:
        """What is left when it begins with a word for the kind: "Deal - Title" of a deal is "title"."""
        kinds = names_of(self._entity)
        left = {plain.removeprefix(kind) for plain in self.plain for kind in kinds}
        return left - self.plain - {""}

    @property
    def spellings(self) -> set[str]:
        """All ways."""
        return self.plain | self.without_kind


def headers_read(
    entity: Entity, fields: Mapping[str, Field], headers: Iterable[Header]
) -> dict[str, str]:
    """The field of each header that means one; no field twice, and that of the title after those that say more.

    Lines are meant where a number or a date of theirs is: a company and a job title alone are the record's own, not a line's.
    """
    meant: dict[str, str] = {}
    record = {name: field for name, field in fields.items() if not _of_lines(name)}
    lines = {name: field for name, field in fields.items() if _of_lines(name)}
    for some, readings in ((record, _readings(entity)), (lines, _readings_of_lines(entity))):
        for ways, said in readings:
            known = {name: said(name, some[name]) for name in sorted(some, key="name".__eq__)}
            for header in headers:
                free = (name for name in known if name not in meant.values())
                found = next((name for name in free if ways(header) & known[name]), "")
                if found and header.text not in meant:
                    meant[header.text] = found
    whole = {_line_of(name) for name in meant.values() if fields[name].type not in _SAYS_LITTLE}
    return {
        header: name
        for header, name in meant.items()
        if not _of_lines(name) or _line_of(name) in whole
    }


def in_reading_order(
    field: str, headers: Iterable[str], seen: Mapping[str, list[str]]
) -> list[str]:
    """Headers that are joined into a field, as people write it: given name first, and last where the values are Chinese."""
    parts = [{spelled(word) for word in words} for words in JOINED.get(field, ())]

    def place(header: str) -> int:
        return next((n for n, words in enumerate(parts) if _ending(header, words)), len(parts))

    ordered = sorted(headers, key=place)
    values = [value for header in ordered for value in seen.get(header, ())]
    chinese = sum(bool(HAN.match(value)) for value in values) * 2 > len(values)
    return ordered[::-1] if field == "name" and chinese else ordered


def _ending(header: str, words: set[str]) -> bool:
    """Whether a header is one of the words, with or without what stands before a dash in it."""
    return bool({spelled(header), spelled(header.rpartition(" - ")[2])} & words)


def names_of(entity: Entity) -> set[str]:
    """What a kind of record is called, here and elsewhere."""
    return {spelled(word) for word in (*_in_both(entity.label), *entity.also_called)}


def labels_of(field: Field) -> set[str]:
    """What a field is called on pages, in either language."""
    return {spelled(label) for label in _in_both(field.label)}


def _readings(entity: Entity) -> tuple[tuple[Callable[[Header], set[str]], Said], ...]:
    def of_kind(name: str, _field: Field) -> set[str]:
        kinds = names_of(entity)
        if name == entity.title:
            return kinds | {f"{kind}{word}" for kind in kinds for word in ("name", "名称", "姓名")}
        return {f"{kind}id" for kind in kinds} if name == "external_id" else set()

    def anything(name: str, field: Field) -> set[str]:
        return _labels(name, field) | _synonyms(name, field)

    return (
        (_as_it_stands, _labels),
        (_as_it_stands, _name),
        (_as_it_stands, of_kind),
        (_after_the_kind, anything),
        (_as_it_stands, _synonyms),
        (_as_it_stands, _pointed_at(entity, "", "name", "名称")),
        (_as_it_stands, _pointed_at(entity, "id", "number", "编号")),
    )


def _readings_of_lines(
    entity: Entity,
) -> tuple[tuple[Callable[[Header], set[str]], Said], ...]:
    return (
        (_as_it_stands, _labels),
        (_as_it_stands, _name),
        (_as_it_stands, _synonyms),
        (_as_it_stands, _pointed_at(entity, "", "name", "名称")),
    )


def _as_it_stands(header: Header) -> set[str]:
    return header.plain


def _after_the_kind(header: Header) -> set[str]:
    return header.without_kind


def _labels(_name: str, field: Field) -> set[str]:
    return labels_of(field)


def _name(name: str, _field: Field) -> set[str]:
    return {spelled(name), spelled(name.removeprefix("custom."))}


def _synonyms(name: str, _field: Field) -> set[str]:
    last = name.rsplit(".", 1)[-1]
    return {spelled(word) for word in (last, *SYNONYMS.get(last, ()))}


def _pointed_at(entity: Entity, *endings: str) -> Said:
    """The words for the record a field points at, with one of these behind them; not those for people or for the kind itself."""

    def said(_name: str, field: Field) -> set[str]:
        known = bool(field.related) and entity_declared(field.related)
        if not known or field.related in {entity.kind, "directory.person"}:
            return set()
        kinds = names_of(entity_of(field.related))
        return {f"{kind}{ending}" for kind in kinds for ending in endings}

    return said


def _line_of(name: str) -> str:
    return name.split(".", 1)[0]


def _of_lines(name: str) -> bool:
    return "." in name and not name.startswith("custom.")


def _in_both(text: object) -> list[str]:
    """A text in each language."""
    found = []
    for language in ("en", "zh-hans"):
        with override(language):
            found.append(str(text))
    return found
