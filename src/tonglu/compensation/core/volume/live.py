"""A computed book that takes changes: after one fact changes, only what depends on it is computed again.

The unit of work is a person's component. A changed fact dirties the direct components of those credited
before and after it, over their own lines; an override without limits is a sum of single rows, so only the
rows of the changed fact move; an override with limits is computed for the managers it reaches, over the
lines of everybody below them. The answer equals a full run, row by row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from tonglu.compensation.core.context import Context
from tonglu.compensation.core.faults import fault
from tonglu.compensation.core.kinds.rollup import climbed
from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.plan import PlanVersion
from tonglu.compensation.core.model.rules import Rollup
from tonglu.compensation.core.scene import Scene
from tonglu.kernel.text import N_

from .entries import in_counting_order
from .run import component_lines, evaluate_volume

PLACE = "place"
Key = tuple[str, str]
Moved = tuple[Key, pl.DataFrame, int]


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a change moved: the rows computed again, and the cents of every (component, payee) they belong to."""

    rows: pl.DataFrame
    payouts: dict[Key, int]


@dataclass
class _Paid:
    """What is paid now, over the first full run: cents of everybody, rows of who was looked at or computed.

    `patches` are the rows of single facts that wait to be put among the rows of their (component, payee).
    """

    cents: dict[Key, int]
    rows: dict[Key, pl.DataFrame] = field(default_factory=dict)
    patches: dict[Key, dict[Any, pl.DataFrame]] = field(default_factory=dict)


