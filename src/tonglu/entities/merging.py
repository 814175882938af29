"""Making one record of two: the values that survive are chosen side by side, everything that pointed at either points at one.

The record that is given up goes into the trash with its values as they were; all of it is one change-set, so that undoing gives
both records back. Kinds whose merge does more, such as accounts, bring a function of their own (`Entity.merge`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tonglu import policy
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.text import N_
from tonglu.toolkit.clock import now
from tonglu.toolkit.references import references_count, references_move

from .changesets import changeset_open
from .fields import Field, Type, fields_of, value_of
from .forms import may_write
from .models import ChangeSet
from .registry import entity_of
from .services import record_update, row_locked
from .spec import Verb

if TYPE_CHECKING:
    from tonglu.policy import Actor

    from .spec import Entity, Text

ACT = "merge"


@dataclass(frozen=True, kw_only=True)
class Side:
    """One field of two records: what each has, and which value stays unless somebody says otherwise."""

    field: Field
    mine: Any
    theirs: Any
    may_choose: bool

    @property
    def takes_theirs(self) -> bool:
        """Whether the record that stays has nothing here and the other has."""
        return _is_empty(self.mine) and not _is_empty(self.theirs)

    @property
    def differs(self) -> bool:
        """Whether there is anything to choose."""
        return bool(self.mine != self.theirs)


def merge_sides(actor: Actor, row: Any, into: Any) -> list[Side]:
    """The fields in which `into`, which stays, and `row` differ, as far as the actor may read them."""
    entity = entity_of(row)
    sides = [
        Side(
            field=field,
            mine=_value(into, field),
            theirs=_value(row, field),
            may_choose=may_write(actor, entity, name),
        )
        for name, field in fields_of(entity).items()
        if _is_compared(actor, entity, field)
    ]
    return [side for side in sides if side.differs]


def merge_moving(row: Any) -> list[tuple[str, int]]:
    """What would move, as names of kinds with counts."""
    found = references_count(row)
    return [
        (str(apps.get_model(kind)._meta.verbose_name_plural), count)
        for kind, count in sorted(found.items())
    ]


def merge_values(actor: Actor, row: Any, into: Any, theirs: Collection[str]) -> dict[str, Any]:
    """The values of the other record that were chosen, by field; a field the actor may not write is refused."""
    sides = {side.field.name: side for side in merge_sides(actor, row, into)}
    strangers = [name for name in theirs if name not in sides or not sides[name].may_choose]
    if strangers:
        raise Invalid({strangers[0]: [_("You may not change this field.")]})
    return {name: sides[name].theirs for name in theirs}


def record_merge(
    *, actor: Actor, row: Any, into: Any, values: Mapping[str, Any] | None = None
) -> ChangeSet:
    """Merge `row` into `into`, which takes the chosen values; without a choice, those it has none of."""
    entity = entity_of(row)
    if entity.merge is None:
        raise DomainError(N_("Records of this kind are not merged."), code="not_merged")
    if values is None:
        sides = merge_sides(actor, row, into)
        values = {s.field.name: s.theirs for s in sides if s.takes_theirs and s.may_choose}
    title = _("%(name)s merged into %(into)s") % {"name": str(row), "into": str(into)}
    with changeset_open(actor, ACT, entity.kind, title) as changeset:
        given_up, kept = _locked(actor, entity, row, into)
        counts = entity.merge(
            actor=actor, row=given_up, into=kept, values=dict(values), changeset=changeset
        )
        changeset.counts = {"changed": 2, **counts}
    return changeset


def merge_plain(
    *, actor: Actor, row: Any, into: Any, values: dict[str, Any], changeset: ChangeSet
) -> dict[str, int]:
    """The merge of a kind without rules of its own: move what points at `row`, trash it, give `into` the values."""
    moved = references_move(row, into)
    given_up = {"deleted_at": now(), **({"external_id": None} if row.external_id else {})}
    record_update(actor=actor, row=row, values=given_up, act=None)
    custom = {n.removeprefix("custom."): v for n, v in values.items() if n.startswith("custom.")}
    plain = {n: v for n, v in values.items() if not n.startswith("custom.")}
    if custom:
        plain["custom"] = {**into.custom, **custom}
    record_update(actor=actor, row=into, values=plain, act=ACT)
    return {**moved.counts, **{f"kept {kind}": n for kind, n in moved.kept.items()}}


def merge_verb(kind: str, help_: Text) -> Verb:
    """The act for kinds that are merged plainly: into which record, and which values of this one it takes."""
    return Verb(
        name=ACT,
        label=gettext_lazy("Merge into another record"),
        run=_merge_into,
        act=ACT,
        params={
            "into": forms.IntegerField(label=gettext_lazy("Record that stays")),
            "take": forms.CharField(
                label=gettext_lazy("Fields it takes over"),
                required=False,
                help_text=gettext_lazy(
                    "Names of fields, separated by commas; what it has no value for when empty."
                ),
            ),
        },
        related={"into": kind},
        required=("into",),
        icon="git-merge",
        bulk=False,
        url=lambda into: entity_of(into).url("detail", into.pk),
        help=help_,
    )


def _merge_into(*, actor: Actor, row: Any, into: Any, take: str = "") -> Any:
    names = [name.strip() for name in take.split(",") if name.strip()]
    values = merge_values(actor, row, into, names) if names else None
    record_merge(actor=actor, row=row, into=into, values=values)
    into.refresh_from_db()
    return into


def _locked(actor: Actor, entity: Entity, row: Any, into: Any) -> tuple[Any, Any]:
    """Both rows, locked in key order so that two merges cannot wait for each other."""
    if row.pk == into.pk:
        raise Invalid({"into": [N_("A record cannot be merged into itself.")]})
    locked = {pk: row_locked(actor, entity, pk, ACT) for pk in sorted({row.pk, into.pk})}
    return locked[row.pk], locked[into.pk]


def _is_compared(actor: Actor, entity: Entity, field: Field) -> bool:
    if field.type is Type.MANY or field.readonly or field.name in {"currency"}:
        return False
    if not field.is_custom and field.name not in entity.form_fields:
        return False
    return policy.field_level(actor, entity.kind, field.name) is not policy.Level.HIDDEN


def _value(row: Any, field: Field) -> Any:
    return value_of(row, field.name)


def _is_empty(value: Any) -> bool:
    return value in (None, "", [], {})
