"""Refusals a person can act on: every business error is a DomainError with a stable code.

`message` is an English sentence (a gettext msgid, or a lazy translation) with named `%(name)s` places that `params` fills;
the shells translate it, and map `status` to the HTTP answer once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tonglu.kernel.text import N_


class DomainError(Exception):
    """A rule of the business refused the act; nothing was changed."""

    code = "refused"
    status = 422

    def __init__(
        self,
        message: Any,
        *,
        code: str = "",
        field: str = "",
        params: Mapping[str, Any] | None = None,
        next_step: Any = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.field = field
        self.params = dict(params or {})
        self.next_step = next_step

    def text(self, translate: Callable[[str], str] = str) -> str:
        """The sentence for a person, in the language `translate` speaks."""
        sentence = translate(str(self.message))
        return sentence % self.params if self.params else sentence

    def __str__(self) -> str:
        return self.text()


class Denied(DomainError):
    """The policy does not let this actor do this act on a row the actor may see."""

    code = "denied"
    status = 403


class NotFound(DomainError):
    """The row does not exist, or does not exist for this actor."""

    code = "not_found"
    status = 404


class Stale(DomainError):
    """Someone else saved the row since the actor read it."""

    code = "stale"
    status = 409


class Invalid(DomainError):
    """Input broke rules; `errors` maps a field name (or "") to its sentences.

    A sentence is a message, or a DomainError when it has parameters and a next step of its own.
    """

    code = "invalid"
    status = 422

    def __init__(self, errors: Mapping[str, list[Any]], **more: Any) -> None:
        first = next((list_[0] for list_ in errors.values() if list_), N_("Invalid input."))
        if isinstance(first, DomainError):
            more = {"params": first.params, "next_step": first.next_step, **more}
            first = first.message
        super().__init__(first, field=next(iter(errors), ""), **more)
        self.errors = {name: list(list_) for name, list_ in errors.items()}

    def sentences(self, translate: Callable[[str], str] = str) -> dict[str, list[str]]:
        """The errors by field, in the language `translate` speaks."""
        return {
            name: [_said(message, translate, self.params) for message in messages]
            for name, messages in self.errors.items()
        }


class TooMany(DomainError):
    """A limit was reached; `retry_after` says in how many seconds to try again."""

    code = "too_many"
    status = 429

    def __init__(self, message: Any, *, retry_after: int, **more: Any) -> None:
        super().__init__(message, **more)
        self.retry_after = retry_after


def _said(message: Any, translate: Callable[[str], str], params: Mapping[str, Any]) -> str:
    if isinstance(message, DomainError):
        return message.text(translate)
    sentence = translate(str(message))
    try:
        return sentence % params if params and "%(" in sentence else sentence
    except (KeyError, TypeError, ValueError):
        return sentence  # filled in already by whoever raised it
