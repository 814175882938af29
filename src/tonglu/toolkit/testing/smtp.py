"""A real mail server on a free port of loopback, for tests of mail as it travels."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller


class MailServer:
    """Takes every mail and keeps it; `refuse` makes it answer with that line instead ("451 Later")."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuse = ""

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Called by the server for each mail."""
        if self.refuse:
            return self.refuse
        parsed: Any = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append(parsed)
        return "250 Taken"


@pytest.fixture
def smtp(settings: Any) -> Iterator[MailServer]:
    """The mail server; Django sends through it for the length of the test."""
    server = MailServer()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield server
    controller.stop()
