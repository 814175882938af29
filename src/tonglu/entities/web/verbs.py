"""The acts of an entity on its pages: a button that says why it is disabled, a dialog for what the act needs, and the act.

A refused act comes back as its dialog with everything that was typed, the reason, and the next step that would allow it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tonglu import policy
from tonglu.entities import selectors
from tonglu.entities.fields import Field, Type, fields_of
from tonglu.entities.services import record_run
from tonglu.entities.spec import Entity, Refusal, Text, Verb
from tonglu.entities.verbs import verb_params
from tonglu.kernel.errors import DomainError, NotFound, Stale
from tonglu.kernel.text import N_
from tonglu.toolkit.idempotency import Answer, answer_once, request_hash

from .controls import (
    OPEN_LINKS,
    Control,
    choices_of,
    create_url,
    named,
    param_field,
    raw_of,
    raw_values,
    shared_links,
)
from .filterbar import lookup_url
from .parttables import drawn_errors, part_table, parts_sent
from .shell import actor, back_url, entity_page, go, in_modal, next_step, sentences, show
from .titles import standing_of, title_of

TEMPLATE = "entities/verb.html"
ONCE_LETTERS = 64


@dataclass(frozen=True, kw_only=True)
class Button:
    """A verb as a button: enabled, or disabled with the reason and what would help."""

    verb: Verb
    url: str
    reason: str = ""
    next_step: str = ""
    missing: tuple[Text, ...] = ()
    plain: bool = False
    """Whether it stands beside one that matters more."""

    @property
    def enabled(self) -> bool:
        """Whether it may be pressed."""
        return not self.reason

    @property
    def tone(self) -> str:
        """Its colour; the declared tone, else that of the primary act. Beside a filled button none but danger has one."""
        if self.plain and self.verb.tone != "danger":
            return ""
        return self.verb.tone or ("primary" if self.verb.primary else "")

    @property
    def title(self) -> str:
        """Why it may not be pressed, in one sentence for a tooltip."""
        return " ".join(part for part in (self.reason, self.next_step) if part)


def buttons_of(who: policy.Actor, entity: Entity, row: Any) -> tuple[Button, ...]:
    """All verbs of a row; those the policy never grants this person are left out."""
    return tuple(
        _button(who, entity, row, verb)
        for verb in entity.verbs
        if policy.may(who, verb.act, entity.kind)
    )


@require_http_methods(["GET", "POST"])
@entity_page
def verb_page(request: HttpRequest, entity: Entity, pk: int, verb: str) -> HttpResponse:
    """The dialog of a verb, and its run."""
    who = actor(request)
    row = selectors.row(who, entity.kind, pk)
    declared = entity.verb(verb)
    if declared is None:
        raise NotFound(N_("There is no such act."))
    if request.method == "POST":
        return _run(request, who, entity, row, declared)
    return _show(request, who, entity, row, declared)


def verb_fields(verb: Verb) -> list[Field]:
    """The parameters of a verb as fields."""
    return [
        param_field(name, field, verb.related.get(name, "")) for name, field in verb.params.items()
    ]


def params_sent(who: policy.Actor, verb: Verb, sent: QueryDict, row: Any = None) -> dict[str, Any]:
    """The clean parameters that a form sent; the table of parts only for one row."""
    raw = raw_of(verb_fields(verb), sent)
    return verb_params(who, verb, {**raw, **parts_sent(verb, sent)} if row else raw, row)


def verb_controls(
    who: policy.Actor,
    verb: Verb,
    raw: Mapping[str, Any],
    errors: Mapping[str, Sequence[str]],
) -> list[Control]:
    """The controls of a verb's parameters."""
    made = [
        _control(who, field, raw.get(field.name, verb.params[field.name].initial), errors)
        for field in verb_fields(verb)
    ]
    return named(who, made)


def _button(who: policy.Actor, entity: Entity, row: Any, verb: Verb) -> Button:
    url = entity.url("verb", row.pk, verb=verb.name)
    verdict = policy.may(who, verb.act, entity.kind, row)
    if not verdict:
        help_ = _("Ask: %(roles)s.") % {"roles": ", ".join(verdict.who)} if verdict.who else ""
        return Button(verb=verb, url=url, reason=verdict.reason, next_step=help_)
    refusal = verb.when(who, row) if verb.when else None
    return _refused(verb, url, refusal) if refusal else Button(verb=verb, url=url)


def _refused(verb: Verb, url: str, refusal: Refusal) -> Button:
    return Button(
        verb=verb,
        url=url,
        reason=str(refusal.reason),
        next_step=str(refusal.next_step),
        missing=refusal.missing,
    )


def _run(
    request: HttpRequest, who: policy.Actor, entity: Entity, row: Any, verb: Verb
) -> HttpResponse:
    before = standing_of(who, row, entity)
    try:
        url = _run_once(request, who, entity, row, verb)
    except DomainError as refusal:
        return _show(request, who, entity, row, verb, refusal=refusal)
    return go(request, url, _said(who, entity, row, verb, before))


