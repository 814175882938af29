"""Making, finding and revoking access tokens.

A token looks like `tgl_` and 40 random letters; it is shown once. It dies with its person's epoch: whoever loses a role or
leaves has no token left.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from tonglu import policy
from tonglu.audit.services import audit_note
from tonglu.directory.models import Person
from tonglu.directory.selectors import person_by_id
from tonglu.kernel.errors import Invalid, NotFound
from tonglu.kernel.text import N_
from tonglu.toolkit.clock import now
from tonglu.toolkit.statements import MOMENT, TEXT, Columns, KeptStatement

from .models import Token

ACTS = ("read", "write", "all")
TOKENS = "tokens"
"""The right over the tokens of other people."""


@dataclass(frozen=True, kw_only=True)
class MadeToken:
    """A new token and its secret, which nobody can read again."""

    token: Token
    secret: str


def token_create(
    *, person: Person, name: str, scopes: list[str], days: int | None = 365
) -> MadeToken:
    """A token with scopes such as `read`, `write`, `read:opportunities`, `all`."""
    for scope in scopes:
        if scope.split(":")[0] not in ACTS:
            raise Invalid({"scope": [N_("A scope is read, write or all, or like read:accounts.")]})
    secret = f"tgl_{secrets.token_urlsafe(30)}"
    token = Token.objects.create(
        person=person,
        name=name,
        prefix=secret[:10],
        digest=_digest(secret),
        scopes=sorted(set(scopes)),
        epoch=person.epoch,
        expires_at=now() + timedelta(days=days) if days else None,
    )
    return MadeToken(token=token, secret=secret)


def token_create_self(*, actor: policy.Actor, name: str, scopes: list[str], days: int) -> MadeToken:
    """A token of the actor's own, with its entry in the trail."""
    person = person_by_id(actor.person_id or 0)
    if person is None or not scopes:
        raise Invalid({"scope": [N_("A scope is read, write or all, or like read:accounts.")]})
    with transaction.atomic():
        made = token_create(person=person, name=name, scopes=scopes, days=days)
        _note(actor, "created", made.token)
    return made


def tokens_of(person_id: int) -> QuerySet[Token]:
    """A person's tokens, the newest first."""
    return Token.objects.filter(person_id=person_id).select_related("person")


def tokens_all(actor: policy.Actor, name: str = "") -> QuerySet[Token]:
    """Everybody's tokens, for whoever may read them; narrowed to people with that name."""
    policy.require(actor, "read", TOKENS)
    found = Token.objects.select_related("person")
    return found.filter(person__name__icontains=name) if name else found


def token_revoke_as(*, actor: policy.Actor, pk: int) -> Token:
    """Revoke a token: one's own, or anybody's with the right to manage them; NotFound otherwise."""
    found = Token.objects.select_related("person").filter(pk=pk).first()
    if found is None or (
        found.person_id != actor.person_id and not policy.may(actor, "manage", TOKENS)
    ):
        raise NotFound(N_("There is no such token."))
    with transaction.atomic():
        token_revoke(person=found.person, pk=pk)
        _note(actor, "revoked", found)
    return found


def token_create_for_email(
    *, email: str, scopes: list[str], name: str, days: int | None
) -> MadeToken:
    """A token for the person with that address; NotFound when there is none who is active."""
    person = Person.objects.filter(email=email.lower(), is_active=True).first()
    if person is None:
        raise NotFound(N_("There is no active person with that e-mail address."))
    return token_create(person=person, name=name, scopes=scopes, days=days)


def token_find(secret: str, moment: datetime) -> Token | None:
    """The valid token with that secret, of a person who is still active with unchanged rights."""
    rows = _FOUND.rows(digest=_digest(secret), moment=moment)
    if not rows:
        return None
    found, found.person = _TOKEN.row(rows[0]), _PERSON.row(rows[0][len(_TOKEN.names) :])
    return found if found.epoch == found.person.epoch else None


def _found(digest: str, moment: datetime) -> QuerySet[Any, Any]:
    alive = Token.objects.filter(digest=digest, revoked_at=None, person__is_active=True)
    valid = alive.filter(Q(expires_at=None) | Q(expires_at__gt=moment))
    return valid.values_list(*_TOKEN.names, *_PERSON.names)


_TOKEN, _PERSON = Columns(Token), Columns(Person, "person__")
_FOUND = KeptStatement(_found, digest=TEXT, moment=MOMENT)


def token_touch(token: Token, moment: datetime) -> None:
    """Remember when the token was used, once a minute at most."""
    if token.used_at is None or moment - token.used_at > timedelta(minutes=1):
        Token.objects.filter(pk=token.pk).update(used_at=moment)


def token_revoke(*, person: Person, pk: int) -> None:
    """Revoke one of a person's tokens."""
    Token.objects.filter(person=person, pk=pk, revoked_at=None).update(revoked_at=now())


def _note(actor: policy.Actor, verb: str, token: Token) -> None:
    note: dict[str, object] = {
        "token": token.prefix,
        "name": token.name,
        "person": token.person_id,
        "scopes": ", ".join(token.scopes),
    }
    audit_note(actor, verb=f"{TOKENS}.{verb}", kind=TOKENS, row_id=token.pk, note=note)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
