"""The networks that are allowed now, and the refusal of whoever comes from another one.

The lists are kept by epoch, which the database raises itself on every write: they cost no query, and a line deleted in SQL opens
the door at once. The address asked about is the one the request came from, as `toolkit.requests` tells it behind a proxy.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F

from tonglu.kernel.errors import Denied
from tonglu.kernel.text import N_

from .core.networks import EVERYBODY, Allowances, may_enter, networks_read, networks_text
from .epochs import cached, epoch
from .models import AllowedNetworks, Role
from .selectors import role_label

EPOCH = "networks"


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """The list of one role as a page shows it; `role` is "" for everybody."""

    role: str
    label: str
    networks: tuple[str, ...]


def allowances() -> Allowances:
    """The networks by role; nothing is asked while there never was a list."""
    return cached(EPOCH, _load) if epoch(EPOCH) else {}


def allowances_listed() -> list[Allowance]:
    """The lists that exist, everybody's first."""
    found = AllowedNetworks.objects.order_by(F("role__code").asc(nulls_first=True))
    return [
        Allowance(
            role=code or EVERYBODY,
            label=role_label(code) if code else "",
            networks=tuple(text.split("\n")),
        )
        for code, text in found.values_list("role__code", "networks")
    ]


def require_allowed(*, roles: Iterable[str], address: str) -> None:
    """Denied when somebody in these roles may not come in from the address."""
    if not may_enter(address, roles, allowances()):
        raise Denied(
            N_("You may not come in from this network (%(address)s)."),
            code="network",
            params={"address": address or "?"},
            next_step=N_("Connect through your company's network, or ask your administrator."),
        )


def networks_store(*, role: str, text: str, by_id: int | None) -> None:
    """Keep the list of a role, or of everybody; an empty one is taken away. The caller has authorised it."""
    networks = networks_text(networks_read(text))
    held = Role.objects.get(code=role) if role else None
    row = AllowedNetworks.objects.select_for_update(of=("self",)).filter(role=held).first()
    if row is None and networks:
        AllowedNetworks.objects.create(role=held, networks=networks, created_by_id=by_id)
    elif row is not None and not networks:
        row.delete()
    elif row is not None and row.networks != networks:
        row.networks, row.version = networks, row.version + 1
        row.save(update_fields=["networks", "version", "updated_at"])


def _load() -> Allowances:
    found = AllowedNetworks.objects.values_list("role__code", "networks")
    return {code or EVERYBODY: networks_read(text) for code, text in found}