class LiveBook:
    """A book with its result; `change` puts other lines in the place of a fact's.

    `units` says for each component in what parts of one its positions count, as in `Volume`.
    """

    def __init__(self, version: PlanVersion, book: pl.DataFrame, context: Context | None = None):
        self.version, self.context = version, context or Context()
        self._scene = Scene(version=version, facts=(), context=self.context)
        full = evaluate_volume(version, book, self.context)
        self.units, self._first = full.units, full.rows
        placed = in_counting_order(book.with_row_index(PLACE).cast({PLACE: pl.Int64}))
        self._next = book.height
        self._index = placed.select("fact", "payee").sort("fact", maintain_order=True)
        self._lines = {
            keys[0]: own for keys, own in placed.partition_by("payee", as_dict=True).items()
        }
        self._empty = placed.clear()
        self._payees_of: dict[Any, tuple[str, ...]] = {}
        self._paid = _Paid(cents={(row[0], row[1]): row[2] for row in full.payouts.rows()})

    @property
    def payouts(self) -> dict[Key, int]:
        """Cents by component and payee; nothing paid is not there or zero."""
        return dict(self._paid.cents)

    def rows(self, component: str, payee: str) -> pl.DataFrame:
        """The rows of one person's component as they are now."""
        key = (component, payee)
        if key not in self._paid.rows:
            wanted = (pl.col("component") == component) & (pl.col("payee") == payee)
            self._paid.rows[key] = self._first.filter(wanted)
        patches = self._paid.patches.pop(key, {})
        if patches:
            kept = self._paid.rows[key].filter(~pl.col("fact").is_in(list(patches)))
            self._paid.rows[key] = pl.concat([kept, *patches.values()])
        return self._paid.rows[key]

    def change(self, fact: Any, lines: pl.DataFrame) -> Change:
        """The fact's lines are these from now on (none: it is gone); the book's columns, in any order."""
        before = self._of_fact(fact)
        after = self._placed(lines, before) if lines.height else self._empty
        self._put(fact, before, after)
        parts = [self._first.clear()]
        cents: dict[Key, int] = {}
        for component in self.version.components:
            for key, rows, paid in self._moved(component, fact, before, after):
                parts.append(rows)
                cents[key] = paid
        self._paid.cents |= cents
        return Change(rows=pl.concat(parts), payouts=cents)

    def _of_fact(self, fact: Any) -> pl.DataFrame:
        if fact not in self._payees_of:
            facts = self._index["fact"]
            first, after = (facts.search_sorted(fact, side=side) for side in ("left", "right"))
            found = self._index["payee"][int(first) : int(after)]
            self._payees_of[fact] = tuple(dict.fromkeys(found))
        parts = [self._lines[p].filter(pl.col("fact") == fact) for p in self._payees_of[fact]]
        return pl.concat([self._empty, *parts]).sort(PLACE)

    def _placed(self, lines: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
        """A fact that is there keeps its place in the counting order; a new one goes to the end."""
        place = self._next if before.is_empty() else int(before[PLACE].min())  # type: ignore[arg-type]
        self._next = max(self._next, place + 1)
        missing = [c for c in self._empty.columns if c not in lines.columns and c != PLACE]
        nothing = [pl.lit(None).alias(column) for column in missing]
        columns = [pl.lit(place, dtype=pl.Int64).alias(PLACE), *lines.columns, *nothing]
        return lines.select(columns).select(self._empty.columns).cast(dict(self._empty.schema))  # type: ignore[arg-type]

    def _put(self, fact: Any, before: pl.DataFrame, after: pl.DataFrame) -> None:
        touched = dict.fromkeys([*before["payee"], *after["payee"]])
        for payee in touched:
            kept = self._lines.get(payee, self._empty).filter(pl.col("fact") != fact)
            own = pl.concat([kept, after.filter(pl.col("payee") == payee)])
            self._lines[payee] = own.sort("date", PLACE, maintain_order=True, nulls_last=False)
        self._payees_of[fact] = tuple(dict.fromkeys(after["payee"]))

    def _moved(
        self, component: Component, fact: Any, before: pl.DataFrame, after: pl.DataFrame
    ) -> Iterator[Moved]:
        """Every (component, payee) that the fact can move, with its rows and cents."""
        if not isinstance(component.rule, Rollup):
            payees = list(dict.fromkeys([*before["payee"], *after["payee"]]))
            lines = [self._lines.get(payee, self._empty) for payee in payees]
            rows = self._in_units(component, pl.concat([self._empty, *lines]))
            for payee in payees:
                own = rows if len(payees) == 1 else rows.filter(pl.col("payee") == payee)
                yield self._kept((component.id, payee), own)
            return
        managers = dict.fromkeys(self._above(component.rule, [before, after]))
        if not _by_single_rows(component, self.version):
            for manager in managers:
                yield self._kept((component.id, manager), self._override(component, manager))
            return
        old, new = (self._in_units(component, lines) for lines in (before, after))
        for manager in managers:
            yield self._exchanged((component.id, manager), fact, old, new)

    def _kept(self, key: Key, rows: pl.DataFrame) -> Moved:
        """All rows of a person's component, computed again."""
        paid = 0 if rows.is_empty() else int(rows["paid"][-1])
        self._paid.patches.pop(key, None)
        self._paid.rows[key] = rows.drop("paid")
        return key, self._paid.rows[key], paid

    def _exchanged(self, key: Key, fact: Any, old: pl.DataFrame, new: pl.DataFrame) -> Moved:
        """The rows of one fact, in the place of those it had."""
        had = old.filter(pl.col("payee") == key[1])["amount"].sum()
        added = new.filter(pl.col("payee") == key[1]).drop("paid")
        self._paid.patches.setdefault(key, {})[fact] = added
        return key, added, self._paid.cents.get(key, 0) - int(had) + int(added["amount"].sum())

    def _override(self, component: Component, manager: str) -> pl.DataFrame:
        """The manager's rows over the lines of everybody who may be below."""
        below = [lines for payee, lines in self._lines.items() if self._may_reach(payee, manager)]
        lines = pl.concat([self._empty, *below])
        rows = self._in_units(component, lines.sort("date", PLACE, nulls_last=False))
        return rows.filter(pl.col("payee") == manager)

    def _may_reach(self, payee: str, manager: str) -> bool:
        trees = self.context.hierarchy.versions
        paths = (self.context.hierarchy.path(payee, tree.effective_from) for tree in trees)
        return any(manager in path for path in paths)

    def _above(self, rule: Rollup, books: Iterable[pl.DataFrame]) -> Iterator[str]:
        for lines in books:
            for payee, day in lines.select("payee", "date").rows():
                yield from climbed(rule, self.context.hierarchy.path(payee, day))

    def _in_units(self, component: Component, lines: pl.DataFrame) -> pl.DataFrame:
        """Rows whose positions count in the units of the full run."""
        rows, unit = component_lines(component, self._scene, lines)
        whole = self.units[component.id]
        if whole % unit:
            raise fault(
                "finer_units",
                N_("A share of this fact is finer than the book counts; compute the whole book."),
            )
        if whole == unit:
            return rows
        lift = pl.lit(whole // unit, dtype=pl.Int128)
        return rows.with_columns(pl.col("before", "after") * lift)


def _by_single_rows(component: Component, version: PlanVersion) -> bool:
    """Whether a row of the override depends on no other row: no running limit, rounded by itself."""
    limits = (*component.caps, *component.floors)
    alone = all(limit.scope == "transaction" for limit in limits)
    return alone and version.rounding.stage == "transaction"
