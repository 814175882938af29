"""Reads of the policy for its own pages: versions, the matrix of a role, what changed, and what somebody would see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Model, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tonglu.directory.selectors import RoleName, department_label, role_label, roles_all
from tonglu.kernel.errors import NotFound
from tonglu.kernel.text import N_
from tonglu.toolkit.ui.navigation import AREAS

from .actors import Actor
from .compiled import CompiledPolicy, policy_compile, policy_in_force
from .engine import visible
from .models import PolicyVersion, Rule, State, Wall
from .scopes import all_scopes, scope_of
from .values import Level, Reach, Scope, act_label

COUNTED = 10_000
"""Above this a preview says "more than"."""
SHOWN = 5
USUAL_ACTS = ("read", "create", "update", "delete", "export", "assign")
"""The columns of the matrix."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One act of one kind for the role: the reach granted to it, or nothing."""

    act: str
    reach: str

    @property
    def label(self) -> str:
        """The act for people."""
        return act_label(self.act)


@dataclass(frozen=True, kw_only=True)
class MatrixRow:
    """One kind, with a cell for each act it knows, the walls around it and how many field rules the role has."""

    kind: str
    title: str
    area: str
    cells: tuple[Cell, ...]
    walled: bool
    field_rules: int
    has_fields: bool

    @property
    def usual(self) -> tuple[Cell | None, ...]:
        """A cell for each of the usual acts, in their order; None where the kind does not know the act."""
        by_act = {cell.act: cell for cell in self.cells}
        return tuple(by_act.get(act) for act in USUAL_ACTS)

    @property
    def special(self) -> tuple[Cell, ...]:
        """The cells of the acts that only some kinds know."""
        return tuple(cell for cell in self.cells if cell.act not in USUAL_ACTS)


@dataclass(frozen=True, kw_only=True)
class FieldLine:
    """One field of a kind for a role: what a rule says, and what comes of it."""

    name: str
    label: str
    level: str
    effective: Level


@dataclass(frozen=True, kw_only=True)
class LimitedRule:
    """A rule that holds only within a department, with its words."""

    kind: str
    act: str
    department_id: int
    where: str
    what: str
    reach: str


