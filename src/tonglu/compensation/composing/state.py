"""What is being composed: the plan as far as it can be read, what stands in the fields, and the text; nothing typed is lost.

A version keeps its last readable plan as its definition. What was typed since, and cannot be read yet, is kept beside it as *working*:
the fields of the form (`form`), or the text (`text`, kept also when it can be read, for its remarks), and the sample's deals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from tonglu.compensation.core.faults import PayFault
from tonglu.compensation.core.model.plan import PlanVersion

from .canonical import canonical, example_version, one_version
from .findings import Finding, findings_of, may_be_issued, titles_of
from .plan_shape import PLAN
from .posted import tree_of
from .reading import Errors, raw_of
from .sample import sample_begin, sample_fill
from .showing import Typed, typed_of
from .yamltext import TextError, Unreadable, line_of, yaml_of, yaml_read

FORM, TEXT = "form", "yaml"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A plan on the desk. `typed` is None when only the text can show it."""

    raw: Mapping[str, Any]
    typed: Typed | None
    sample: Typed
    written: str | None = None
    errors: Errors = field(default_factory=dict)
    text_errors: tuple[TextError, ...] = ()
    findings: tuple[Finding, ...] = ()
    version: PlanVersion | None = None
    is_readable: bool = True

    @cached_property
    def text(self) -> str:
        """The plan as text: as it was written, else as it would be."""
        return yaml_of(dict(self.raw)) if self.written is None else self.written

    @property
    def told(self) -> tuple[TextError, ...]:
        """What the check says, line by line of the text."""
        if self.text_errors and not self.findings:
            return self.text_errors
        titles = titles_of(self.raw)
        names = list(titles.values())
        return tuple(
            TextError(
                message=one.text
                if one.component is None or one.component >= len(names)
                else f"{names[one.component]}: {one.text}",
                line=line_of(self.text, one.path) if one.path else None,
                is_error=one.is_error,
            )
            for one in self.findings
        )

    @property
    def is_clean(self) -> bool:
        """Whether it could be issued."""
        return self.is_readable and not self.errors and may_be_issued(self.findings)


def draft_saved(definition: Mapping[str, Any], working: Mapping[str, Any]) -> Draft:
    """The draft as it was left."""
    sample = working.get("sample")
    if isinstance(form := working.get("form"), Mapping):
        return draft_typed(dict(form), sample)
    if isinstance(text := working.get("text"), str):
        return draft_text(text, sample)
    return _draft(raw=definition, sample=sample)


def draft_typed(typed: Typed, sample: Any = None) -> Draft:
    """The draft that stands in the form's fields."""
    errors: Errors = {}
    raw = raw_of(PLAN, typed, "plan", errors) or {}
    return _draft(raw=raw, typed=typed, sample=sample, errors=errors)


def draft_text(text: str, sample: Any = None) -> Draft:
    """The draft that a text says, with the lines of what it gets wrong."""
    try:
        raw = yaml_read(text)
    except Unreadable as error:
        return _draft(raw={}, sample=sample, text=text, broken=(error.error,))
    if not isinstance(raw, Mapping):
        broken = TextError(message=_("A plan is a set of named fields."), line=1)
        return _draft(raw={}, sample=sample, text=text, broken=(broken,))
    return _draft(raw=raw, sample=sample, text=text)


def draft_posted(pairs: Iterable[tuple[str, str]], text: str | None) -> Draft:
    """The draft that a browser sent: its fields, or its text."""
    sent = list(pairs)
    sample = tree_of(sent, "sample")
    if text is not None:
        return draft_text(text, sample)
    typed = tree_of(sent, "plan")
    return draft_typed(typed if isinstance(typed, dict) else {}, sample)


def draft_again(draft: Draft, sample: Typed) -> Draft:
    """The same draft with other deals in its example."""
    return replace(draft, sample=sample_fill(sample, draft.version))


def working_of(draft: Draft, tab: str) -> dict[str, Any]:
    """What must be kept beside the definition."""
    kept: dict[str, Any] = {"sample": draft.sample}
    if tab == TEXT and draft.text != yaml_of(dict(draft.raw)):
        kept["text"] = draft.text
    elif tab == FORM and not (draft.is_readable and not draft.errors):
        kept["form"] = draft.typed or {}
    return kept


def _draft(
    *,
    raw: Mapping[str, Any],
    sample: Any,
    typed: Typed | None = None,
    text: str | None = None,
    errors: Errors | None = None,
    broken: tuple[TextError, ...] = (),
) -> Draft:
    found = () if broken else tuple(findings_of(raw))
    spelt, is_readable = _spelt(raw)
    if typed is None and not broken:
        typed = _typed(spelt if is_readable else raw)
    version = _example_version(raw)
    begun = sample if isinstance(sample, dict) and sample else sample_begin(raw, version)
    return Draft(
        raw=spelt,
        typed=typed,
        sample=sample_fill(begun, version),
        written=text,
        errors=errors or {},
        text_errors=broken or _lines(text, found),
        findings=found,
        version=version,
        is_readable=is_readable and not broken,
    )


def _spelt(raw: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    try:
        return canonical(raw), True
    except (PayFault, TypeError, ValueError, AttributeError, KeyError):
        return raw, False


def _typed(raw: Mapping[str, Any]) -> Typed | None:
    if not one_version(raw):
        return None
    typed: Typed = typed_of(PLAN, raw)
    return typed


def _example_version(raw: Mapping[str, Any]) -> PlanVersion | None:
    try:
        found: PlanVersion = example_version(raw)
    except (PayFault, TypeError, ValueError, AttributeError, KeyError):
        return None
    return found


def _lines(text: str | None, found: Iterable[Finding]) -> tuple[TextError, ...]:
    if text is None:
        return ()
    return tuple(
        TextError(message=one.text, line=line_of(text, one.path)) for one in found if one.is_error
    )
