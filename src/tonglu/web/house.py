"""What an administrator and HR steer by on their home page: whether the house stands, and how many people are in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.administration.rights import AUDIT, WORK
from tonglu.audit.selectors import chain_state
from tonglu.directory.signin.throttle import sign_ins_held_back
from tonglu.entities.registry import entity_of
from tonglu.entities.selectors import rows
from tonglu.insights.figures import Figure
from tonglu.insights.links import between, list_url
from tonglu.policy import Actor
from tonglu.policy.selectors import version_draft
from tonglu.toolkit.backup import backups_in
from tonglu.toolkit.clock import now, today, zone_of
from tonglu.toolkit.formatting import when_text
from tonglu.toolkit.workload import queue

PERSON = "directory.person"
BACKUP_LATE = timedelta(hours=36)


def house_figures(actor: Actor) -> list[Figure]:
    """The figures of the house, for those who keep it."""
    found: list[Figure] = []
    if policy.may(actor, "read", WORK):
        found += [_work(), _backup(actor)]
    if policy.may(actor, "read", AUDIT):
        found += [_chain(actor), _sign_ins()]
    if policy.may(actor, "manage", "policy"):
        found += _draft()
    if "hr" in actor.roles and policy.may(actor, "read", PERSON):
        found += _people(actor, today(actor))
    return found


def _work() -> Figure:
    numbers = queue()
    if not numbers.workers:
        note = _("no worker runs")
    elif numbers.unsent:
        note = ngettext("%(count)s mail unsent", "%(count)s mails unsent", numbers.unsent)
        note %= {"count": numbers.unsent}
    else:
        note = _("%(count)s due and waiting") % {"count": numbers.waiting}
    return Figure(
        label=_("Dead letters"),
        value=str(numbers.failed),
        note=note,
        icon="server",
        url=reverse("administration:work"),
        alarm=bool(numbers.failed or not numbers.workers),
    )


def _backup(actor: Actor) -> Figure:
    folder = Path(settings.BACKUPS_DIR)
    kept = backups_in(folder) if folder.is_dir() else []
    last = kept[0].taken_at if kept else None
    proven = max((one.proven_at for one in kept if one.proven_at), default=None)
    if proven is None:
        note = _("none proven by a restore yet")
    else:
        note = _("proven by a restore: %(when)s") % {"when": _when(actor, proven)}
    return Figure(
        label=_("Last backup"),
        value=_when(actor, last) if last else _("none"),
        note=note,
        icon="database",
        url=reverse("administration:backups"),
        alarm=last is None or now() - last > BACKUP_LATE,
    )


def _chain(actor: Actor) -> Figure:
    last = chain_state().last
    broken = bool(last and last.broken_at)
    value = _("never verified") if last is None else _("broken") if broken else _("whole")
    return Figure(
        label=_("Audit trail"),
        value=value,
        note=_("verified: %(when)s") % {"when": _when(actor, last.at)} if last else "",
        icon="history",
        url=reverse("administration:audit"),
        alarm=broken,
    )


def _sign_ins() -> Figure:
    count = sign_ins_held_back()
    return Figure(
        label=_("Sign-ins held back"),
        value=str(count),
        note=_("in the last hour, after wrong passwords"),
        icon="shield-lock",
        alarm=bool(count),
    )


def _draft() -> Iterator[Figure]:
    draft = version_draft()
    if draft is not None:
        yield Figure(
            label=_("Policy draft"),
            value=_("not issued"),
            note=_("What it changes holds once it is issued."),
            icon="shield-lock",
            url=reverse("policy:matrix"),
        )


def _people(actor: Actor, day: date) -> Iterator[Figure]:
    first = day.replace(day=1)
    counted = (
        rows(actor, PERSON)
        .order_by()
        .aggregate(
            here=Count("pk", filter=Q(is_active=True)),
            came=Count("pk", filter=Q(joined_on__range=(first, day))),
            left=Count("pk", filter=Q(left_on__range=(first, day))),
        )
    )
    yield Figure(
        label=_("People who work here"),
        value=str(counted["here"]),
        icon="users",
        url=f"{entity_of(PERSON).url()}?view=active",
    )
    for label, count, column, icon in (
        (_("Joined this month"), counted["came"], "joined_on", "user-plus"),
        (_("Left this month"), counted["left"], "left_on", "logout"),
    ):
        url = list_url(PERSON, between(column, first, day))
        yield Figure(label=label, value=str(count), icon=icon, url=url)


def _when(actor: Actor, moment: datetime) -> str:
    here = now().astimezone(zone_of(actor.timezone))
    return when_text(moment, here, get_language() or "en")