@dataclass(frozen=True, kw_only=True)
class Change:
    """One difference between two versions, in words."""

    role: str
    what: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class Sight:
    """How many rows of a kind a person sees under one policy and under another, with some that come or go."""

    kind: str
    title: str
    now: int
    then: int
    gained: tuple[str, ...]
    lost: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether anything would be different."""
        return self.now != self.then or bool(self.gained or self.lost)


def versions() -> QuerySet[PolicyVersion]:
    """All versions, newest first."""
    return PolicyVersion.objects.select_related("issued_by")


def version_by_number(number: int) -> PolicyVersion:
    """The version, or NotFound."""
    found = versions().filter(number=number).first()
    if found is None:
        raise NotFound(N_("There is no such version."))
    return found


def version_draft() -> PolicyVersion | None:
    """The draft being edited, if any."""
    return versions().filter(state=State.DRAFT).first()


def version_shown() -> PolicyVersion | None:
    """What the matrix shows: the draft, or else the newest issued version."""
    return version_draft() or versions().first()


def version_before(version: PolicyVersion) -> PolicyVersion | None:
    """The version this one was made from."""
    return versions().filter(number__lt=version.number).first()


def roles_ruled() -> tuple[RoleName, ...]:
    """Every role, after the rule that holds for all of them."""
    return (RoleName(code="", name=_("Every role"), name_zh=_("Every role")), *roles_all())


def matrix(policy: CompiledPolicy, role: str) -> list[MatrixRow]:
    """What the role is granted everywhere, kind by kind; rules limited to a department stand apart."""
    order = {str(area.title): place for place, area in enumerate(AREAS)}
    rows = [_matrix_row(policy, scope, role) for scope in all_scopes()]
    return sorted(rows, key=lambda row: order.get(row.area, len(order)))


def rules_limited(version: PolicyVersion | None, role: str) -> list[LimitedRule]:
    """The rules of the role that hold only within a department."""
    found = Rule.objects.filter(version=version, role=role, department__isnull=False)
    return [
        LimitedRule(
            kind=rule.kind,
            act=rule.act,
            department_id=rule.department_id or 0,
            where=department_label(rule.department_id),
            what=_part(rule.kind, act_label(rule.act)),
            reach=Reach.of(rule.reach).label,
        )
        for rule in found
    ]


def walls_of(version: PolicyVersion | None) -> list[Wall]:
    """The walls of a version."""
    return list(Wall.objects.filter(version=version))


def field_lines(policy: CompiledPolicy, role: str, kind: str) -> list[FieldLine]:
    """Every field of the kind with the level of the role."""
    scope = scope_of(kind)
    if scope is None:
        raise NotFound(N_("There is no such kind of record."))
    return [_field_line(policy, role, kind, *field) for field in scope.field_labels().items()]


def policy_changes(old: CompiledPolicy, new: CompiledPolicy) -> list[Change]:
    """What the new policy does differently, in words, by role."""
    found = [
        *_grant_changes(_grants_flat(old), _grants_flat(new)),
        *_field_changes(old, new),
        *_wall_changes(old, new),
    ]
    return sorted(found, key=lambda change: (change.role, change.what))


def policy_at(version: PolicyVersion | None) -> CompiledPolicy:
    """A version compiled; the empty policy for none."""
    return policy_compile(version.pk) if version else CompiledPolicy()


def sights(*, viewer: Actor, person: Actor, then: CompiledPolicy) -> list[Sight]:
    """What the person sees now and would see under `then`, as counts; named rows are only such as the viewer may see."""
    now = policy_in_force()
    kinds = (s for s in all_scopes() if s.model is not None)
    return [_sight(viewer, person, scope, now, then) for scope in kinds]


def _matrix_row(policy: CompiledPolicy, scope: Scope, role: str) -> MatrixRow:
    rules = [
        key for key, levels in policy.fields.items() if key[0] == scope.kind and role in levels
    ]
    return MatrixRow(
        kind=scope.kind,
        title=scope.title,
        area=scope.area,
        cells=tuple(Cell(act=act, reach=_reach(policy, scope, role, act)) for act in scope.acts),
        walled=bool(role) and not policy.passes(role, scope.kind),
        field_rules=len(rules),
        has_fields=bool(role) and scope.model is not None,
    )


def _reach(policy: CompiledPolicy, scope: Scope, role: str, act: str) -> str:
    for grant in policy.grants_for(scope.kind, act):
        if grant.role == role and grant.department_id is None:
            return grant.reach.word
    return ""


def _field_line(policy: CompiledPolicy, role: str, kind: str, name: str, label: str) -> FieldLine:
    level = policy.fields.get((kind, name), {}).get(role)
    return FieldLine(
        name=name,
        label=label,
        level=level.word if level is not None else "",
        effective=policy.level(frozenset({role}), kind, name),
    )


Flat = dict[tuple[str, str, str, int | None], Reach]


def _grants_flat(policy: CompiledPolicy) -> Flat:
    return {
        (grant.role, kind, act, grant.department_id): grant.reach
        for (kind, act), grants in policy.grants.items()
        for grant in grants
    }


def _grant_changes(old: Flat, new: Flat) -> Iterator[Change]:
    for key in old.keys() | new.keys():
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        role, kind, act, department = key
        where = f" · {department_label(department)}" if department else ""
        yield Change(
            role=(role_label(role) if role else _("Every role")) + where,
            what=_part(kind, act_label(act)),
            old=before.label if before else "–",
            new=after.label if after else "–",
        )


def _field_changes(old: CompiledPolicy, new: CompiledPolicy) -> Iterator[Change]:
    for kind, name in old.fields.keys() | new.fields.keys():
        before, after = old.fields.get((kind, name), {}), new.fields.get((kind, name), {})
        for role in before.keys() | after.keys():
            if before.get(role) != after.get(role):
                yield Change(
                    role=role_label(role),
                    what=_part(kind, _field_label(kind, name)),
                    old=_word(before.get(role)),
                    new=_word(after.get(role)),
                )


def _wall_changes(old: CompiledPolicy, new: CompiledPolicy) -> Iterator[Change]:
    for name in old.walls.keys() | new.walls.keys():
        before, after = old.walls.get(name), new.walls.get(name)
        if before != after:
            yield Change(
                role=_("Every role"),
                what=_("Wall around %(kind)s") % {"kind": kind_title(name)},
                old=_roles_named(before),
                new=_roles_named(after),
            )


def _roles_named(roles: Iterable[str] | None) -> str:
    if roles is None:
        return "–"
    between = "、" if (get_language() or "").startswith("zh") else ", "
    return between.join(sorted(role_label(role) for role in roles))


def _part(kind: str, part: str) -> str:
    """A part of a kind of record, as the head of a line."""
    title = kind_title(kind)
    return _of(title[:1].upper() + title[1:], part)


def _of(title: str, part: str) -> str:
    return _("%(title)s: %(part)s") % {"title": title, "part": part}


def _word(level: Level | None) -> str:
    return "–" if level is None else level.label


def kind_title(kind: str) -> str:
    """A kind, or a field written "kind.field", for people."""
    scope = scope_of(kind)
    if scope is not None:
        return scope.title
    head, _dot, field = kind.rpartition(".")
    owner = scope_of(head)
    return _of(owner.title, _field_label(head, field)) if owner else kind


def _field_label(kind: str, name: str) -> str:
    scope = scope_of(kind)
    labels: Mapping[str, str] = scope.field_labels() if scope else {}
    return labels.get(name, name)


def _sight(
    viewer: Actor, person: Actor, scope: Scope, now: CompiledPolicy, then: CompiledPolicy
) -> Sight:
    rows = _living(scope)
    before, after = visible(person, rows, under=now), visible(person, rows, under=then)
    return Sight(
        kind=scope.kind,
        title=scope.title,
        now=_count(before),
        then=_count(after),
        gained=_named(viewer, after, before),
        lost=_named(viewer, before, after),
    )


def _living(scope: Scope) -> QuerySet[Any]:
    model: Any = scope.model
    rows: QuerySet[Any] = model._default_manager.order_by("-pk")
    has_trash = any(field.name == "deleted_at" for field in model._meta.fields)
    return rows.filter(deleted_at__isnull=True) if has_trash else rows


def _count(rows: QuerySet[Any]) -> int:
    return 0 if rows.query.is_empty() else rows[: COUNTED + 1].count()


def _named(viewer: Actor, rows: QuerySet[Any], without: QuerySet[Any]) -> tuple[str, ...]:
    if _sql(rows) == _sql(without) or rows.query.is_empty():
        return ()
    if not without.query.is_empty():
        rows = rows.exclude(pk__in=without.order_by().values("pk"))
    found: Iterable[Model] = visible(viewer, rows)[:SHOWN]
    return tuple(str(row) for row in found)


def _sql(rows: QuerySet[Any]) -> str:
    try:
        return str(rows.query)
    except EmptyResultSet:
        return ""
