"""Refusals of the engine: a plan, fact or case that cannot mean anything is named, never guessed."""

from __future__ import annotations

import re

from tonglu.kernel.errors import DomainError


class PayFault(DomainError):
    """The engine cannot give this input a meaning; `params` say where, `place` in which field of what."""

    code = "pay_fault"
    place = ""


def fault(code: str, message: str, **params: object) -> PayFault:
    """A refusal with a stable code; `message` is an English msgid with named places."""
    return PayFault(message, code=code, params=params)


def located(error: PayFault, where: str, field: str) -> PayFault:
    """The same refusal, remembering in which field of what it arose; outer places come first."""
    error.place = f"{where}, “{field}”" + (f"; {error.place}" if error.place else "")
    return error


def in_words(error: Exception) -> str:
    """What went wrong while a value was built, without the words of the program."""
    missing = _MISSING.search(str(error))
    if missing:
        return f"{missing[1]} needs {missing[2]}"
    return str(error)


_MISSING = re.compile(r"(\w+)\.__init__\(\) missing \d+ required [\w -]+: (.+)$")
