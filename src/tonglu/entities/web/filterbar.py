"""The filters above a list: one control per declared filter, and the fields the condition builder offers."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import cached_property
from typing import Any

from django.urls import NoReverseMatch
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tonglu import policy
from tonglu.directory.epochs import epoch
from tonglu.entities.fields import Field, Type, field_of, fields_of
from tonglu.entities.filters import may_read, readable_field
from tonglu.entities.listing import PARTIAL, Query
from tonglu.entities.registry import entity_declared, entity_of
from tonglu.entities.related import Names, names_of
from tonglu.entities.spec import Entity
from tonglu.kernel.condition import kind_of
from tonglu.toolkit.ui.conditions import ConditionField, spec

DATES = frozenset({Type.DATE, Type.DATETIME})
PERSON = "directory.person"
FIRST = 4
NUMERIC = frozenset({Type.INTEGER, Type.DECIMAL, Type.MONEY, Type.PERCENT})
UNTOLD = frozenset({"id", "version"})
UNFILTERED = frozenset({Type.JSON, Type.MANY})

PERIODS = (
    ("within:today", gettext_lazy("Today")),
    ("within:this_week", gettext_lazy("This week")),
    ("within:this_month", gettext_lazy("This month")),
    ("within:this_quarter", gettext_lazy("This quarter")),
    ("within:this_year", gettext_lazy("This year")),
    ("within:last_month", gettext_lazy("Last month")),
    ("within:last_30_days", gettext_lazy("Last 30 days")),
    ("within:next_30_days", gettext_lazy("Next 30 days")),
    ("-", gettext_lazy("Not set")),
)


@dataclass(frozen=True, kw_only=True)
class Option:
    """One value of a filter."""

    value: str
    label: Any
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One quick filter: a list of options, or a lookup of records."""

    field: Field
    options: tuple[Option, ...]
    lookup_url: str = ""

    @property
    def is_lookup(self) -> bool:
        """Whether its values are searched for rather than listed."""
        return bool(self.lookup_url) and self.field.related != PERSON

    @property
    def is_text(self) -> bool:
        """Whether it asks for a part of a text."""
        return self.field.type in PARTIAL and not self.field.choices

    @property
    def name(self) -> str:
        """The name of its control in the address."""
        return f"f.{self.field.name}"

    @property
    def choices(self) -> SafeString:
        """Its options as the control lists them."""
        return SafeString("".join(map(_option_html, self.options)))

    @property
    def chosen(self) -> tuple[Option, ...]:
        """The options in force."""
        return tuple(option for option in self.options if option.chosen)

    @property
    def summary(self) -> str:
        """What is in force, in few words."""
        chosen = self.chosen
        if not chosen:
            return ""
        first = str(chosen[0].label)
        return first if len(chosen) == 1 else f"{first} +{len(chosen) - 1}"


@dataclass(frozen=True, kw_only=True)
class FilterBar:
    """The filters of a list: those beside the search, the others behind a button, and the condition builder.

    Two that show the same are equal, so that what was drawn from one stands for the other; it is put together on first use.
    """

    key: Hashable
    """All that decides what it shows, but for the language."""
    condition_json: str
    """The condition in force, as the builder reads it."""
    make_filters: Callable[[], tuple[Filter, ...]] = dataclass_field(compare=False, repr=False)
    make_spec: Callable[[], dict[str, Any]] = dataclass_field(compare=False, repr=False)

    @cached_property
    def filters(self) -> tuple[Filter, ...]:
        """All of them."""
        return self.make_filters()

    @property
    def spec(self) -> dict[str, Any]:
        """What the condition builder offers."""
        return self.make_spec()

    @cached_property
    def first(self) -> tuple[Filter, ...]:
        """The filters beside the search: the first few, and those in force."""
        return tuple(f for n, f in enumerate(self.filters) if n < FIRST or f.chosen)

    @cached_property
    def others(self) -> tuple[Filter, ...]:
        """The filters behind the button."""
        return tuple(f for f in self.filters if f not in self.first)

    @property
    def comparisons(self) -> int:
        """How many comparisons the condition holds."""
        return _leaves(json.loads(self.condition_json))


