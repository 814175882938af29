"""Values as they come in: one where one belongs, several where several do, and no character that the database cannot hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext as _

_NO_NUL = ProhibitNullCharactersValidator()


def as_list(raw: Any) -> list[Any]:
    """Several values, as a list of a body or as text with commas."""
    if raw in (None, ""):
        return []
    if isinstance(raw, str):
        return [part.strip() for part in raw.replace("，", ",").split(",") if part.strip()]
    return list(raw) if isinstance(raw, (list, tuple)) else [raw]


def plain(raw: Any) -> Any:
    """A value that is one: a body may hold a list or an object where a text or a number belongs."""
    if isinstance(raw, (list, tuple, dict)):
        raise ValidationError(_("This is one value, not a list or an object."))
    return raw


def plain_for(input_: forms.Field, raw: Any) -> Any:
    """The value, which is one unless its field takes structures; `true` is no text."""
    if isinstance(input_, (forms.JSONField, ListField)):
        return raw
    if isinstance(raw, bool) and isinstance(input_, forms.CharField):
        raise ValidationError(_("Enter a text."))
    return plain(raw)


def moment(value: Any) -> Any:
    """A moment in UTC: the database takes neither every offset that Python reads nor what lies outside its years."""
    if not isinstance(value, datetime):
        return value
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ValidationError(_("Enter a valid date/time.")) from error


class ListField(forms.Field):
    """Several values of a list, or free tags when the list is empty."""

    def __init__(self, *, choices: tuple[tuple[str, Any], ...] = (), **more: Any) -> None:
        super().__init__(**more)
        self.allowed = {value for value, _label in choices}

    def clean(self, value: Any) -> list[str]:
        """The values without repeats, each of the list when there is one."""
        values = [_text(one) for one in as_list(value)]
        if self.required and not values:
            raise ValidationError(_("This field is required."))
        strangers = [one for one in values if self.allowed and one not in self.allowed]
        if strangers:
            raise ValidationError(_("“%(value)s” is not in the list.") % {"value": strangers[0]})
        return list(dict.fromkeys(values))


def _text(raw: Any) -> str:
    text = str(plain(raw))
    _NO_NUL(text)
    return text
