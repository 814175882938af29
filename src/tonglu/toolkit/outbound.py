"""The one way out: every request to an address that a person or a message gave goes through `fetch`.

It speaks http and https only, resolves the name once, refuses unless every address found is a public one, and connects to
just that address, so that a name cannot change its mind between check and use. No redirects are followed; ten seconds and
one megabyte are the end of it.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx
from django.conf import settings

from tonglu.kernel.errors import DomainError
from tonglu.kernel.text import N_

SECONDS = 10.0
LONGEST_ANSWER = 1_000_000
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_V4_COMPATIBLE = ipaddress.ip_network("::/96")
# Local by their registration, yet called global by some versions of Python.
_LOCAL = tuple(
    ipaddress.ip_network(one)
    for one in ("64:ff9b:1::/48", "2001:db8::/32", "3fff::/20", "5f00::/16", "192.0.0.0/24")
)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class OutboundRefused(DomainError):
    """The address may not be called, or its answer broke a limit."""

    code = "outbound_refused"


class OutboundFailed(DomainError):
    """Nobody answered, or not in time; worth trying again."""

    code = "outbound_failed"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the other side sent back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def fetch(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    seconds: float = SECONDS,
) -> Answer:
    """Send one request and read its answer within the limits."""
    target = url_checked(url)
    backend = _PublicOnly(deadline=time.monotonic() + seconds)
    try:
        with (
            httpcore.ConnectionPool(
                network_backend=backend, ssl_context=httpx.create_ssl_context()
            ) as pool,
            pool.stream(
                method,
                str(target),
                headers=_headers(target, headers or {}),
                content=body or None,
                extensions={
                    "timeout": dict.fromkeys(("connect", "read", "write", "pool"), seconds)
                },
            ) as response,
        ):
            return Answer(
                status=response.status,
                headers={k.decode().lower(): v.decode("latin-1") for k, v in response.headers},
                body=_read(response.iter_stream()),
            )
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as problem:
        raise OutboundFailed(
            N_("%(host)s did not answer."), params={"host": target.host}
        ) from problem


def url_checked(url: str) -> httpx.URL:
    """The parsed address, if its form is allowed; where it leads is checked when it is called."""
    try:
        target = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as problem:
        raise OutboundRefused(N_("This is not a web address.")) from problem
    if target.scheme not in ("http", "https") or not target.host or target.userinfo:
        raise OutboundRefused(N_("Give an address that begins with https:// or http://."))
    return target


def is_public(address: Address) -> bool:
    """Whether the address is one of the open internet, also when it wraps another one."""
    if address.is_multicast or not address.is_global or any(address in net for net in _LOCAL):
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return True
    return not address.is_site_local and all(map(is_public, _wrapped(address)))


class _PublicOnly(httpcore.SyncBackend):
    """Resolves, checks and connects in one step, and keeps the whole exchange within one deadline."""

    def __init__(self, *, deadline: float) -> None:
        super().__init__()
        self._deadline = deadline

    def connect_tcp(
        self, host: str, port: int, *args: Any, **options: Any
    ) -> httpcore.NetworkStream:
        address = _resolve(host, port)
        return _Timed(super().connect_tcp(address, port, *args, **options), self._deadline)


class _Timed(httpcore.NetworkStream):
    """A connection on which the time left, not the time since the last byte, is what counts."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(self, *args: Any, **options: Any) -> httpcore.NetworkStream:
        return _Timed(self._stream.start_tls(*args, **options), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("The answer took too long.")
        return left


def _resolve(host: str, port: int) -> str:
    """The address to connect to; refused unless all that the name stands for are public, or it was allowed by hand."""
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise httpcore.ConnectError(str(problem)) from problem
    addresses = [str(entry[4][0]).split("%")[0] for entry in found]
    allowed = f"{host}:{port}" in settings.OUTBOUND_ALLOWED
    if not allowed and not all(is_public(ipaddress.ip_address(one)) for one in addresses):
        raise OutboundRefused(
            N_("%(host)s is not an address on the public internet."), params={"host": host}
        )
    return addresses[0]


def _wrapped(address: ipaddress.IPv6Address) -> Iterable[Address]:
    """The IPv4 addresses that an IPv6 address stands for: mapped, compatible, 6to4, Teredo, NAT64."""
    last = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address.ipv4_mapped:
        yield address.ipv4_mapped
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    if address in _NAT64 or address in _V4_COMPATIBLE:
        yield last


def _headers(target: httpx.URL, given: Mapping[str, str]) -> list[tuple[str, str]]:
    """Ours first: the other side may not compress, so that a megabyte is a megabyte."""
    ours = {"Host": target.netloc.decode(), "User-Agent": "Tonglu", "Accept-Encoding": "identity"}
    return [*ours.items(), *given.items()]


def _read(chunks: Iterable[bytes]) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > LONGEST_ANSWER:
            raise OutboundRefused(N_("The answer is longer than one megabyte."))
    return bytes(body)
