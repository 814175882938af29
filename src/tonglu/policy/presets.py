"""The sample policy: each module says in its `policy_sample.py` what the sample roles may do with its kinds.

    grant("salesperson", "sales.opportunity", ("read", "create", "update"), "own")
    field("salesperson", "catalog.product", "purchase_price", "hidden")
    wall("purchasing", ("supply.supplier", "supply.purchaseorder"), ("procurement", "finance"))

`policy_load_sample` issues them as a version, once; after an administrator has issued a version of their own it changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from django.db import transaction
from django.utils import timezone

from tonglu.directory.memory import forget
from tonglu.directory.services import roles_load_sample

from .compiled import policy_compile
from .models import SAMPLE_NOTE, FieldRule, PolicyVersion, Rule, State, Wall
from .values import Level, Reach


@dataclass
class _Sample:
    grants: dict[tuple[str, str, str], Reach] = dataclass_field(default_factory=dict)
    fields: dict[tuple[str, str, str], Level] = dataclass_field(default_factory=dict)
    walls: dict[str, tuple[set[str], set[str]]] = dataclass_field(default_factory=dict)


_sample = _Sample()


def grant(
    role: str | Iterable[str],
    kind: str | Iterable[str],
    acts: str | Iterable[str],
    reach: str = "own",
    fields: Mapping[str, str] | None = None,
) -> None:
    """Let the roles do the acts on the kinds; where two grants meet, the wider reach stays. `fields` maps field to level."""
    wide = Reach.of(reach)
    for role_ in _each(role):
        for kind_ in _each(kind):
            for act in _each(acts):
                key = (role_, kind_, act)
                _sample.grants[key] = max(wide, _sample.grants.get(key, wide))
            for name, level in (fields or {}).items():
                field(role_, kind_, name, level)


def field(role: str | Iterable[str], kind: str, names: str | Iterable[str], level: str) -> None:
    """Hide fields from the roles ("hidden"), or let them only "read" or also "write" them."""
    for role_ in _each(role):
        for name in _each(names):
            _sample.fields[role_, kind, name] = Level.of(level)


def wall(name: str, kinds: Iterable[str], roles: Iterable[str]) -> None:
    """Close the kinds, or fields written "kind.field", to all but the roles; a second call adds to the wall."""
    walled, passing = _sample.walls.setdefault(name, (set(), set()))
    walled.update(kinds)
    passing.update(roles)


@transaction.atomic
def policy_load_sample() -> PolicyVersion:
    """Issue what the modules declared, with the sample roles; a policy edited by people, or an equal one, stays."""
    roles_load_sample()
    latest = (
        PolicyVersion.objects.select_for_update()
        .filter(state=State.ISSUED)
        .order_by("-number")
        .first()
    )
    if latest is not None and (latest.note != SAMPLE_NOTE or _is_loaded(latest.pk)):
        return latest
    version = PolicyVersion.objects.create(number=_next_number(), state=_first_state())
    _fill(version)
    version.state, version.note = State.ISSUED, SAMPLE_NOTE
    version.issued_at = version.effective_from = timezone.now()
    version.save()
    forget()
    return version


def _each(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _first_state() -> State:
    if PolicyVersion.objects.filter(state=State.DRAFT).exists():
        PolicyVersion.objects.filter(state=State.DRAFT).delete()
    return State.DRAFT


def _next_number() -> int:
    last = PolicyVersion.objects.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def _is_loaded(version_id: int) -> bool:
    policy = policy_compile(version_id)
    grants = {
        (g.role, kind, act): g.reach for (kind, act), rows in policy.grants.items() for g in rows
    }
    fields = {
        (role, kind, name): level
        for (kind, name), levels in policy.fields.items()
        for role, level in levels.items()
    }
    walls = {w.name: (set(w.kinds), set(w.roles)) for w in Wall.objects.filter(version=version_id)}
    return (grants, fields, walls) == (_sample.grants, _sample.fields, _sample.walls)


def _fill(version: PolicyVersion) -> None:
    Rule.objects.bulk_create(
        Rule(version=version, role=role, kind=kind, act=act, reach=reach.word)
        for (role, kind, act), reach in sorted(_sample.grants.items())
    )
    FieldRule.objects.bulk_create(
        FieldRule(version=version, role=role, kind=kind, field=name, level=level.word)
        for (role, kind, name), level in sorted(_sample.fields.items())
    )
    Wall.objects.bulk_create(
        Wall(version=version, name=name, kinds=sorted(kinds), roles=sorted(roles))
        for name, (kinds, roles) in sorted(_sample.walls.items())
    )
