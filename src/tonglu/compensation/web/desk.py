"""What the composer's page shows: a card for each component with its findings, the parts of the plan, and the worked example."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from tonglu.compensation.composing.component_shape import SECTIONS
from tonglu.compensation.composing.controls import Control, Line, control_of
from tonglu.compensation.composing.example import Example, example_of
from tonglu.compensation.composing.findings import Finding, title_of
from tonglu.compensation.composing.plan_shape import (
    CLAWBACK,
    COMPONENTS,
    EXAMPLES,
    LIMITS,
    MORE,
    PAYMENT,
    PLAN,
    RELEASE,
    ROUNDING,
)
from tonglu.compensation.composing.sample import sample_item
from tonglu.compensation.composing.shapes import GROUP, ROWS, Item, Text
from tonglu.compensation.composing.state import FORM, TEXT, Draft
from tonglu.compensation.models import PlanVersion

HEAD = ("title", "id", "clause", "kind")
_MORE = _("Rounding, limits and dates")


@dataclass(frozen=True, kw_only=True)
class Fold:
    """A part of a card that opens and closes."""

    name: str
    title: Text
    parts: tuple[Control, ...]
    is_open: bool
    is_filled: bool

    @property
    def only(self) -> Control | None:
        """Its one group or table, which needs no title of its own."""
        first = self.parts[0] if len(self.parts) == 1 else None
        return first if first is not None and first.kind in (GROUP, ROWS) else None


@dataclass(frozen=True, kw_only=True)
class Card:
    """One component on the desk."""

    line: Line
    title: str
    kind: Text
    head: tuple[Control, ...]
    folds: tuple[Fold, ...]
    hidden: tuple[Control, ...]
    findings: tuple[Finding, ...]

    @property
    def has_error(self) -> bool:
        """Whether it keeps the plan from being issued."""
        return any(one.is_error for one in self.findings)


@dataclass(frozen=True, kw_only=True)
class May:
    """What a person may do with a version: change the draft, issue it, follow an issued one by the next."""

    edit: bool = False
    issue: bool = False
    follow: bool = False


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Everything on the composer's page."""

    row: PlanVersion
    draft: Draft
    tab: str = FORM
    may_edit: bool = False
    may_issue: bool = False
    may_continue: bool = False

    @property
    def is_form(self) -> bool:
        """Whether the form is shown, and not the text."""
        return self.tab == FORM

    @cached_property
    def _root(self) -> Control:
        return control_of(PLAN, self.draft.typed or {}, "plan", self.draft.errors)

    @cached_property
    def cards(self) -> list[Card]:
        """The components in order."""
        return [self._card(line) for line in self._control(COMPONENTS).rows]

    @cached_property
    def folds(self) -> list[Fold]:
        """The parts of the plan below its components."""
        money = (RELEASE, PAYMENT, CLAWBACK)
        found = [_fold(item.key, item.label, [self._control(item)], True) for item in money[:2]]
        found.append(_fold(CLAWBACK.key, CLAWBACK.label, [self._control(CLAWBACK)], False))
        more = [self._control(item) for item in (ROUNDING, *LIMITS, *MORE)]
        found.append(_fold("more", _MORE, [*more, *self._kept], False))
        found.append(_fold(EXAMPLES.key, EXAMPLES.label, [self._control(EXAMPLES)], False))
        return found

    @property
    def _kept(self) -> list[Control]:
        known = {item.key for item in PLAN.items}
        return [part for part in self._root.parts if part.item.key not in known]

    @cached_property
    def sample(self) -> Control:
        """The fields of the worked example."""
        errors = self.example.errors or {}
        return control_of(sample_item(self.draft.version), self.draft.sample, "sample", errors)

    @cached_property
    def example(self) -> Example:
        """What the sample pays."""
        return example_of(self.draft.raw, self.draft.sample)

    @property
    def findings(self) -> list[Finding]:
        """What concerns the plan as a whole."""
        return [one for one in self.draft.findings if one.component is None]

    @property
    def may_renew(self) -> bool:
        """Whether the plan's own examples expect what it no longer pays, and a press may renew them."""
        failing = any(one.code == "example_fails" for one in self.draft.findings)
        return failing and self.is_form and self.may_edit and self.draft.is_readable

    @property
    def error_count(self) -> int:
        """How many findings forbid to issue it."""
        broken = 0 if self.draft.findings else len(self.draft.text_errors)
        return broken + sum(one.is_error for one in self.draft.findings)

    @property
    def warning_count(self) -> int:
        """How many findings ask somebody to look."""
        return sum(not one.is_error for one in self.draft.findings)

    def _control(self, item: Item) -> Control:
        return next(part for part in self._root.parts if part.item.key == item.key)

    def _card(self, line: Line) -> Card:
        at = line.number - 1
        placed = {*HEAD, *(key for _name, _title, keys in SECTIONS for key in keys)}
        kind = line.part("kind")
        kinds = dict(kind.choices) if kind is not None else {}
        return Card(
            line=line,
            title=title_of(line.values.get("title"), str(line.values.get("id", ""))),
            kind=kinds.get(str(line.values.get("kind") or "rate"), ""),
            head=tuple(part for part in line.parts if part.item.key in HEAD),
            folds=tuple(_folds(line)),
            hidden=tuple(part for part in line.parts if part.item.key not in placed),
            findings=tuple(one for one in self.draft.findings if one.component == at),
        )


def _folds(line: Line) -> Iterator[Fold]:
    for name, title, keys in SECTIONS:
        parts = [part for part in line.parts if part.item.key in keys and part.kind != "hidden"]
        yield _fold(name, title, parts, name == "what")


def _fold(name: str, title: Text, parts: list[Control], opened: bool) -> Fold:
    filled = any(part.is_filled for part in parts)
    return Fold(
        name=name,
        title=title,
        parts=tuple(parts),
        is_open=opened or any(part.has_error for part in parts),
        is_filled=filled,
    )


def desk_of(row: PlanVersion, draft: Draft, tab: str, may: May) -> Desk:
    """The page of a draft; without a form when only the text can show it."""
    shown = tab if draft.typed is not None else TEXT
    return Desk(
        row=row,
        draft=draft,
        tab=shown,
        may_edit=may.edit,
        may_issue=may.issue,
        may_continue=may.follow,
    )
