"""A field as a control of a form: what it holds now, what may be chosen, and why it may not be changed.

The same `Control` is drawn by record forms, by editing in place, by bulk edit and by the dialogs of verbs; `raw_of` reads back
what a browser sends for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.entities.conditions import condition_kind
from tonglu.entities.fields import Field, Type, fields_of, plain, value_of
from tonglu.entities.filters import may_read
from tonglu.entities.forms import may_write
from tonglu.entities.registry import entity_declared, entity_of
from tonglu.entities.related import Names, names_of, related_ids
from tonglu.entities.spec import Entity
from tonglu.kernel.number import decimal_text
from tonglu.toolkit.money import CurrencyField, MoneyFormField, currency_choices

from .cells import NUMERIC
from .filterbar import builder_spec, lookup_url


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One thing that can be chosen."""

    value: str
    label: Any
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Control:
    """A field in a form. `values` are raw texts, as they are posted; `label_of` holds the names of chosen records."""

    field: Field
    values: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    errors: tuple[str, ...] = ()
    prefix: str = ""
    lookup_url: str = ""
    create_url: str = ""
    currency: str = ""
    readonly: bool = False
    reason: str = ""
    depends: str = ""
    has_main: bool = False
    """Whether the main one of what it depends on is proposed, such as the main contact of the account."""
    aria_label: str = ""
    spec: Mapping[str, Any] | None = None
    """What the condition builder offers, for a field that holds a condition."""

    @property
    def name(self) -> str:
        """The name it is posted under."""
        return f"{self.prefix}{self.field.name}"

    @property
    def id(self) -> str:
        """The id of its element, which its label names."""
        return f"field-{self.name}".replace(".", "-")

    @property
    def value(self) -> str:
        """The one raw value."""
        return self.values[0] if self.values else ""

    @property
    def checked(self) -> bool:
        """Whether a yes-or-no field says yes."""
        return self.value in {"true", "True", "on", "1"}

    @property
    def chosen(self) -> tuple[Choice, ...]:
        """What is chosen now."""
        return tuple(choice for choice in self.choices if choice.chosen)

    @property
    def numeric(self) -> bool:
        """Whether it holds a number, set flush right."""
        return self.field.type in NUMERIC

    @property
    def role(self) -> str:
        """What part it plays in the sum of a line: quantity, price or discount."""
        return _ROLES.get(self.field.name, "") if self.prefix else ""

    @property
    def widget(self) -> str:
        """Which template draws it."""
        if self.spec is not None:
            return "condition"
        if self.field.type is Type.TEXT and self.choices:
            return "choice"
        return _WIDGETS.get(self.field.type, "text")

    @property
    def input_type(self) -> str:
        """The type of its HTML input, which brings the right keyboard on a phone."""
        return _INPUTS.get(self.field.type, "text")

    @property
    def described_by(self) -> str:
        """The ids of its help and its errors, for a screen reader."""
        parts = [f"{self.id}-help"] if self.field.help else []
        return " ".join([*parts, f"{self.id}-errors"] if self.errors else parts)


_WIDGETS = {
    Type.LONGTEXT: "longtext",
    Type.BOOL: "bool",
    Type.CHOICE: "choice",
    Type.MULTI: "multi",
    Type.FK: "lookup",
    Type.MANY: "lookups",
    Type.MONEY: "money",
    Type.PERCENT: "percent",
}
_INPUTS = {
    Type.EMAIL: "email",
    Type.PHONE: "tel",
    Type.URL: "url",
    Type.DATE: "date",
    Type.DATETIME: "datetime-local",
}
_ROLES = {
    "quantity": "quantity",
    "price": "price",
    "unit_price": "price",
    "discount": "discount",
}
OPEN_LINKS = frozenset({"owner", "department", "created_by"})
"""Links that neither narrow a lookup nor are taken over: a colleague's contact may be the right one."""
SEVERAL = frozenset({Type.MULTI, Type.MANY})


