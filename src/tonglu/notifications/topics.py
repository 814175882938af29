"""What people can be told: every topic, its sentence, and how it is told to whoever has chosen nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from tonglu.kernel.text import N_

from .models import Mailing

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, kw_only=True)
class Topic:
    """`sentence` may name `%(who)s` and `%(record)s`; without a person `alone` is said.

    `many` and `many_alone` tell of `%(count)s` records of a kind, `%(plural)s`, at once.
    """

    code: str
    label: _StrPromise
    icon: str
    sentence: str
    alone: str = ""
    many: str = ""
    many_alone: str = ""
    mailing: Mailing = Mailing.DIGEST

    def text(self, who: str, record: str) -> str:
        """The sentence in the active language."""
        said = self.sentence if who or not self.alone else self.alone
        return gettext(said) % {"who": who, "record": record}

    def text_of_many(self, who: str, count: int, plural: str) -> str:
        """The sentence about many records, in the active language."""
        said = self.many if who else self.many_alone
        return gettext(said) % {"who": who, "count": count, "plural": plural}


TOPICS: dict[str, Topic] = {
    topic.code: topic
    for topic in (
        Topic(
            code="mention",
            label=_("Somebody mentions me"),
            icon="at",
            sentence=N_("%(who)s mentioned you: %(record)s"),
            mailing=Mailing.ONCE,
        ),
        Topic(
            code="assigned",
            label=_("A record becomes mine"),
            icon="user-check",
            sentence=N_("%(who)s made you the owner: %(record)s"),
            alone=N_("You are the owner now: %(record)s"),
            many=N_("%(who)s gave you %(count)s %(plural)s"),
            many_alone=N_("%(count)s %(plural)s were given to you"),
        ),
        Topic(
            code="task.asked",
            label=_("A task is given to me"),
            icon="checkbox",
            sentence=N_("%(who)s gave you a task: %(record)s"),
            alone=N_("A task was given to you: %(record)s"),
        ),
        Topic(
            code="task.urged",
            label=_("Somebody asks about a task of mine"),
            icon="alarm",
            sentence=N_("%(who)s asks about your task: %(record)s"),
            mailing=Mailing.ONCE,
        ),
        Topic(
            code="task.done",
            label=_("A task I asked for is done"),
            icon="circle-check",
            sentence=N_("%(who)s did what you asked for: %(record)s"),
            alone=N_("Done, as you asked: %(record)s"),
        ),
        Topic(
            code="task.due",
            label=_("A task of mine is due today"),
            icon="calendar-due",
            sentence=N_("Due today: %(record)s"),
        ),
        Topic(
            code="approval.asked",
            label=_("An approval waits for me"),
            icon="clipboard-check",
            sentence=N_("%(who)s asks for your approval: %(record)s"),
            alone=N_("Your approval is asked for: %(record)s"),
            mailing=Mailing.ONCE,
        ),
        Topic(
            code="approval.decided",
            label=_("What I asked for was decided"),
            icon="clipboard-list",
            sentence=N_("Decided: %(record)s"),
        ),
        Topic(
            code="quote.answered",
            label=_("A customer accepts my quote"),
            icon="file-dollar",
            sentence=N_("The customer accepted: %(record)s"),
            mailing=Mailing.ONCE,
        ),
        Topic(
            code="quote.declined",
            label=_("A customer declines my quote"),
            icon="file-dollar",
            sentence=N_("The customer declined: %(record)s"),
            mailing=Mailing.ONCE,
        ),
        Topic(
            code="invoice.reminded",
            label=_("A customer of mine is reminded to pay"),
            icon="mail",
            sentence=N_("%(who)s reminded the customer to pay: %(record)s"),
            alone=N_("The customer was reminded to pay: %(record)s"),
        ),
        Topic(
            code="pay.statement",
            label=_("My pay statement is ready"),
            icon="coins",
            sentence=N_("Your pay statement is ready: %(record)s"),
            mailing=Mailing.ONCE,
        ),
        Topic(
            code="pay.disputed",
            label=_("A pay statement is disputed"),
            icon="scale",
            sentence=N_("%(who)s disputes a statement: %(record)s"),
            alone=N_("A statement is disputed: %(record)s"),
            mailing=Mailing.ONCE,
        ),
        Topic(
            code="pay.answered",
            label=_("My dispute is answered"),
            icon="scale",
            sentence=N_("Your dispute is answered: %(record)s"),
            mailing=Mailing.ONCE,
        ),
        Topic(
            code="pay.corrected",
            label=_("A correction of my pay waits for my answer"),
            icon="coins",
            sentence=N_("Please read and answer a correction of your pay: %(record)s"),
            mailing=Mailing.ONCE,
        ),
    )
}
CLOSED = gettext_lazy("a record that is out of your reach now")