def filter_bar(who: policy.Actor, entity: Entity, query: Query, *, but: str = "") -> FilterBar:
    """The filters this person may use on this entity; `but` names one that the page offers in another way."""
    found = (readable_field(who, entity, name) for name in entity.filters if name != but)
    fields = [field for field in found if field is not None and field.type not in NUMERIC]
    names = names_of(who, _asked(fields, query))
    labels = {(kind, str(pk)): name for (kind, pk), name in names.found.items()}
    told = _told(who, entity)
    return FilterBar(
        key=(
            entity.kind,
            epoch("custom_fields"),
            tuple(field.name for field in fields),
            tuple(field.name for field in told),
            tuple((name, _choices(fields_of(entity)[name])) for name in sorted(entity.choices)),
            tuple(sorted(query.quick.items())),
            tuple(sorted(labels.items())),
        ),
        condition_json=json.dumps(query.condition or {}),
        make_filters=lambda: tuple(_filter(field, query, names) for field in fields),
        make_spec=lambda: spec([_builder_field(field, labels) for field in told]),
    )


def builder_spec(who: policy.Actor, entity: Entity, tree: Any) -> dict[str, Any]:
    """What the builder offers for a condition, with the names of the records it speaks of already."""
    wanted: dict[str, set[int]] = {}
    for name, value in _comparisons(tree):
        field = field_of(entity, name)
        ids = {int(v) for v in value if str(v).isdecimal()}
        if field is not None and field.related and ids:
            wanted.setdefault(field.related, set()).update(ids)
    found = names_of(who, wanted).found
    labels = {(kind, str(pk)): name for (kind, pk), name in found.items()}
    return spec(builder_fields(who, entity, labels))


def builder_fields(
    who: policy.Actor, entity: Entity, labels: Mapping[tuple[str, str], str]
) -> list[ConditionField]:
    """The fields a condition may speak of, as the builder reads them; `labels` names the records it speaks of already."""
    return [_builder_field(field, labels) for field in _told(who, entity)]


def _told(who: policy.Actor, entity: Entity) -> list[Field]:
    """The fields a condition of this person's may speak of."""
    return [
        field
        for field in fields_of(entity).values()
        if field.type not in UNFILTERED
        and field.name not in UNTOLD
        and may_read(who, entity, field.name)
    ]


def lookup_url(kind: str) -> str:
    """Where records of a kind are looked up while typing."""
    if not entity_declared(kind):
        return ""
    try:
        return entity_of(kind).url("lookup")
    except NoReverseMatch:
        return ""


def _comparisons(tree: Any) -> Iterator[tuple[str, list[Any]]]:
    if not isinstance(tree, Mapping):
        return
    if "field" in tree:
        value = tree.get("value")
        yield str(tree["field"]), value if isinstance(value, list) else [value]
    for part in [*tree.get("all", ()), *tree.get("any", ()), tree.get("not")]:
        yield from _comparisons(part)


def _leaves(tree: Any) -> int:
    if not isinstance(tree, Mapping):
        return 0
    parts = [*tree.get("all", ()), *tree.get("any", ()), tree.get("not")]
    return ("field" in tree) + sum(_leaves(part) for part in parts)


def _option_html(option: Option) -> str:
    value, label = conditional_escape(option.value), conditional_escape(option.label)
    return f'<option value="{value}"{" selected" if option.chosen else ""}>{label}</option>'


def _asked(fields: list[Field], query: Query) -> Mapping[str, set[int]]:
    wanted: dict[str, set[int]] = {}
    for field in fields:
        ids = {int(v) for v in query.quick.get(field.name, ()) if v.isdigit()}
        if field.related and ids:
            wanted.setdefault(field.related, set()).update(ids)
    return wanted


def _filter(field: Field, query: Query, names: Names) -> Filter:
    chosen = query.quick.get(field.name, ())
    options = tuple(
        Option(value=value, label=label, chosen=value in chosen)
        for value, label in _options(field, chosen, names)
    )
    return Filter(field=field, options=options, lookup_url=lookup_url(field.related))


def _options(field: Field, chosen: tuple[str, ...], names: Names) -> list[tuple[str, Any]]:
    if field.choices:
        return [*field.choices]
    if field.type is Type.BOOL:
        return [("true", _("Yes")), ("false", _("No"))]
    if field.type in DATES:
        return [*PERIODS]
    if not field.related:
        return [(value, value) for value in chosen]
    person = [("me", _("Me"))] if field.related == PERSON else []
    found = [(v, names.name(field.related, int(v)) or v) for v in chosen if v.isdigit()]
    return [*person, ("-", _("Not set")), *found]


def _builder_field(field: Field, labels: Mapping[tuple[str, str], str]) -> ConditionField:
    return ConditionField(
        name=field.name,
        label=str(field.label),
        type=kind_of(field),
        choices=_choices(field),
        url=lookup_url(field.related) if field.related else "",
        labels={pk: name for (kind, pk), name in labels.items() if kind == field.related},
    )


def _choices(field: Field) -> tuple[tuple[str, str], ...]:
    return tuple((value, str(label)) for value, label in field.choices)
