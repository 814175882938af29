"""A correction as people read it: the way it goes, what it changes, and what has to happen next."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tonglu.compensation.models import Correction
from tonglu.compensation.paper import told
from tonglu.policy import Actor
from tonglu.toolkit.money import base_currency

State = Correction.State
USUAL = (State.PROPOSED, State.APPROVED, State.ACKNOWLEDGED, State.BOOKED)
HEARD = (State.PROPOSED, State.APPROVED, State.DISPUTED, State.UPHELD, State.BOOKED)
ENDED = (State.PROPOSED, State.WITHDRAWN)


def nobody(_actor: Actor) -> None:
    """Whose pay is corrected is never guessed: it is not whoever proposes it."""


def correction_stages(_actor: Actor, row: Correction) -> list[tuple[str, Any, str]]:
    """The usual way of a correction; with a dispute on it, the way of one that is heard."""
    state = State(row.state)
    way = next(one for one in (USUAL, HEARD, ENDED) if state in one)
    if state == State.BOOKED and row.outcome:
        way = HEARD
    now = way.index(state)
    marks = ("done" if at < now else "current" if at == now else "ahead" for at in range(len(way)))
    return [
        (one.value, str(one.label).capitalize(), mark) for one, mark in zip(way, marks, strict=True)
    ]


def correction_context(_actor: Actor, row: Correction) -> Mapping[str, Any]:
    """What a correction changes, why, and what it waits for."""
    earning = row.earning
    return {
        "correction": row,
        "earning": earning,
        "sentence": "" if earning is None else told(earning),
        "becomes": (Decimal(0) if earning is None else earning.amount) + row.amount,
        "waits": waits_for(row),
        "base": base_currency(),
    }


def waits_for(row: Correction) -> str:
    """The next thing that has to happen, as a sentence."""
    day = row.notice_until.isoformat() if row.notice_until else ""
    match State(row.state):
        case State.PROPOSED if row.first_approver_id is None:
            return _("It waits for two approvals, of people who are neither payee nor proposer.")
        case State.PROPOSED:
            return _("It waits for the second approval, after which the payee is told.")
        case State.APPROVED:
            return _("The payee was told and is to answer; the notice ends on %s.") % day
        case State.DISPUTED:
            return _("The payee disputes it: answer them and uphold it, or withdraw it.")
        case State.ACKNOWLEDGED | State.UPHELD:
            return _("It is booked into the open month once the notice ended on %s.") % day
        case State.WITHDRAWN:
            return _("It was withdrawn. Nothing moved.")
    return _("It is booked, as an earning of its own.")
