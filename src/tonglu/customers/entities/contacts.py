"""The contact: its list, form and acts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tonglu.customers import rules, services
from tonglu.customers.merging import contact_merge
from tonglu.customers.models import Contact, Employment
from tonglu.entities.merging import merge_verb
from tonglu.entities.spec import Entity, Lines, Refusal, Section, Verb, View

if TYPE_CHECKING:
    from tonglu.policy import Actor

MINE = {"field": "owner", "op": "=", "value": "me"}


def _is_there(_actor: Actor, row: Any) -> Refusal | None:
    if row.state == Contact.State.LEFT:
        return Refusal(reason=_("This contact has left already."))
    return None


def _has_left(_actor: Actor, row: Any) -> Refusal | None:
    if row.state != Contact.State.LEFT:
        return Refusal(reason=_("This contact works at the account."))
    return None


CONTACT = Entity(
    model=Contact,
    also_called=("person",),
    slug="contacts",
    area="customers",
    closed={"field": "state", "op": "=", "value": "left"},
    icon="users",
    main="is_primary",
    order=20,
    columns=("name", "account", "title", "role", "mobile", "email", "state", "owner"),
    form=(
        Section(
            title=_("Person"),
            fields=(
                "name",
                "name_en",
                "account",
                "state",
                "title",
                "unit",
                "role",
                "is_primary",
                "reports_to",
            ),
        ),
        Section(
            title=_("How to reach"),
            fields=("mobile", "phone", "email", "wechat", "do_not_mail"),
        ),
        Section(
            title=_("Care"),
            fields=("owner", "source", "birthday", "interests", "preferences"),
        ),
        Section(title=_("Description"), fields=("description",), folded=True),
    ),
    subtitle="account",
    search=("name", "name_en", "title", "mobile", "phone", "email", "wechat"),
    search_related=("account",),
    quick=("name", "account", "title", "mobile", "email"),
    filters=("account", "state", "role", "owner", "source"),
    sort="name",
    readonly=("state", "left_on", "last_contact_at"),
    hidden=("name_key", "mobile_key", "phone_key"),
    import_key=("external_id", "email"),
    duplicate_keys=("name", "account", "mobile", "phone", "email"),
    merge=contact_merge,
    lines=(
        Lines(
            model=Employment,
            parent="contact",
            fields=("company", "account", "title", "started_on", "ended_on"),
            title=_("Employers"),
        ),
    ),
    verbs=(
        Verb(
            name="change_job",
            label=_("Changed job"),
            run=services.contact_change_job,
            params={
                "account": forms.IntegerField(label=_("New account")),
                "title": forms.CharField(label=_("Job title"), required=False, max_length=80),
                "on": forms.DateField(label=_("Since"), required=False),
            },
            related={"account": "customers.account"},
            icon="briefcase",
            bulk=False,
            help=_("Open deals they decide in are told the same day."),
        ),
        Verb(
            name="left",
            label=_("Left the company"),
            run=services.contact_left,
            params={"on": forms.DateField(label=_("Left on"), required=False)},
            when=_is_there,
            icon="door-exit",
            tone="danger",
            help=_("Open deals they decide in are told the same day."),
        ),
        Verb(
            name="return",
            label=_("Works there again"),
            help=_("They can be chosen for deals, quotes and follow-ups again."),
            run=services.contact_return,
            when=_has_left,
            icon="door-enter",
        ),
        merge_verb(
            "customers.contact",
            _("Deals, follow-ups and everything else move along. The merge can be undone."),
        ),
    ),
    views=(
        View(
            name="mine",
            title=_("My contacts"),
            condition={"all": [MINE, {"field": "state", "op": "=", "value": "active"}]},
            sort="name",
            pinned=True,
        ),
        View(
            name="decision_makers",
            title=_("Decision makers"),
            condition={
                "all": [
                    {"field": "role", "op": "=", "value": "decision_maker"},
                    {"field": "state", "op": "=", "value": "active"},
                ]
            },
            sort="name",
        ),
        View(
            name="left",
            title=_("Left their company"),
            condition={"all": [{"field": "state", "op": "=", "value": "left"}]},
            sort="-left_on",
        ),
    ),
    prepare=rules.contact_prepare,
    after=rules.contact_after,
    after_many=rules.contacts_after,
    one_by_one=("is_primary",),
    scope={"parents": ("account",)},
    empty=_(
        "The people at your customers. Add one from an account's page, or import your address book."
    ),
)
