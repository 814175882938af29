"""No spelling of a private address is ever called."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address

import pytest
from pytest_django.fixtures import Settings

from tonglu.toolkit import outbound


class Sentinel(BaseHTTPRequestHandler):
    """Notes who calls; must never be called through a spelling of loopback."""

    calls: list[str] = []

    def do_GET(self) -> None:
        Sentinel.calls.append(self.path)
        if self.path == "/move":
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"x" * (2_000_000 if self.path == "/big" else 3))

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    Sentinel.calls = []
    server = HTTPServer(("127.0.0.1", 0), Sentinel)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


HOSTS = (
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "0177.0.0.1",
    "0x7f.0.0.1",
    "0x7f000001",
    "2130706433",
    "017700000001",
    "0",
    "0.0.0.0",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "①②⑦.⓪.⓪.①",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[2001:0:0:0:0:0:80ff:fffe]",
)


@pytest.mark.parametrize("host", HOSTS)
def test_no_spelling_of_loopback_reaches_it(host: str, port: int) -> None:
    with pytest.raises((outbound.OutboundRefused, outbound.OutboundFailed)):
        outbound.fetch("GET", f"http://{host}:{port}/")

    assert Sentinel.calls == []


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "fe80::1",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:a00:1::",
        "::10.0.0.1",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not outbound.is_public(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "64:ff9b::101:101"])
def test_addresses_that_are_public(address: str) -> None:
    assert outbound.is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://x/",
        "ftp://x/",
        "//x",
        "x",
        "http://",
        "http://u:p@example.com/",
    ],
)
def test_only_plain_web_addresses_are_accepted(url: str) -> None:
    with pytest.raises(outbound.OutboundRefused):
        outbound.url_checked(url)


def test_a_name_with_one_private_address_among_public_ones_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("1.1.1.1", "10.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: answers)

    with pytest.raises(outbound.OutboundRefused):
        outbound.fetch("GET", "http://mixed.example/")


def test_a_host_allowed_by_hand_answers(port: int, settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED = [f"127.0.0.1:{port}"]

    answer = outbound.fetch("GET", f"http://127.0.0.1:{port}/ping")

    assert (answer.status, answer.body) == (200, b"xxx")


def test_redirects_are_not_followed(port: int, settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED = [f"127.0.0.1:{port}"]

    assert outbound.fetch("GET", f"http://127.0.0.1:{port}/move").status == 302
    assert Sentinel.calls == ["/move"]


def test_an_answer_over_a_megabyte_is_refused(port: int, settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED = [f"127.0.0.1:{port}"]

    with pytest.raises(outbound.OutboundRefused):
        outbound.fetch("GET", f"http://127.0.0.1:{port}/big")


def test_one_deadline_holds_for_the_whole_exchange(settings: Settings) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    silent = listener.getsockname()[1]
    settings.OUTBOUND_ALLOWED = [f"127.0.0.1:{silent}"]

    with pytest.raises(outbound.OutboundFailed):
        outbound.fetch("GET", f"http://127.0.0.1:{silent}/", seconds=0.2)

    listener.close()
