"""The one form: cleans what a page, a line of a file or the body of an API call says about a row.

`EntityForm` takes raw values by field name, refuses names that the entity does not declare or that the actor may not write, and
gives clean values or errors by field. Foreign keys are found among the rows the actor may see, by id, external id or name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms.fields import BaseTemporalField
from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.kernel.errors import Invalid

from .fields import Field, Type, field_of, fields_of, lines_fields
from .lookups import Lookups, told_by_others
from .spec import Entity, Lines
from .values import ListField, as_list, moment, plain_for

Raw = Mapping[str, Any]
NUMBERS = frozenset({Type.INTEGER, Type.DECIMAL, Type.MONEY, Type.PERCENT})


class FormRules:
    """What holds for every row that one actor sends of one kind: the fields, which may be written, and their inputs.

    Made once for a file of many rows; it does not outlive the request or the run it was made for.
    """

    def __init__(
        self,
        entity: Entity,
        actor: policy.Actor,
        names: Iterable[str] | None = None,
        *,
        lookups: Lookups | None = None,
    ) -> None:
        self.entity, self.actor = entity, actor
        self.lookups = lookups or Lookups(actor)
        self.fields = _chosen(entity, names, importing=actor.door == "import")
        self.in_order = sorted(
            self.fields.items(), key=lambda item: told_by_others(item[1].related)
        )
        self._writable: dict[str, bool] = {}
        self._inputs: dict[int, forms.Field | None] = {}
        self._lines: dict[type[Model], dict[str, Field]] = {}

    def may_write(self, name: str) -> bool:
        """Whether the policy lets the actor write the field, in any row."""
        if name not in self._writable:
            self._writable[name] = may_write(self.actor, self.entity, name)
        return self._writable[name]

    def input_of(self, field: Field) -> forms.Field | None:
        """The form field that cleans values for this field; None where a related row is looked up."""
        if id(field) not in self._inputs:
            linked = field.type in {Type.FK, Type.MANY}
            self._inputs[id(field)] = None if linked else form_field(field)
        return self._inputs[id(field)]

    def line_fields(self, lines: Lines) -> dict[str, Field]:
        """The fields of a table of lines."""
        if lines.model not in self._lines:
            self._lines[lines.model] = lines_fields(lines.model, lines.fields)
        return self._lines[lines.model]


class EntityForm:
    """Cleans raw values for one row. With `partial`, only the names in `data` are looked at, as a PATCH needs."""

    def __init__(
        self,
        entity: Entity,
        actor: policy.Actor,
        data: Raw,
        *,
        row: Any = None,
        names: Iterable[str] | None = None,
        partial: bool = False,
        rules: FormRules | None = None,
    ) -> None:
        self.entity = entity
        self.actor = actor
        self.raw = data
        self.row = row
        self.partial = partial
        self.rules = rules or FormRules(entity, actor, names)
        self.lookups = self.rules.lookups
        self.fields = self.rules.fields
        self.values: dict[str, Any] = {}
        self.lines: dict[type[Model], list[dict[str, Any]]] = {}
        self.errors: dict[str, list[str]] = {}
        self._cleaned = False

    def is_valid(self) -> bool:
        """Whether every value is clean; fills `values`, `lines` and `errors`."""
        if not self._cleaned:
            self._cleaned = True
            self._refuse_strangers()
            for name, field in self.rules.in_order:
                self._clean(name, field)
            for lines in self.entity.lines:
                self._clean_lines(lines)
        return not self.errors

    def clean(self) -> dict[str, Any]:
        """The clean values; Invalid with all errors when there are any."""
        if not self.is_valid():
            raise Invalid(self.errors)
        return self.values

    def add_error(self, name: str, message: str) -> None:
        """Record an error that a rule found after cleaning."""
        self.errors.setdefault(name, []).append(message)

    def _refuse_strangers(self) -> None:
        declared = {line_key(lines) for lines in self.entity.lines}
        strangers = [n for n in self.raw if n not in self.fields and n not in declared]
        known = fields_of(self.entity) if strangers else {}
        for name in strangers:
            if name not in known:
                self.add_error(name, _("There is no field named “%(name)s”.") % {"name": name})
            else:
                self.add_error(name, _("This field cannot be written."))

    def _clean(self, name: str, field: Field) -> None:
        if name not in self.raw:
            if not self.partial and self.row is None and field.required:
                self.add_error(name, _("This field is required."))
            return
        if not self.rules.may_write(name):
            self.add_error(name, _("You may not change this field."))
            return
        try:
            raw, input_ = self.raw[name], self.rules.input_of(field)
            told = {"beside": self.values, "row": self.row}
            value = clean_value(field, raw, self.actor, self.lookups, input_, **told)
        except ValidationError as error:
            for message in error.messages:
                self.add_error(name, message)
            return
        if value is not None or not _is_derived(field):
            self.values[name] = value

    def _clean_lines(self, lines: Lines) -> None:
        key = line_key(lines)
        if key not in self.raw:
            return
        fields = self.rules.line_fields(lines)
        cleaned = []
        for number, raw in enumerate(_as_lines(self.raw[key]), start=1):
            values, errors = _clean_line(fields, raw, self.actor, self.lookups, self.rules)
            for name, messages in errors.items():
                for message in messages:
                    self.add_error(f"{key}.{number}.{name}", message)
            cleaned.append(values)
        self.lines[lines.model] = cleaned


def line_key(lines: Lines) -> str:
    """The name under which a body or a form carries the lines of a table."""
    return str(lines.model._meta.model_name)


def may_write(actor: policy.Actor, entity: Entity, name: str) -> bool:
    """Whether the policy lets the actor write the field, in any row."""
    return policy.field_level(actor, entity.kind, name) >= policy.Level.WRITE


def writable(entity: Entity, actor: policy.Actor, names: Iterable[str] | None = None) -> list[str]:
    """The fields the actor may write, in form order."""
    return [name for name in _chosen(entity, names) if may_write(actor, entity, name)]


def clean_value(
    field: Field,
    raw: Any,
    actor: policy.Actor,
    lookups: Lookups,
    input_: forms.Field | None = None,
    **told: Any,
) -> Any:
    """One clean value; ValidationError says what is wrong with it. `told`: the values `beside` it and the `row` they are for."""
    if field.type is Type.FK:
        return _clean_lookup(field, raw, lookups, **told)
    if field.type is Type.MANY:
        return [lookups.find(field.related, one) for one in as_list(raw)]
    input_ = input_ or form_field(field)
    raw = _normal(field, plain_for(input_, raw), actor)
    value = moment(input_.clean(_moment(input_, raw)))
    if field.is_custom:
        return value
    if value in ("", None) and field.model_field is not None:
        return _empty(field)
    return value


def form_field(field: Field) -> forms.Field:
    """The Django form field that cleans input for this field."""
    if field.is_custom:
        return _custom_form_field(field)
    if field.choices and not field.model_field.choices and field.type is Type.CHOICE:
        return forms.ChoiceField(choices=field.choices, required=field.required)
    return _model_form_field(field.model_field, field.type, field.choices, field.required)


def verb_form(params: Mapping[str, forms.Field], data: Raw) -> dict[str, Any]:
    """The clean parameters of a verb; Invalid with all errors when there are any."""
    typed, errors = dict(data), {}
    for name in params.keys() & data.keys():
        try:
            typed[name] = _moment(params[name], plain_for(params[name], data[name]))
        except ValidationError as error:
            errors[name] = error.messages
    if errors:
        raise Invalid(errors)
    form = type("VerbForm", (forms.Form,), dict(params))(typed)
    if not form.is_valid():
        raise Invalid({name: list(errors) for name, errors in form.errors.items()})
    return _moments(form.cleaned_data)


def _moments(values: Raw) -> dict[str, Any]:
    clean: dict[str, Any] = {}
    for name, value in values.items():
        try:
            clean[name] = moment(value)
        except ValidationError as error:
            raise Invalid({name: error.messages}) from error
    return clean


def _chosen(
    entity: Entity, names: Iterable[str] | None, *, importing: bool = False
) -> dict[str, Field]:
    allowed = frozenset(entity.importable) if importing else frozenset()
    own = fields_of(entity)
    if names is None:
        custom = [name for name in own if name.startswith("custom.")]
        names = [*entity.form_fields, *custom, "external_id", *sorted(allowed)]
    known = {name: own.get(name) or field_of(entity, name) for name in dict.fromkeys(names)}
    return {
        name: field
        for name, field in known.items()
        if field and (not field.readonly or name in allowed)
    }


def _clean_line(
    fields: Mapping[str, Field],
    raw: Raw,
    actor: policy.Actor,
    lookups: Lookups,
    rules: FormRules,
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    values: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for name, field in fields.items():
        if name not in raw:
            if field.required and not raw.get("id"):
                errors[name] = [_("This field is required.")]
            continue
        try:
            values[name] = clean_value(field, raw[name], actor, lookups, rules.input_of(field))
        except ValidationError as error:
            errors[name] = error.messages
    for name in set(raw) - set(fields) - {"id"}:
        errors[name] = [_("There is no field named “%(name)s”.") % {"name": name}]
    if raw.get("id"):
        values["id"] = _line_id(raw["id"], errors)
    return values, errors


def _line_id(raw: Any, errors: dict[str, list[str]]) -> int | None:
    try:
        return int(raw)
    except (TypeError, ValueError):
        errors["id"] = [_("This is not the number of a line.")]
        return None


def _as_lines(raw: Any) -> Sequence[Raw]:
    if not isinstance(raw, list) or not all(isinstance(line, Mapping) for line in raw):
        raise Invalid({"": [_("Lines are a list of objects.")]})
    return raw


def _clean_lookup(field: Field, raw: Any, lookups: Lookups, **told: Any) -> Any:
    if raw in (None, ""):
        if field.required:
            raise ValidationError(_("This field is required."))
        return None
    found = lookups.find(field.related, raw, **told)
    return found.pk if field.is_custom and found is not None else found


def _is_derived(field: Field) -> bool:
    """Whether a related row may be left out although there always is one: a rule finds it, or it stays what it is."""
    column = field.model_field
    return field.type is Type.FK and column is not None and not column.null


def _moment(input_: forms.Field, raw: Any) -> Any:
    """A day or a moment that is no text, such as a number in a JSON body, is wrong like any other, and no error of the server's."""
    is_text = raw is None or isinstance(raw, (str, date, time))
    return raw if is_text or not isinstance(input_, BaseTemporalField) else str(raw)