def _said(who: policy.Actor, entity: Entity, row: Any, verb: Verb, before: str) -> str:
    """What came of it: how the record stands now where that is new, else which act was done."""
    now = selectors.rows(who, entity.kind).filter(pk=row.pk).first()  # it may be out of sight now
    after = standing_of(who, now, entity) if now is not None else ""
    if after and after != before:
        return _("%(record)s: %(state)s") % {"record": title_of(now, entity), "state": after}
    return _("Done: %(act)s") % {"act": verb.label}


def _run_once(request: HttpRequest, who: policy.Actor, entity: Entity, row: Any, verb: Verb) -> str:
    """Run the act and say where to go; a dialog that is sent twice, as by a double click, acts once."""

    def run() -> Answer:
        return Answer(status=303, body=_url_after(request, who, entity, row, verb))

    key = request.POST.get("once", "")
    if not key or len(key) > ONCE_LETTERS:
        return run().body
    asked = request_hash("POST", request.path, b"")
    return answer_once(
        actor=f"person:{who.person_id}", key=f"page:{key}", request=asked, run=run
    ).body


def _url_after(
    request: HttpRequest, who: policy.Actor, entity: Entity, row: Any, verb: Verb
) -> str:
    version = request.POST.get("version", "")
    policy.require(who, verb.act, entity.kind, row)
    result = record_run(
        actor=who,
        row=row,
        verb=verb.name,
        params=params_sent(who, verb, request.POST, row),
        version=int(version) if version.isdecimal() else None,
    )
    otherwise = verb.url(result) if verb.url else entity.url("detail", row.pk)
    return otherwise if verb.url else back_url(request, otherwise)


def _show(
    request: HttpRequest,
    who: policy.Actor,
    entity: Entity,
    row: Any,
    verb: Verb,
    *,
    refusal: DomainError | None = None,
) -> HttpResponse:
    raw = _typed(request, who, row, verb)
    errors = sentences(refusal) if refusal else {}
    controls = [_of_row(one, entity, row) for one in verb_controls(who, verb, raw, errors)]
    table = part_table(who, verb, row, raw, errors)
    drawn = {control.field.name for control in controls} | drawn_errors(table, verb)
    context = {
        "entity": entity,
        "row": row,
        "title": title_of(row, entity),
        "verb": verb,
        "button": _button(who, entity, row, verb),
        "controls": controls,
        "table": table,
        "once": request.POST.get("once") or token_urlsafe(18),
        "known": verb.known(who, row) if verb.known else (),
        "asks": verb.asks(who, row) if verb.asks else "",
        "problems": [text for name, found in errors.items() if name not in drawn for text in found],
        "next_step": next_step(refusal) if refusal else "",
        "stale": isinstance(refusal, Stale),
        "action": request.get_full_path(),
        "next": request.POST.get("next") or request.GET.get("next") or "",
        "cancel": entity.url("detail", row.pk),
    }
    status = 200 if refusal is None else 422 if in_modal(request) else refusal.status
    return show(request, TEMPLATE, context, part="modal", status=status)


def _of_row(control: Control, entity: Entity, row: Any) -> Control:
    """An amount in the currency of the row; a lookup that offers only what belongs to it: the stages of its own pipeline.

    Another of its own kind need not be like it: what is merged into it, say.
    """
    if control.field.type is Type.MONEY:
        return replace(control, currency=str(getattr(row, "currency", "") or ""))
    if not control.lookup_url or control.field.related == entity.kind:
        return control
    links = [
        f
        for f in fields_of(entity).values()
        if f.type is Type.FK and f.path and f.name not in OPEN_LINKS
    ]
    held = {
        name: getattr(row, f"{name}_id")
        for name in shared_links(control.field.related, links)
        if getattr(row, f"{name}_id", None)
    }
    return (
        replace(control, lookup_url=f"{control.lookup_url}?{urlencode(held)}") if held else control
    )


def _typed(request: HttpRequest, who: policy.Actor, row: Any, verb: Verb) -> dict[str, Any]:
    if request.method == "POST":
        return {**raw_of(verb_fields(verb), request.POST), **parts_sent(verb, request.POST)}
    given = {name: request.GET[name] for name in verb.params if name in request.GET}
    return {**(verb.initial(who, row) if verb.initial else {}), **given}


def _control(
    who: policy.Actor, field: Field, value: Any, errors: Mapping[str, Sequence[str]]
) -> Control:
    values = raw_values(value() if callable(value) else value, field)
    related = field.related if field.type is Type.FK else ""
    return Control(
        field=field,
        values=values,
        choices=choices_of(field, values),
        errors=tuple(errors.get(field.name, ())),
        lookup_url=lookup_url(related) if related else "",
        create_url=create_url(who, related) if related else "",
    )
