"""The parameters of a verb, cleaned the same way for page, bulk act and API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.kernel.errors import Invalid

from .forms import verb_form
from .lookups import Lookups
from .spec import Refusal, Verb


def verb_params(actor: policy.Actor, verb: Verb, data: Mapping[str, Any]) -> dict[str, Any]:
    """The clean parameters of a verb; related records are found among those the actor may see."""
    strangers = sorted(set(data) - set(verb.params) - set(verb.related))
    if strangers and actor.door == "api":
        message = _("There is no parameter named “%(name)s”.") % {"name": strangers[0]}
        raise Invalid({strangers[0]: [message]})
    related, errors = _related(actor, verb, data)
    try:
        plain = verb_form(
            {name: field for name, field in verb.params.items() if name not in verb.related}, data
        )
    except Invalid as refusal:
        raise Invalid({**refusal.errors, **errors}) from refusal
    if errors:
        raise Invalid(errors)
    return {**plain, **related}


def verb_refusal(actor: policy.Actor, verb: Verb, kind: str, row: Any) -> Refusal | None:
    """Why the verb may not be used on this row now, by policy or by its own rule; None when it may."""
    verdict = policy.may(actor, verb.act, kind, row)
    if not verdict:
        return Refusal(reason=verdict.reason)
    return verb.when(actor, row) if verb.when else None


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