def controls_of(
    who: policy.Actor,
    entity: Entity,
    fields: Iterable[Field],
    *,
    row: Any = None,
    raw: Mapping[str, Any] | None = None,
    errors: Mapping[str, Sequence[str]] | None = None,
    initial: Mapping[str, Any] | None = None,
) -> list[Control]:
    """The controls of a record's fields; what was typed (`raw`) wins over what is stored, which wins over defaults."""
    made = [
        _control(
            who, entity, field, row, raw or {}, initial or {}, (errors or {}).get(field.name, ())
        )
        for field in fields
    ]
    return named(who, [_beside(who, one, made) for one in made])


def named(who: policy.Actor, controls: list[Control]) -> list[Control]:
    """The controls with the names of the records they hold; one query."""
    wanted: dict[str, set[int]] = {}
    for control in controls:
        ids = {int(v) for v in control.values if v.isdecimal()}
        if control.field.related and ids:
            wanted.setdefault(control.field.related, set()).update(ids)
    names = names_of(who, wanted)
    return [
        _with_names(control, names) if control.field.related else control for control in controls
    ]


def raw_of(fields: Iterable[Field], sent: QueryDict, prefix: str = "") -> dict[str, Any]:
    """What a form sent for these fields; a box that was not ticked is not sent, and means no."""
    found: dict[str, Any] = {}
    for field in fields:
        name = f"{prefix}{field.name}"
        if field.type in SEVERAL:
            found[field.name] = [value for value in sent.getlist(name) if value]
        elif field.type is Type.BOOL:
            found[field.name] = sent.get(name, "") in {"true", "on", "1"}
        elif name in sent:
            found[field.name] = sent[name]
    return found


def raw_values(value: Any, field: Field) -> tuple[str, ...]:
    """A value as the texts a form posts for it."""
    if value in (None, ""):
        return ()
    if field.type is Type.JSON:
        return (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False),)
    if isinstance(value, list | tuple):
        return tuple(str(plain(one)) for one in value)
    if field.type is Type.PERCENT and isinstance(value, Decimal):
        return (format((value * 100).normalize(), "f"),)
    if field.type is Type.DECIMAL and isinstance(value, Decimal):
        return (decimal_text(value),)
    if isinstance(value, datetime):
        return (timezone.localtime(value).strftime("%Y-%m-%dT%H:%M"),)
    if isinstance(value, bool):
        return ("true" if value else "false",)
    return (str(plain(value)),)


def create_url(who: policy.Actor, kind: str) -> str:
    """Where a missing record can be made without leaving the form."""
    if not entity_declared(kind):
        return ""
    entity = entity_of(kind)
    if not entity.creatable or not policy.may(who, "create", kind):
        return ""
    return f"{entity.url('new')}?pick=1"


def param_field(name: str, field: forms.Field, related: str = "") -> Field:
    """A parameter of a verb as a field, so that it gets the same control."""
    choices = getattr(field, "choices", ())
    label = field.label or name.replace("_", " ").capitalize()
    return Field(
        name=name,
        label=label,
        type=Type.FK if related else _param_type(field),
        path="",
        required=field.required,
        choices=tuple((str(v), text) for v, text in choices if str(v)) if choices else (),
        related=related,
        help=field.help_text,
        max_length=getattr(field, "max_length", None),
    )


def _control(
    who: policy.Actor,
    entity: Entity,
    field: Field,
    row: Any,
    raw: Mapping[str, Any],
    initial: Mapping[str, Any],
    errors: Sequence[str],
) -> Control:
    values = _current(field, row, raw, initial)
    reason = (
        ""
        if may_write(who, entity, field.name)
        else _("You may see this field, but not change it.")
    )
    readonly = field.readonly or bool(reason)
    return Control(
        field=field,
        values=values,
        choices=choices_of(field, values),
        errors=tuple(str(error) for error in errors),
        lookup_url=lookup_url(field.related) if field.related else "",
        create_url=create_url(who, field.related) if field.related and not readonly else "",
        currency=str(getattr(row, "currency", "") or ""),
        readonly=readonly,
        reason=reason,
        spec=_builder(who, field, row, raw, values) if field.condition_of else None,
    )


def _builder(
    who: policy.Actor, field: Field, row: Any, raw: Mapping[str, Any], values: tuple[str, ...]
) -> Mapping[str, Any]:
    entity = entity_of(condition_kind(field, row, raw))
    return builder_spec(who, entity, _tree(values))


