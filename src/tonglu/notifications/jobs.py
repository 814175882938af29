"""The mails of notices, and what the clock tells: tasks due today, and the digest, each in its reader's morning and language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import ngettext

from tonglu import policy
from tonglu.collaboration.selectors import tasks_due
from tonglu.directory.models import Person
from tonglu.directory.selectors import people_active
from tonglu.toolkit.clock import now, zone_of
from tonglu.toolkit.jobs import defer, task
from tonglu.toolkit.mail import mail_send

from .handlers import TASK
from .models import Mailing, Notice
from .selectors import Told, told
from .services import notify

DUE_HOUR, DIGEST_HOUR = 7, 8
"""The hours of the reader's day at which tasks due are told and the digest is sent."""
MOST_IN_DIGEST = 50


@task(name="notifications.mail", retries=3)
def notice_mail(*, notice_id: int) -> None:
    """Mail one notice, unless that was done, or it was read meanwhile."""
    with transaction.atomic():
        found = Notice.objects.select_for_update(of=("self",)).select_related("person")
        notice = found.filter(pk=notice_id, mailed_at=None).first()
        if notice is None:
            return
        notice.mailed_at = now()
        notice.save(update_fields=["mailed_at"])
        if notice.read_at is None and _reachable(notice.person):
            _mail(notice.person, [notice], whole_day=False)


@task(name="notifications.morning", cron="*/15 * * * *", retries=1)
def morning() -> None:
    """Every quarter of an hour: people whose morning it is hear of tasks due today, and get their digest."""
    tell_tasks_due(now())
    for person in _digest_people(now()):
        defer("notifications.digest", person_id=person.pk, once=f"digest-{person.pk}")


@task(name="notifications.digest", retries=3)
def digest(*, person_id: int) -> None:
    """Mail one person what waits since the last digest and was not read; what was read is passed over."""
    with transaction.atomic():
        person = people_active().filter(pk=person_id).first()
        waiting = _waiting(person_id).select_for_update()
        found = list(waiting.order_by("-pk"))
        Notice.objects.filter(pk__in=[one.pk for one in found]).update(mailed_at=now())
        unread = [one for one in found if one.read_at is None]
        if person is not None and _reachable(person) and unread:
            _mail(person, unread, whole_day=True)


def tell_tasks_due(moment: datetime) -> int:
    """Tell of every task due on its doer's present day, once that day has reached its morning; gives how many were told."""
    told_now, today = 0, moment.date()
    for pk, owner_id, due_on, zone in tasks_due(
        today - timedelta(days=1), today + timedelta(days=1)
    ):
        here = moment.astimezone(zone_of(zone))
        if here.date() == due_on and here.hour >= DUE_HOUR:
            told_now += _tell_due(pk, owner_id, due_on)
    return told_now


def _tell_due(pk: int, owner_id: int, due_on: date) -> int:
    key = due_on.isoformat()
    if Notice.objects.filter(person_id=owner_id, key=f"task.due:{TASK}:{pk}:{key}").exists():
        return 0
    return notify("task.due", [owner_id], kind=TASK, row_id=pk, key=key)


def _digest_people(moment: datetime) -> list[Person]:
    """People with something to read whose day has reached the digest's hour, and who had no digest today."""
    waiting = Notice.objects.filter(mailing=Mailing.DIGEST, mailed_at=None).values("person_id")
    people = people_active().filter(pk__in=waiting.distinct())
    return [person for person in people if _is_time(person, moment)]


def _is_time(person: Person, moment: datetime) -> bool:
    here = moment.astimezone(zone_of(person.timezone))
    began = here.replace(hour=0, minute=0, second=0, microsecond=0)
    had = Notice.objects.filter(
        person=person, mailing=Mailing.DIGEST, mailed_at__gte=began
    ).exists()
    return here.hour >= DIGEST_HOUR and not had


def _waiting(person_id: int) -> QuerySet[Notice]:
    return Notice.objects.filter(person_id=person_id, mailing=Mailing.DIGEST, mailed_at=None)


def _reachable(person: Person) -> bool:
    return bool(person.email) and person.is_active and person.deleted_at is None


def _mail(person: Person, notices: Iterable[Notice], *, whole_day: bool) -> None:
    """One mail in the person's language and time, naming what they may see at this moment."""
    actor, zone = policy.actor_of(person, "job"), zone_of(person.timezone)
    with translation.override(person.language), timezone.override(zone):
        shown = told(actor, notices)
        words = {
            "person": person,
            "told": shown[:MOST_IN_DIGEST],
            "more": max(0, len(shown) - MOST_IN_DIGEST),
            "site": settings.SITE_URL,
        }
        mail_send(
            to=[str(person.email)],
            subject=_day_subject(shown) if whole_day else shown[0].text,
            text=render_to_string("notifications/mail.txt", words),
            html=render_to_string("notifications/mail.html", words),
        )


def _day_subject(shown: list[Told]) -> str:
    count = len(shown)
    said = ngettext("%(count)s thing for you today", "%(count)s things for you today", count)
    return said % {"count": count}
