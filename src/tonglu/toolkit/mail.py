"""Mail goes out through the outbox: written with the change that caused it, sent by the worker, tried again until taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from email.utils import make_msgid

from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from . import clock
from .files import file_open
from .jobs import defer, task
from .models import OutgoingMail, StoredFile

_SEND = "toolkit.mail.send"


def mail_send(
    *,
    to: Sequence[str],
    subject: str,
    text: str,
    html: str = "",
    reply_to: str = "",
    files: Iterable[StoredFile] = (),
    headers: Mapping[str, str] | None = None,
) -> OutgoingMail:
    """Put a mail into the outbox of the current transaction; line breaks in the subject become spaces."""
    with transaction.atomic():
        mail = OutgoingMail.objects.create(
            recipients=list(to),
            subject=" ".join(subject.split())[:255],
            text=text,
            html=html,
            reply_to=reply_to,
            headers=dict(headers or {}),
            message_id=make_msgid(domain="tonglu"),
        )
        mail.files.set(files)
        defer(_SEND, mail_id=mail.pk)
    return mail


@task(name=_SEND, retries=12)
def send(*, mail_id: int) -> None:
    """Hand one mail to the mail server, unless that was done before; the row stays locked meanwhile."""
    with transaction.atomic():
        mail = OutgoingMail.objects.select_for_update().get(pk=mail_id)
        if mail.sent_at is None:
            _message(mail).send()
            mail.sent_at = clock.now()
            mail.save(update_fields=("sent_at",))


def _message(mail: OutgoingMail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        to=mail.recipients,
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={**mail.headers, "Message-ID": mail.message_id},
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    for file in mail.files.all():
        with file_open(file) as content:
            message.attach(file.name, content.read(), file.type)
    return message
