"""Making one account of two: shown beforehand, done as one change-set, undone as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.entities.changesets import changeset_open
from tonglu.entities.merging import merge_plain
from tonglu.entities.models import ChangeSet
from tonglu.entities.registry import entity_of
from tonglu.entities.services import record_update, row_locked
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.text import N_
from tonglu.toolkit.clock import now
from tonglu.toolkit.events import publish
from tonglu.toolkit.references import Moved, references_count, references_move

from .core.merging import MergePlan, merge_plan
from .events import AccountMerged
from .models import Account, Contact

if TYPE_CHECKING:
    from tonglu.policy import Actor

FIELDS = (
    "name_en",
    "industry",
    "size",
    "employees",
    "founded",
    "annual_revenue",
    "parent",
    "source",
    "tags",
    "territory",
    "website",
    "phone",
    "email",
    "country",
    "province",
    "city",
    "district",
    "street",
    "postcode",
    "tax_id",
    "invoice_title",
    "bank_name",
    "bank_account",
    "credit_limit",
    "accounting_id",
    "external_id",
    "last_contact_at",
    "next_contact_on",
    "description",
)
UNIQUE = ("accounting_id", "external_id")


@dataclass(frozen=True, kw_only=True)
class MergePreview:
    """What a merge would do: rows that move by kind, values taken over, and values that differ."""

    kept: Account
    given_up: Account
    moving: Mapping[str, int]
    plan: MergePlan
    readable: frozenset[str]

    @property
    def sentences(self) -> list[str]:
        """The consequences as a person reads them."""
        said = [
            _("%(count)s × %(kind)s will belong to %(name)s.")
            % {"count": count, "kind": _plural(kind), "name": self.kept.name}
            for kind, count in sorted(self.moving.items())
        ]
        said += [
            _("%(field)s is taken over: %(value)s.") % {"field": _label(name), "value": value}
            for name, value in self.plan.taken.items()
            if name in self.readable
        ]
        return said + [
            _("%(field)s stays %(mine)s; the other record has %(theirs)s.")
            % {"field": _label(name), "mine": mine, "theirs": theirs}
            for name, (mine, theirs) in self.plan.differing.items()
            if name in self.readable
        ]


def account_merge_preview(*, actor: Actor, row: Account, into: Account) -> MergePreview:
    """What merging `row` into `into` would do; nothing is changed."""
    _require(actor, row, into)
    plan = merge_plan(_values(into, row), _values(row, into), FIELDS)
    return MergePreview(
        kept=into,
        given_up=row,
        moving=references_count(row),
        plan=plan,
        readable=frozenset(name for name in FIELDS if _may_read(actor, name)),
    )


def account_merge(*, actor: Actor, row: Account, into: Account) -> Account:
    """Merge `row` into `into`: everything that points at it moves, empty values are filled, and it leaves the lists."""
    title = _("%(name)s merged into %(into)s") % {"name": row.name, "into": into.name}
    with changeset_open(actor, "merge", "customers.account", title) as changeset:
        given_up, kept = _locked(actor, row, into)
        changeset.counts = account_merge_chosen(
            actor=actor, row=given_up, into=kept, values={}, changeset=changeset
        )
    return Account.objects.get(pk=into.pk)


def account_merge_chosen(
    *, actor: Actor, row: Account, into: Account, values: dict[str, Any], changeset: ChangeSet
) -> dict[str, int]:
    """Merge two locked accounts inside a change-set; the chosen values win over those that merely fill gaps."""
    plan = account_merge_preview(actor=actor, row=row, into=into).plan
    moved = references_move(row, into)
    _give_up(actor, row, into)
    filled = {"parent": _parent_above(row, into), **plan.taken, **values}
    record_update(actor=actor, row=into, values=filled, act="merge")
    publish(AccountMerged(account_id=row.pk, into_id=into.pk, changeset_id=changeset.pk))
    return _counts(moved)


def contact_merge(
    *, actor: Actor, row: Contact, into: Contact, values: dict[str, Any], changeset: ChangeSet
) -> dict[str, int]:
    """Merge two contacts; nobody reports to themselves afterwards."""
    superior = values.get("reports_to", into.reports_to)
    if superior is not None and superior.pk in {row.pk, into.pk}:
        values = {**values, "reports_to": None if row.reports_to_id == into.pk else row.reports_to}
    if into.reports_to_id == row.pk:
        into = record_update(actor=actor, row=into, values={"reports_to": None}, act=None)
    if row.reports_to_id == into.pk:
        row = record_update(actor=actor, row=row, values={"reports_to": None}, act=None)
    return merge_plain(actor=actor, row=row, into=into, values=values, changeset=changeset)


def _locked(actor: Actor, row: Account, into: Account) -> tuple[Account, Account]:
    """Both rows, locked in key order so that two merges cannot wait for each other."""
    entity = entity_of(Account)
    locked = {pk: row_locked(actor, entity, pk, "merge") for pk in sorted({row.pk, into.pk})}
    return locked[row.pk], locked[into.pk]


def _require(actor: Actor, row: Account, into: Account) -> None:
    if row.pk == into.pk:
        raise Invalid({"into": [N_("An account cannot be merged into itself.")]})
    for account in (row, into):
        policy.require(actor, "merge", "customers.account", account)
        if account.state == Account.State.MERGED:
            raise DomainError(
                N_("%(name)s has been merged already."),
                code="merged",
                params={"name": account.name},
            )


def _parent_above(given_up: Account, kept: Account) -> Account | None:
    return given_up.parent if kept.parent_id == given_up.pk else kept.parent


def _give_up(actor: Actor, row: Account, into: Account) -> None:
    values = {
        "state": Account.State.MERGED,
        "merged_into": into,
        "parent": None,
        "deleted_at": now(),
        **dict.fromkeys(UNIQUE),
    }
    record_update(actor=actor, row=row, values=values, act=None)


def _values(row: Account, other: Account) -> dict[str, Any]:
    """The values to compare; where one company stands above the other, the pair keeps the parent above both."""
    values = {name: getattr(row, name) for name in FIELDS}
    if row.parent_id == other.pk:
        values["parent"] = None
    return values


def _may_read(actor: Actor, name: str) -> bool:
    return policy.field_level(actor, "customers.account", name) is not policy.Level.HIDDEN


def _counts(moved: Moved) -> dict[str, int]:
    return {**moved.counts, **{f"kept {kind}": count for kind, count in moved.kept.items()}}


def _plural(kind: str) -> str:
    return str(apps.get_model(kind)._meta.verbose_name_plural)


def _label(name: str) -> str:
    labels = {field.name: field.verbose_name for field in Account._meta.fields}
    return str(labels[name])
