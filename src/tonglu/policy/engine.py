"""The one place where a permission is decided: for a list as SQL, for one row in memory, for a field.

Seats unite: what any of them is granted counts, each measured from its own department. Every reach includes the rows the holder
owns. An act other than reading and creating is allowed only on rows that may be read. Without a grant nothing is visible. A row
is followed to its parents, and to theirs; a kind met again on the way is judged without its own parents.
`visible` and `may` must agree on every row; a property test holds them to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from tonglu.directory.memory import is_reading, remember_reading
from tonglu.directory.selectors import Seat, department_tree
from tonglu.kernel.errors import Denied, NotFound

from .actors import Actor
from .among import FEW, VERY_FEW, are_few
from .compiled import CompiledPolicy, policy_in_force
from .refusals import NO_GRANT, NOT_THERE, OUT_OF_REACH, refusal_of, whom_to_ask
from .scopes import scope_of
from .strays import strays_found
from .values import ALLOWED, Level, Reach, Scope, Verdict

M = TypeVar("M", bound=Model)
Within = bool | Q
"""Which rows: all (True), none (False), or those that meet the filter."""


@dataclass(frozen=True, kw_only=True)
class Sight:
    """Everything, or the rows of these owners and departments, and those that `rest` adds."""

    everything: bool = False
    owners: frozenset[int] = frozenset()
    departments: frozenset[int] = frozenset()
    rest: Q | None = None


UNREAD_ACTS = frozenset({"read", "create"})
"""Acts that do not ask for the right to read first."""


def visible(
    actor: Actor, rows: QuerySet[M], act: str = "read", *, under: CompiledPolicy | None = None
) -> QuerySet[M]:
    """The rows on which the actor may do the act, under the policy in force (or another, for a preview)."""
    scope = scope_of(rows.model)
    if actor.is_system:
        return rows
    if scope is None:
        return rows.none()
    within = _within(under or policy_in_force(), actor, scope, act)
    if isinstance(within, bool):
        return rows if within else rows.none()
    return rows.filter(within)


def visible_apart(actor: Actor, rows: QuerySet[M]) -> list[QuerySet[M]]:
    """The rows the actor may see, apart by the reason why: their own, their team's, those of what they belong to; [] for one reason.

    A row may be there for several reasons. Of the first rows in some order each reason knows its own from an index, where an OR of all
    makes PostgreSQL read every row there is.
    """
    scope = scope_of(rows.model)
    if actor.is_system or scope is None:
        return []
    within = _within(policy_in_force(), actor, scope, "read")
    return [rows.filter(one) for one in _alternatives(within)] if isinstance(within, Q) else []


def visible_own(actor: Actor, rows: QuerySet[M], act: str = "read") -> QuerySet[M]:
    """Of the actor's own rows those on which they may do the act; where it is enough to own them, nothing else is asked."""
    scope, policy = scope_of(rows.model), policy_in_force()
    own = rows.filter(owner_id__in=actor.own_ids)
    if scope is None or scope.owner != "owner" or not actor.own_ids:
        return visible(actor, own, act)
    for needed in acts_needed(act):
        granted = {seat.person_id for seat, _r in policy.reaches(actor.seats, scope.kind, needed)}
        if not actor.own_ids <= granted:
            return visible(actor, own, act)
    return own


def sight(actor: Actor, kind: str) -> Sight:
    """What the actor may read of a kind, taken apart: by owner, by department, and for other reasons.

    For those who answer from totals by owner and department, and ask for the rest row by row.
    """
    scope, policy = scope_of(kind), policy_in_force()
    if actor.is_system:
        return Sight(everything=True)
    if scope is None:
        return Sight()
    within = _within(policy, actor, scope, "read")
    if isinstance(within, bool):
        return Sight(everything=within)
    reaches = policy.reaches(actor.seats, kind, "read")
    parts = list(_parent_filters(policy, actor, scope, "read", (kind,)))
    shared = scope.shared(actor, "read") if scope.shared else None
    rest = _any([*parts, shared] if shared is not None else parts)
    return Sight(
        owners=frozenset(seat.person_id for seat, _reach in reaches)
        if scope.owner
        else frozenset(),
        departments=_departments(reaches) if _department_lookup(scope) else frozenset(),
        rest=rest if isinstance(rest, Q) else None,
    )


def may(
    actor: Actor,
    act: str,
    kind: str,
    row: Model | None = None,
    *,
    under: CompiledPolicy | None = None,
) -> Verdict:
    """Whether the actor may do the act on the row, or on any row of the kind; tells why not and who could."""
    if actor.is_system:
        return ALLOWED
    policy = under or policy_in_force()
    for needed in acts_needed(act):
        if not policy.reaches(actor.seats, kind, needed):
            return refusal_of(policy, NO_GRANT, act, kind)
        if row is not None and not row_within(policy, actor, needed, kind, row):
            return refusal_of(policy, OUT_OF_REACH, act, kind)
    return ALLOWED


