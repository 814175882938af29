"""The test kit keeps its promises: real mail, a strict browser, a worker that raises."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tonglu.toolkit.jobs import dead_letters, drain
from tonglu.toolkit.mail import mail_send
from tonglu.toolkit.models import OutgoingMail
from tonglu.toolkit.testing.browser import Watch
from tonglu.toolkit.testing.smtp import MailServer


@pytest.mark.django_db
def test_mail_travels_through_a_real_server(smtp: MailServer) -> None:
    mail_send(to=["ben@example.com"], subject="合同已签", text="正文")

    drain()

    (mail,) = smtp.mails
    assert mail["Subject"] == "合同已签"
    assert mail["To"] == "ben@example.com"


@pytest.mark.django_db
def test_mail_that_a_server_refuses_for_now_is_tried_again(smtp: MailServer) -> None:
    smtp.refuse = "451 Later"
    row = mail_send(to=["ben@example.com"], subject="Hello", text="Hello")

    drain(strict=False)

    row = OutgoingMail.objects.get(pk=row.pk)
    assert row.sent_at is None
    assert dead_letters() == []


@pytest.mark.browser
def test_a_console_error_is_noticed(page: Page, watch: Watch) -> None:
    page.goto("about:blank")

    page.evaluate("console.error('broken')")

    assert watch.unexpected == ["console: broken"]
    watch.expected.append("broken")