def _normal(field: Field, raw: Any, actor: policy.Actor) -> Any:
    """Numbers as people type them: full-width digits, thousands commas, currency signs, a percent sign."""
    if field.type is Type.MULTI:
        return as_list(raw)
    if field.type is Type.PERCENT:
        return _percent(field, raw, actor)
    if field.type not in NUMBERS or not isinstance(raw, str):
        return raw
    return unicodedata.normalize("NFKC", raw).strip().replace(",", "").strip("¥$€£ ")


def _percent(field: Field, raw: Any, actor: policy.Actor) -> Any:
    """People type hundredths (12.5), programs send fractions (0.125); with a percent sign both mean hundredths.

    A model's own form field reads hundredths, that of a custom field the fraction.
    """
    text = unicodedata.normalize("NFKC", "" if raw is None else str(raw)).strip()
    hundredths = actor.door == "page" or text.endswith("%")
    try:
        number = Decimal(text.rstrip("% "))
    except ArithmeticError:
        return raw
    if field.is_custom:
        return format(number / 100 if hundredths else number, "f")
    return format(number if hundredths else number * 100, "f")


def _empty(field: Field) -> Any:
    model_field = field.model_field
    if model_field.has_default() and not model_field.null:
        return model_field.get_default()
    return None if model_field.null else ""