def require(actor: Actor, act: str, kind: str, row: Model | None = None) -> None:
    """Go on only when the actor may; a row that may not be seen is not found."""
    verdict = may(actor, act, kind, row)
    if verdict:
        return
    if row is not None and act not in UNREAD_ACTS and not may(actor, "read", kind, row):
        raise NotFound(NOT_THERE)
    raise Denied(
        verdict.sentence,
        params=verdict.params,
        next_step=whom_to_ask(verdict.who),
    )


def field_level(
    actor: Actor, kind: str, field: str, *, under: CompiledPolicy | None = None
) -> Level:
    """What the actor may do with a field of the kind: the most generous of their roles decides."""
    if actor.is_system:
        return Level.WRITE
    policy = under or policy_in_force()
    seats = [seat for seat, _reach in policy.reaches(actor.seats, kind, "read")]
    return policy.level(frozenset(seat.role for seat in seats), kind, field)


def row_within(
    policy: CompiledPolicy,
    actor: Actor,
    act: str,
    kind: str,
    row: Model,
    *,
    trail: tuple[str, ...] = (),
) -> bool:
    """Whether the row is within what the actor is granted for exactly this act, decided in memory where possible."""
    scope = scope_of(kind)
    if scope is None:
        return False
    reaches = policy.reaches(actor.seats, kind, act)
    if any(seat_reaches(scope, seat, reach, row) for seat, reach in reaches):
        return True
    if not reaches:
        return False
    return _is_shared(actor, scope, act, row) or (
        kind not in trail and _parent_within(policy, actor, scope, act, row, (*trail, kind))
    )


def seat_reaches(scope: Scope, seat: Seat, reach: Reach, row: Model) -> bool:
    """Whether the reach, measured from the seat, includes the row by its owner or department."""
    if reach is Reach.ALL:
        return True
    if scope.owner and _value(row, scope.owner) == seat.person_id:
        return True
    lookup = _department_lookup(scope)
    return lookup is not None and _value(row, lookup) in _departments([(seat, reach)])


def acts_needed(act: str) -> tuple[str, ...]:
    """The acts that must be granted for this one."""
    return (act,) if act in UNREAD_ACTS else ("read", act)


def _within(
    policy: CompiledPolicy, actor: Actor, scope: Scope, act: str, trail: tuple[str, ...] = ()
) -> Within:
    parts = [_within_act(policy, actor, scope, needed, trail) for needed in acts_needed(act)]
    if False in parts:
        return False
    filters = [part for part in parts if isinstance(part, Q)]
    if not filters:
        return True
    return filters[0] if len(filters) == 1 or filters[0] == filters[1] else filters[0] & filters[1]


def _within_act(
    policy: CompiledPolicy, actor: Actor, scope: Scope, act: str, trail: tuple[str, ...]
) -> Within:
    reaches = policy.reaches(actor.seats, scope.kind, act)
    if not reaches:
        return False
    if any(reach is Reach.ALL for _seat, reach in reaches):
        return True
    parts = list(_reach_filters(scope, reaches))
    if scope.kind not in trail:
        parts.extend(_parent_filters(policy, actor, scope, act, (*trail, scope.kind)))
    shared = scope.shared(actor, act) if scope.shared else None
    return _any([*parts, shared] if shared is not None else parts)


def _reach_filters(scope: Scope, reaches: list[tuple[Seat, Reach]]) -> Iterable[Within]:
    if scope.owner:
        yield Q(**{f"{scope.owner}__in": sorted({seat.person_id for seat, _r in reaches})})
    lookup, departments = _department_lookup(scope), _departments(reaches)
    if lookup and departments:
        yield Q(**{f"{lookup}__in": sorted(departments)})


def _parent_filters(
    policy: CompiledPolicy, actor: Actor, scope: Scope, act: str, trail: tuple[str, ...]
) -> Iterable[Within]:
    for name in scope.parents:
        parent = _parent_scope(scope, name)
        if parent is None or parent.model is None:
            continue
        within = _within(policy, actor, parent, _parent_act(act), trail)
        if within is True:
            yield Q(**{f"{name}__isnull": False}) if _may_lack(scope, name) else True
        elif isinstance(within, Q):
            few = partial(_are_few, policy, actor, parent, _parent_act(act))
            apart = None if few(most=VERY_FEW) else _apart(policy, actor, scope, name, act)
            if apart is not None:
                yield Q(pk__any_of=apart) if apart else False
                continue
            lookup = "among" if few(most=FEW) else "in"
            yield Q(**{f"{name}__{lookup}": _ids_within(parent.model, within)})


