"""From which networks people may come in: reading what an administrator typed, and deciding about an address.

A *network* is written as `10.0.0.0/8` or `2001:db8::/32`; a single address is a network of one. An *allowance* is the list of
networks of one role, or of everybody. A role without a list has that of everybody; without that too, it may come from anywhere.
Whoever acts in several roles must come from a network that each of them allows, so that no second role widens the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.text import N_

EVERYBODY = ""
"""The name under which the list of everybody stands among the roles."""

Network = IPv4Network | IPv6Network
Allowances = Mapping[str, tuple[Network, ...]]


def networks_read(text: str) -> tuple[Network, ...]:
    """The networks in a text, one a line or parted by commas, each once; Invalid names the first that is none."""
    words = text.replace(",", " ").split()
    return tuple(dict.fromkeys(_network(word) for word in words))


def networks_text(networks: Iterable[Network]) -> str:
    """The networks as they are stored and shown: one a line; a single address without its mask."""
    return "\n".join(
        str(one.network_address) if one.prefixlen == one.max_prefixlen else str(one)
        for one in networks
    )


def may_enter(address: str, roles: Iterable[str], allowances: Allowances) -> bool:
    """Whether somebody in these roles may come from the address; an address that cannot be read is in no network."""
    wanted = _lists(roles, allowances)
    return all(_is_in(address, networks) for networks in wanted)


def _lists(roles: Iterable[str], allowances: Allowances) -> list[tuple[Network, ...]]:
    names = list(roles) or [EVERYBODY]
    found = (allowances.get(name) or allowances.get(EVERYBODY) for name in names)
    return [networks for networks in found if networks]


def _is_in(address: str, networks: Iterable[Network]) -> bool:
    try:
        asked = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(asked, IPv6Address) and asked.ipv4_mapped is not None:
        asked = asked.ipv4_mapped
    return any(asked.version == one.version and asked in one for one in networks)


def _network(word: str) -> Network:
    try:
        found = ip_network(word, strict=False)
    except ValueError:
        refusal = DomainError(
            N_("“%(text)s” is no network: write it like 203.0.113.0/24 or 2001:db8::/32."),
            params={"text": word[:60]},
        )
        raise Invalid({"networks": [refusal]}) from None
    mapped = found.network_address.ipv4_mapped if isinstance(found, IPv6Network) else None
    if mapped is not None and found.prefixlen >= 96:
        return IPv4Network((mapped, found.prefixlen - 96))
    return found
