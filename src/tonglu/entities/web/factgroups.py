"""The fields of a record in titled groups, and their HTML, put together in Python like the rows of a list and for the same reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tonglu.entities.fields import Field
from tonglu.entities.related import Names
from tonglu.entities.spec import Entity, Text
from tonglu.toolkit.templatetags.ui import icon

from .cells import Shown, shown
from .rowhtml import changeable_html

Section = tuple[Text, list[Field], bool]
"""A title, the fields below it, and whether they are folded."""


@dataclass(frozen=True, kw_only=True)
class FactGroup:
    """A titled group of fields."""

    title: Text
    facts: tuple[Shown, ...]
    folded: bool = False

    @property
    def drawn(self) -> SafeString:
        """Its fields as HTML."""
        return facts_html(self.facts)


def fact_groups(
    entity: Entity,
    row: Any,
    editable: frozenset[str],
    sections: Sequence[Section],
    names: Names,
) -> tuple[FactGroup, ...]:
    """The sections of a record, each field drawn; `editable` names those that can be changed in place."""
    page = entity.url("detail", row.pk)

    def fact(field: Field) -> Shown:
        one = shown(row, field, names, full=True)
        if field.name not in editable:
            return one
        return replace(one, edit_url=f"{page}fields/{field.name}/?place=page")

    return tuple(
        FactGroup(title=title, facts=tuple(fact(field) for field in found), folded=folded)
        for title, found, folded in sections
    )


def facts_html(facts: Iterable[Shown]) -> SafeString:
    """Each field with its label; one that can be changed in place with the way to do it."""
    change, pen = conditional_escape(_("Change")), icon("edit", "icon-sm")
    return SafeString("".join(_fact(fact, change, pen) for fact in facts))


def _fact(fact: Shown, change: str, pen: str) -> str:
    label = conditional_escape(fact.field.label)
    named = f'aria-label="{change} {label}"'
    inside = changeable_html(fact, named, pen) if fact.edit_url else fact.html
    wide = " is-wide" if fact.wide else ""
    return f'<div class="fact{wide}"><dt>{label}</dt><dd>{inside}</dd></div>'