def _tree(values: tuple[str, ...]) -> Any:
    try:
        return json.loads(values[0]) if values else {}
    except ValueError:
        return {}


def choices_of(field: Field, values: Sequence[str]) -> tuple[Choice, ...]:
    """The choices of a field, with those in force marked; free tags are choices of themselves."""
    offered = _offered(field)
    known = {value for value, _label in offered}
    free = [(v, v) for v in values if v not in known] if field.type is Type.MULTI else []
    return tuple(
        Choice(value=value, label=label, chosen=value in values)
        for value, label in (*offered, *free)
    )


def _offered(field: Field) -> Sequence[tuple[str, Any]]:
    is_currency = isinstance(field.model_field, CurrencyField)
    return currency_choices() if is_currency and not field.choices else field.choices


def _current(
    field: Field, row: Any, raw: Mapping[str, Any], initial: Mapping[str, Any]
) -> tuple[str, ...]:
    if field.name in raw:
        return raw_values(raw[field.name], field)
    if row is not None:
        return _stored(field, row)
    return raw_values(initial.get(field.name, field.default), field)


def _stored(field: Field, row: Any) -> tuple[str, ...]:
    if field.related:
        return tuple(str(pk) for pk in related_ids(row, field))
    value = value_of(row, field.name)
    read = _READ.get(field.type)
    return raw_values(read(value) if read and value and isinstance(value, str) else value, field)


def shared_links(kind: str, fields: Iterable[Field]) -> list[str]:
    """The links that records of `kind` have in common with these fields: contacts and deals both name an account."""
    if not entity_declared(kind):
        return []
    theirs = fields_of(entity_of(kind))
    return [
        field.name
        for field in fields
        if field.related and (other := theirs.get(field.name)) and other.related == field.related
    ]


def _beside(who: policy.Actor, control: Control, made: Iterable[Control]) -> Control:
    depends = _depends(control.field, made)
    has_main = bool(depends) and main_told(who, control.field.related)
    return replace(control, depends=depends, has_main=has_main)


def main_told(who: policy.Actor, kind: str) -> bool:
    """Whether the records of a kind have a main one among them, and the actor may know which it is."""
    if not kind or not entity_declared(kind):
        return False
    entity = entity_of(kind)
    return bool(entity.main) and may_read(who, entity, entity.main)


def _depends(field: Field, made: Iterable[Control]) -> str:
    """The fields of the form that narrow what this one offers."""
    if not field.related or not field.path:
        return ""
    others = [one.field for one in made if one.field.name not in {field.name, "owner"}]
    return " ".join(shared_links(field.related, others))


def _with_names(control: Control, names: Names) -> Control:
    kind = control.field.related
    chosen = tuple(
        Choice(value=v, label=names.name(kind, int(v)) or _("not visible to you"), chosen=True)
        for v in control.values
        if v.isdecimal()
    )
    return replace(control, choices=chosen)


_READ: dict[Type, Callable[[str], Any]] = {
    Type.PERCENT: Decimal,
    Type.DATETIME: datetime.fromisoformat,
}
"""Custom fields are stored as text; these types are posted in another form than they are stored in."""

_PARAM_TYPES: tuple[tuple[type[forms.Field], Type], ...] = (
    (forms.DateTimeField, Type.DATETIME),
    (forms.DateField, Type.DATE),
    (forms.BooleanField, Type.BOOL),
    (forms.EmailField, Type.EMAIL),
    (forms.URLField, Type.URL),
    (forms.MultipleChoiceField, Type.MULTI),
    (forms.ChoiceField, Type.CHOICE),
    (MoneyFormField, Type.MONEY),
    (forms.DecimalField, Type.DECIMAL),
    (forms.IntegerField, Type.INTEGER),
)


def _param_type(field: forms.Field) -> Type:
    if isinstance(field.widget, forms.Textarea):
        return Type.LONGTEXT
    return next((type_ for class_, type_ in _PARAM_TYPES if isinstance(field, class_)), Type.TEXT)
