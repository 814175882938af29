"""Setting from which networks people may come in: with its right, its trail, and never so that one shuts oneself out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tonglu import policy
from tonglu.audit.services import context
from tonglu.directory.core.networks import EVERYBODY, may_enter, networks_read
from tonglu.directory.networks import allowances, allowances_listed, networks_store
from tonglu.directory.selectors import roles_all
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.text import N_

from .rights import NETWORKS

if TYPE_CHECKING:
    from tonglu.policy import Actor

VERB = "directory.allowednetworks.set"


def networks_set(*, actor: Actor, role: str, text: str, address: str) -> None:
    """Keep the networks of a role, or of everybody; an empty text takes the list away.

    Invalid when the actor, coming from `address`, could not come in any more.
    """
    policy.require(actor, "manage", NETWORKS)
    if role != EVERYBODY and role not in {one.code for one in roles_all()}:
        raise Invalid({"role": [N_("There is no such role.")]})
    _refuse_shut_out(actor, role, text, address)
    with context(actor, verb=VERB):
        networks_store(role=role, text=text, by_id=actor.person_id)


def networks_open(*, actor: Actor) -> int:
    """Take every list away, so that people may come in from anywhere; gives how many there were."""
    policy.require(actor, "manage", NETWORKS)
    held = allowances_listed()
    with context(actor, verb="directory.allowednetworks.opened"):
        for one in held:
            networks_store(role=one.role, text="", by_id=actor.person_id)
    return len(held)


def _refuse_shut_out(actor: Actor, role: str, text: str, address: str) -> None:
    wanted = {**allowances(), role: networks_read(text)}
    if not may_enter(address, actor.roles, wanted):
        refusal = DomainError(
            N_("You come from %(address)s and would shut yourself out."),
            code="shut_out",
            params={"address": address or "?"},
            next_step=N_("Add your own network to the list first."),
        )
        raise Invalid({"networks": [refusal]})
