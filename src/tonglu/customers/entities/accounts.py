"""The account: its list, form and acts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tonglu.customers import rules, services
from tonglu.customers.merging import account_merge_chosen
from tonglu.customers.models import Account, AccountAddress
from tonglu.entities.registry import entity_of
from tonglu.entities.spec import Entity, Lines, Refusal, Section, Verb, View
from tonglu.kernel.errors import Invalid

if TYPE_CHECKING:
    from tonglu.policy import Actor

OPEN = {"field": "state", "op": "in", "value": ["provisional", "verified"]}
MINE = {"field": "owner", "op": "=", "value": "me"}


def _is_open(_actor: Actor, row: Any) -> Refusal | None:
    if not row.is_open:
        return Refusal(reason=_("This account is closed."), next_step=_("Reopen it first."))
    return None


def _is_archived(_actor: Actor, row: Any) -> Refusal | None:
    if row.state != Account.State.ARCHIVED:
        return Refusal(reason=_("Only an archived account can be reopened."))
    return None


def _reason(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


def _merge(*, actor: Actor, row: Account, into: Account, confirmed: bool = False) -> Account:
    """Merge once the consequences were confirmed; until then, show them."""
    if not confirmed:
        preview = services.account_merge_preview(actor=actor, row=row, into=into)
        said = [*preview.sentences, gettext("Nothing has changed yet. Confirm to merge.")]
        raise Invalid({"confirmed": said}, code="preview")
    return services.account_merge(actor=actor, row=row, into=into)


def _address(row: Any) -> str:
    return entity_of(Account).url("detail", row.pk)


ACCOUNT = Entity(
    model=Account,
    also_called=(
        "company",
        "organization",
        "organisation",
        "customer",
        "client",
        "公司",
        "单位",
        "企业",
    ),
    slug="accounts",
    area="customers",
    closed={"field": "state", "op": "in", "value": ["archived", "merged"]},
    icon="building",
    order=10,
    columns=(
        "name",
        "state",
        "tier",
        "life_stage",
        "industry",
        "city",
        "owner",
        "last_contact_at",
        "next_contact_on",
    ),
    form=(
        Section(
            title=_("Company"),
            fields=(
                "name",
                "name_en",
                "state",
                "accounting_id",
                "kind",
                "industry",
                "parent",
                "website",
                "phone",
                "email",
            ),
        ),
        Section(
            title=_("Care"),
            fields=(
                "owner",
                "tier",
                "life_stage",
                "source",
                "territory",
                "tags",
                "last_contact_at",
                "next_contact_on",
            ),
        ),
        Section(
            title=_("Address"),
            fields=("country", "province", "city", "district", "street", "postcode"),
        ),
        Section(
            title=_("Company size"),
            fields=("size", "employees", "founded", "annual_revenue", "currency"),
            folded=True,
        ),
        Section(
            title=_("Invoicing and credit"),
            fields=(
                "tax_id",
                "invoice_title",
                "bank_name",
                "bank_account",
                "credit_limit",
                "payment_days",
            ),
            folded=True,
        ),
        Section(title=_("Description"), fields=("description",), folded=True),
    ),
    subtitle="city",
    search=("name", "name_en", "phone", "email", "city", "accounting_id"),
    quick=("name", "phone", "city", "industry"),
    filters=(
        "state",
        "tier",
        "life_stage",
        "kind",
        "industry",
        "owner",
        "province",
        "city",
        "source",
        "territory",
    ),
    sort="name",
    readonly=("state", "merged_into", "accounting_id", "last_contact_at"),
    hidden=("name_key", "phone_key"),
    import_key=("external_id", "name"),
    duplicate_keys=("name", "name_en", "tax_id", "phone", "website"),
    merge=account_merge_chosen,
    lines=(
        Lines(
            model=AccountAddress,
            parent="account",
            fields=(
                "kind",
                "recipient",
                "phone",
                "province",
                "city",
                "district",
                "street",
                "postcode",
            ),
            title=_("Other addresses"),
        ),
    ),
    verbs=(
        Verb(
            name="verify",
            label=_("Verify"),
            run=services.account_verify,
            act="verify",
            params={"accounting_id": forms.CharField(label=_("Accounting id"), max_length=60)},
            when=_is_open,
            icon="rosette-discount-check",
            tone="success",
            primary=True,
            settled=lambda row: row.state == Account.State.VERIFIED,
            initial=lambda _actor, row: {"accounting_id": row.accounting_id},
            bulk=False,
            help=_("Matches the account with the one in accounting by its id there."),
        ),
        Verb(
            name="hand_over",
            label=_("Hand over"),
            run=services.account_hand_over,
            act="assign",
            params={
                "to": forms.IntegerField(label=_("New owner")),
                "with_contacts": forms.BooleanField(
                    label=_("With the contacts"), required=False, initial=True
                ),
            },
            related={"to": "directory.person"},
            when=_is_open,
            icon="user-share",
        ),
        Verb(
            name="merge",
            label=_("Merge into another account"),
            run=_merge,
            act="merge",
            params={
                "into": forms.IntegerField(label=_("Account that stays")),
                "confirmed": forms.BooleanField(
                    label=_("I have read what will happen"), required=False
                ),
            },
            related={"into": "customers.account"},
            required=("into",),
            icon="git-merge",
            bulk=False,
            url=_address,
            help=_(
                "Everything that belongs to this account moves to the other one. The merge can be undone."
            ),
        ),
        Verb(
            name="archive",
            label=_("Archive"),
            run=services.account_archive,
            act="close",
            params={"reason": _reason(_("Reason"))},
            when=_is_open,
            icon="archive",
            tone="danger",
            help=_("Closes the account to new business; everything it did stays readable."),
        ),
        Verb(
            name="reopen",
            label=_("Reopen"),
            help=_("Deals and quotes can be made with it again."),
            run=services.account_reopen,
            act="close",
            when=_is_archived,
            icon="archive-off",
        ),
    ),
    views=(
        View(
            name="mine",
            title=_("My accounts"),
            condition={"all": [MINE, OPEN]},
            sort="name",
            pinned=True,
        ),
        View(
            name="to_contact",
            title=_("To contact this week"),
            condition={
                "all": [
                    MINE,
                    OPEN,
                    {"field": "next_contact_on", "op": "within", "value": "this_week"},
                ]
            },
            sort="next_contact_on",
            pinned=True,
        ),
        View(
            name="provisional",
            title=_("Provisional"),
            condition={"all": [{"field": "state", "op": "=", "value": "provisional"}]},
            sort="-created_at",
        ),
        View(
            name="key",
            title=_("Key and strategic accounts"),
            condition={"all": [OPEN, {"field": "tier", "op": "in", "value": ["strategic", "key"]}]},
            sort="name",
        ),
        View(
            name="at_risk",
            title=_("At risk"),
            condition={"all": [OPEN, {"field": "life_stage", "op": "=", "value": "at_risk"}]},
            sort="last_contact_at",
        ),
        View(
            name="archived",
            title=_("Archived"),
            condition={"all": [{"field": "state", "op": "=", "value": "archived"}]},
            sort="name",
        ),
    ),
    prepare=rules.account_prepare,
    empty=_(
        "The companies you sell to. Anybody may open one at any hour; import your list, or convert a lead."
    ),
)
