"""Refusals of the engine: a plan, fact or case that cannot mean anything is named, never guessed."""

from __future__ import annotations

import re

from tonglu.kernel.errors import DomainError


class PayFault(DomainError):
    """The engine cannot give this input a meaning; `params` say where."""

    code = "pay_fault"


def fault(code: str, message: str, **params: object) -> PayFault:
    """A refusal with a stable code; `message` is an English msgid with named places."""
    return PayFault(message, code=code, params=params)


def in_words(error: Exception) -> str:
    """What went wrong while a value was built, without the words of the program."""
    missing = _MISSING.search(str(error))
    if missing:
        return f"{missing[1]} needs {missing[2]}"
    return str(error)


_MISSING = re.compile(r"(\w+)\.__init__\(\) missing \d+ required [\w -]+: (.+)$")
