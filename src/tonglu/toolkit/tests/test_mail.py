"""Mail leaves after the commit, once, with its parts."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.mail import EmailMultiAlternatives
from pytest_django.fixtures import Settings

from tonglu.toolkit import mail
from tonglu.toolkit.files import file_store
from tonglu.toolkit.jobs import drain

pytestmark = pytest.mark.django_db


def test_a_mail_is_sent_by_the_worker_with_its_file(
    mailoutbox: list[EmailMultiAlternatives], tmp_path: Path, settings: Settings
) -> None:
    settings.FILES_DIR = tmp_path
    file = file_store(SimpleNamespace(person_id=1), "报价.txt", BytesIO("一".encode()))

    mail.mail_send(
        to=["ben@example.com"], subject="报价\n单", text="您好", html="<p>您好</p>", files=[file]
    )
    assert mailoutbox == []
    drain()

    (sent,) = mailoutbox
    assert (sent.subject, sent.to) == ("报价 单", ["ben@example.com"])
    assert sent.attachments[0][0] == "报价.txt"
    assert sent.extra_headers["Message-ID"].endswith("@tonglu>")


def test_a_job_that_runs_twice_sends_once(mailoutbox: list[EmailMultiAlternatives]) -> None:
    row = mail.mail_send(to=["ben@example.com"], subject="Hello", text="Hello")

    mail.send(mail_id=row.pk)
    mail.send(mail_id=row.pk)

    assert len(mailoutbox) == 1
