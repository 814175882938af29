"""Keeping what is composed: a draft with errors stays a draft, and issuing is refused until it is clean."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tonglu.compensation.composing.findings import findings_of, may_be_issued
from tonglu.compensation.composing.state import TEXT, Draft, draft_saved, draft_text, working_of
from tonglu.compensation.models import PlanVersion
from tonglu.entities.services import record_update
from tonglu.kernel.errors import Invalid
from tonglu.policy import Actor


def draft_of(row: PlanVersion) -> Draft:
    """What is on the desk for a version: as it was left, or as it was issued."""
    return draft_saved(row.definition, row.working)


def version_compose(
    *, actor: Actor, row: PlanVersion, draft: Draft, tab: str, version: int | None = None
) -> PlanVersion:
    """Keep a draft as it stands; what can be read becomes the definition, what cannot is kept beside it."""
    values: dict[str, Any] = {"working": working_of(draft, tab)}
    if draft.is_readable and not draft.errors:
        values["definition"] = dict(draft.raw)
    saved: PlanVersion = record_update(
        actor=actor,
        row=row,
        values=values,
        version=version,
        verb="compensation.planversion.composed",
    )
    return saved


def version_write(
    *, actor: Actor, row: PlanVersion, text: str, version: int | None = None
) -> PlanVersion:
    """Replace the plan of a draft by a text that the engine can read; Invalid names each line that it cannot."""
    draft = draft_text(text, row.working.get("sample"))
    refused = [one.text() for one in draft.text_errors]
    if not draft.is_readable:
        raise Invalid({"plan": refused or [_("The plan cannot be read.")]})
    return version_compose(actor=actor, row=row, draft=draft, tab=TEXT, version=version)


def unfinished(row: PlanVersion) -> str:
    """Why what was typed last keeps the version from being issued, "" when nothing does."""
    draft = draft_of(row)
    if draft.is_readable and not draft.errors:
        return ""
    found = [one.text() for one in draft.text_errors] or [one.text for one in draft.findings]
    return "; ".join((found or list(draft.errors.values()))[:3])


def is_clean(row: PlanVersion) -> bool:
    """Whether the check finds nothing that forbids to issue the definition."""
    return may_be_issued(findings_of(row.definition))
