"""Access tokens as pages: for whoever lets a program work for them, and for whoever must know which programs there are.

A token is shown once, on the page that answers its making, which is never stored. The example beside it is a command that works.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tonglu import policy
from tonglu.api.models import Token
from tonglu.api.tokens import (
    TOKENS,
    MadeToken,
    token_create_self,
    token_revoke_as,
    tokens_all,
    tokens_of,
)
from tonglu.entities.registry import all_entities
from tonglu.toolkit.clock import now

from .forms import TokenForm

SHOWN = 200


@dataclass(frozen=True, kw_only=True)
class Row:
    """One token as its line shows it."""

    token: Token
    state: str
    label: Any
    scopes: str

    @property
    def is_valid(self) -> bool:
        """Whether it opens anything."""
        return self.state == "valid"


@dataclass(frozen=True, kw_only=True)
class TokensPage:
    """Everything the page of my tokens shows; `example` is a command for the new token, or for any."""

    rows: list[Row]
    form: TokenForm
    made: MadeToken | None
    example: str
    document: str


@never_cache
@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """My tokens; make one and see it once."""
    actor = _actor(request)
    form, made = TokenForm(actor, request.POST or None), None
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        made = token_create_self(
            actor=actor, name=values["name"], scopes=form.scopes(), days=values["days"]
        )
        form = TokenForm(actor)
    page = TokensPage(
        rows=_rows(tokens_of(actor.person_id or 0)),
        form=form,
        made=made,
        example=_example(request, actor, made),
        document=request.build_absolute_uri("/api/v1/openapi.json"),
    )
    status = 422 if form.is_bound and form.errors else 201 if made else 200
    return render(request, "api/tokens.html", {"page": page}, status=status)


@require_POST
def revoke_mine(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of my tokens now."""
    token = token_revoke_as(actor=_actor(request), pk=pk)
    messages.success(request, _("The token “%(name)s” is revoked.") % {"name": token.name})
    return redirect("tokens:mine")


@require_GET
def everybody(request: HttpRequest) -> HttpResponse:
    """All tokens of all people."""
    actor, name = _actor(request), request.GET.get("q", "")
    context = {
        "rows": _rows(tokens_all(actor, name)[:SHOWN]),
        "name": name,
        "may_manage": bool(policy.may(actor, "manage", TOKENS)),
    }
    return render(request, "api/all_tokens.html", context)


@require_POST
def revoke_any(request: HttpRequest, pk: int) -> HttpResponse:
    """End anybody's token now."""
    actor = _actor(request)
    policy.require(actor, "manage", TOKENS)
    token = token_revoke_as(actor=actor, pk=pk)
    messages.success(request, _("The token “%(name)s” is revoked.") % {"name": token.name})
    return redirect("tokens:all")


def _actor(request: HttpRequest) -> policy.Actor:
    actor: policy.Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _rows(tokens: Any) -> list[Row]:
    moment = now()
    found = []
    for token in tokens:
        state, label = token.state(moment)
        found.append(Row(token=token, state=state, label=label, scopes=", ".join(token.scopes)))
    return found


def _example(request: HttpRequest, actor: policy.Actor, made: MadeToken | None) -> str:
    """A command that answers with the newest records of a kind the token may read."""
    secret = made.secret if made else "tgl_…"
    address = request.build_absolute_uri(f"/api/v1/{_readable(actor, made)}")
    return f'curl -H "Authorization: Bearer {secret}" "{address}"'


def _readable(actor: policy.Actor, made: MadeToken | None) -> str:
    """What to ask for: a kind the token names, else the first one its person may read."""
    named = [scope.partition(":")[2] for scope in made.token.scopes] if made else []
    slugs = [one for one in named if one] or [
        entity.slug for entity in all_entities() if policy.may(actor, "read", entity.kind)
    ]
    preferred = [slug for slug in ("accounts", "opportunities") if slug in slugs]
    chosen = [*preferred, *slugs]
    return f"{chosen[0]}?limit=3" if chosen else "me"