@cache
def _model_form_field(
    column: Any, type_: Type, choices: tuple[tuple[str, Any], ...], required: bool
) -> forms.Field:
    if type_ is Type.MULTI:
        return ListField(choices=choices, required=required)
    made = column.formfield(**({"assume_scheme": "https"} if type_ is Type.URL else {}))
    if made is None:
        made = forms.CharField(required=False)
    made.required = required
    return made  # type: ignore[no-any-return]


_CUSTOM: dict[Type, Callable[[Field], forms.Field]] = {
    Type.INTEGER: lambda f: forms.IntegerField(required=f.required),
    Type.DECIMAL: lambda f: forms.DecimalField(
        max_digits=24, decimal_places=8, required=f.required
    ),
    Type.PERCENT: lambda f: forms.DecimalField(
        max_digits=12, decimal_places=6, required=f.required
    ),
    Type.MONEY: lambda f: forms.DecimalField(max_digits=18, decimal_places=2, required=f.required),
    Type.DATE: lambda f: forms.DateField(required=f.required),
    Type.DATETIME: lambda f: forms.DateTimeField(required=f.required),
    Type.BOOL: lambda f: forms.BooleanField(required=False),
    Type.CHOICE: lambda f: forms.ChoiceField(choices=f.choices, required=f.required),
    Type.MULTI: lambda f: ListField(choices=f.choices, required=f.required),
    Type.EMAIL: lambda f: forms.EmailField(required=f.required),
    Type.URL: lambda f: forms.URLField(assume_scheme="https", required=f.required),
}


@cache
def _custom_form_field(field: Field) -> forms.Field:
    make = _CUSTOM.get(field.type)
    if make is not None:
        return make(field)
    return forms.CharField(max_length=field.max_length, required=field.required)