def _apart(
    policy: CompiledPolicy, actor: Actor, scope: Scope, name: str, act: str
) -> list[int] | None:
    """The ids of the rows that may be within reach through this parent and for no other reason.

    None when they are not known, too many, or might change before they are used.
    """
    parent = _parent_scope(scope, name)
    if act != "read" or parent is None or scope.strays is None or scope.strays.parent != name:
        return None
    if not is_reading() or policy is not policy_in_force():
        return None
    if not _reaches_as_far(policy, actor, scope, parent):
        return None
    reaches = policy.reaches(actor.seats, parent.kind, "read")
    owners, departments = {seat.person_id for seat, _reach in reaches}, _departments(reaches)
    return remember_reading(
        ("strays", actor, scope.kind), lambda: strays_found(scope, parent, owners, departments)
    )


def _reaches_as_far(policy: CompiledPolicy, actor: Actor, scope: Scope, parent: Scope) -> bool:
    """Whether everybody and every department whose parents the actor reaches are in reach for the rows as well."""
    plain = all(one.owner and one.department for one in (scope, parent))
    if not plain or parent.shared or parent.parents:
        return False
    rows = policy.reaches(actor.seats, scope.kind, "read")
    above = policy.reaches(actor.seats, parent.kind, "read")
    owners = [{seat.person_id for seat, _reach in found} for found in (above, rows)]
    return owners[0] <= owners[1] and _departments(above) <= _departments(rows)


def _are_few(policy: CompiledPolicy, actor: Actor, scope: Scope, act: str, *, most: int) -> bool:
    """Whether it is owners and departments alone that decide, and theirs are not more rows."""
    model: Any = scope.model
    if scope.shared or scope.parents or not scope.owner:
        return False
    reaches = policy.reaches(actor.seats, scope.kind, act)
    owners = {seat.person_id for seat, _reach in reaches}
    named = {scope.owner: owners, scope.department: _departments(reaches)}
    columns = {model._meta.get_field(name).column: ids for name, ids in named.items() if name}
    return are_few(model._meta.db_table, columns, most=most)


def _ids_within(model: Any, within: Q) -> QuerySet[Any]:
    """The ids of the rows, reason by reason: each is answered from an index of its own, without opening the rows."""
    reasons = _alternatives(within) or [within]
    parts = [model._base_manager.filter(reason).order_by().values("pk") for reason in reasons]
    rows: QuerySet[Any] = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return rows


def _alternatives(within: Q) -> list[Q]:
    """The sides of an OR."""
    if within.connector != Q.OR or within.negated or len(within.children) < 2:
        return []
    children: list[Any] = within.children
    return [Q(one) for one in children]


def _may_lack(scope: Scope, name: str) -> bool:
    """Whether a row may be without this parent."""
    return any(found.null for found in _steps(scope, name))


def _any(parts: list[Within]) -> Within:
    whole: Within = False
    for part in parts:
        if part is True or whole is True:
            return True
        if isinstance(part, Q):
            whole = whole | part if isinstance(whole, Q) else part
    return whole


def _parent_act(act: str) -> str:
    return "read" if act == "read" else "update"


def _parent_scope(scope: Scope, name: str) -> Scope | None:
    return scope_of(list(_steps(scope, name))[-1].related_model)


def _steps(scope: Scope, name: str) -> Iterator[Any]:
    """The foreign keys on the way to a parent."""
    model: Any = scope.model
    for part in name.split("__"):
        field = model._meta.get_field(part)
        yield field
        model = field.related_model


def _parent_within(
    policy: CompiledPolicy,
    actor: Actor,
    scope: Scope,
    act: str,
    row: Model,
    trail: tuple[str, ...],
) -> bool:
    for name in scope.parents:
        parent, above = _parent_scope(scope, name), _value(row, name, follow=True)
        if parent is None or above is None:
            continue
        needed = acts_needed(_parent_act(act))
        if all(row_within(policy, actor, n, parent.kind, above, trail=trail) for n in needed):
            return True
    return False


def _is_shared(actor: Actor, scope: Scope, act: str, row: Model) -> bool:
    condition = scope.shared(actor, act) if scope.shared and row.pk else None
    if condition is None:
        return False
    found = type(row)._base_manager.filter(pk=row.pk).filter(condition)
    return remember_reading(("shared", actor, act, scope.kind, row.pk), found.exists)


def _department_lookup(scope: Scope) -> str | None:
    if scope.department:
        return scope.department
    return f"{scope.owner}__department" if scope.owner and scope.owner != "pk" else None


def _departments(reaches: list[tuple[Seat, Reach]]) -> frozenset[int]:
    tree, found = department_tree(), set[int]()
    for seat, reach in reaches:
        branch = tree.get(seat.department_id or 0)
        if branch is not None and reach is Reach.TEAM:
            found.add(branch.id)
        elif branch is not None and reach >= Reach.DEPARTMENT:
            found |= branch.below
    return frozenset(found)


def _value(row: Any, lookup: str, *, follow: bool = False) -> Any:
    """The id (or, when followed, the row) a lookup leads to from this row."""
    *steps, last = lookup.split("__")
    for step in steps:
        row = getattr(row, step, None)
    if row is None or follow:
        return getattr(row, last, None)
    return getattr(row, f"{last}_id", None) if hasattr(row, f"{last}_id") else getattr(row, last)
