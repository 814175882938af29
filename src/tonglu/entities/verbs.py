"""The parameters of a verb, cleaned the same way for page, bulk act and API."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from itertools import zip_longest
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.kernel.errors import DomainError, Invalid

from .forms import verb_form
from .lookups import Lookups
from .parts import parts_clean
from .spec import Refusal, Verb


class NotNow(DomainError):
    """An act that its record does not allow now; `missing` pairs what is missing with the field that would hold it, if one would."""

    code = "not_now"

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.sentence, next_step=refusal.next_step)
        pairs = zip_longest(refusal.fields, refusal.missing, fillvalue="")
        self.missing = [(name, str(sentence)) for name, sentence in pairs]


def verb_params(
    actor: policy.Actor, verb: Verb, data: Mapping[str, Any], row: Any = None
) -> dict[str, Any]:
    """The clean parameters of a verb; related records are found among those the actor may see, parts among those of the row."""
    table = {verb.parts.name} if verb.parts and row is not None else set()
    strangers = sorted(set(data) - set(verb.params) - set(verb.related) - table)
    if strangers and actor.door == "api":
        raise Invalid({strangers[0]: [_stranger(strangers[0])]})
    related, errors = _related(actor, verb, data)
    try:
        plain = verb_form(
            {name: field for name, field in verb.params.items() if name not in verb.related},
            {**_ticked(verb), **data},
        )
    except Invalid as refusal:
        raise Invalid({**refusal.errors, **errors}) from refusal
    if errors:
        raise Invalid(errors)
    return {**plain, **related, **_parts(actor, verb, data, row)}


def params_checked(verb: Verb, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters as they are; Invalid when one is missing that must be given, or when the verb has none of that name."""
    taken = _taken(verb.run)
    errors = {
        name: [_("This field is required.")]
        for name, has_default in taken.items()
        if name is not None
        and params.get(name) is None
        and (_is_required(verb, name) or (name not in params and not has_default))
    }
    if None not in taken:
        strangers = (name for name in params if name not in taken)
        errors |= {name: [_stranger(name)] for name in strangers}
    if errors:
        raise Invalid(errors)
    return params


@cache
def _taken(run: Callable[..., Any]) -> dict[str | None, bool]:
    """What the function takes beside actor and row, and whether it does without; under None, whether it takes any name."""
    given = inspect.signature(run).parameters.values()
    return {
        None if one.kind is one.VAR_KEYWORD else one.name: one.default is not one.empty
        for one in given
        if one.name not in {"actor", "row"}
    }


def _stranger(name: str) -> str:
    return _("There is no parameter named “%(name)s”.") % {"name": name}


def verb_refusal(actor: policy.Actor, verb: Verb, kind: str, row: Any) -> Refusal | None:
    """Why the verb may not be used on this row now, by policy or by its own rule; None when it may."""
    verdict = policy.may(actor, verb.act, kind, row)
    if not verdict:
        return Refusal(reason=verdict.reason)
    return verb.when(actor, row) if verb.when else None


def _ticked(verb: Verb) -> dict[str, bool]:
    """The boxes that are ticked when nobody says otherwise; a page says of every box whether it is."""
    return {
        name: True
        for name, field in verb.params.items()
        if isinstance(field, forms.BooleanField) and field.initial is True
    }


def _parts(
    actor: policy.Actor, verb: Verb, data: Mapping[str, Any], row: Any
) -> dict[str, dict[int, Decimal]]:
    """How much of each line, when it was said; left out, the act takes what it takes by itself."""
    parts = verb.parts
    if parts is None or row is None or data.get(parts.name) is None:
        return {}
    return {parts.name: parts_clean(actor, parts, row, data[parts.name])}


def _related(
    actor: policy.Actor, verb: Verb, data: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    lookups = Lookups(actor)
    found: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for name, kind in verb.related.items():
        raw = data.get(name)
        if raw in (None, ""):
            if _is_required(verb, name):
                errors[name] = [_("This field is required.")]
            else:
                found[name] = None
            continue
        try:
            found[name] = lookups.find(kind, raw)
        except ValidationError as error:
            errors[name] = error.messages
    return found, errors


def _is_required(verb: Verb, name: str) -> bool:
    declared = verb.params.get(name)
    return name in verb.required or (declared is not None and declared.required)
