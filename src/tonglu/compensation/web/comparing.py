"""Two versions of a plan in words: what came, what went, what changed."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tonglu.compensation.composing.changes import Change, changes_between
from tonglu.compensation.models import PlanVersion
from tonglu.compensation.services.composing import draft_of
from tonglu.entities import selectors as entities
from tonglu.entities.web.shell import actor


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A version beside another one; without another there is nothing to say."""

    row: PlanVersion
    other: PlanVersion | None
    others: tuple[PlanVersion, ...]
    changes: tuple[Change, ...]


@require_GET
def compare_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A version against the one before it, or the one that is asked for."""
    who = actor(request)
    row: PlanVersion = entities.row(who, PlanVersion, pk)
    others = list(entities.rows(who, PlanVersion).filter(plan=row.plan_id).exclude(pk=row.pk))
    others.sort(key=lambda one: -one.number)
    other = _other(others, row, request.GET.get("with", ""))
    changes = [] if other is None else changes_between(draft_of(other).raw, draft_of(row).raw)
    page = Comparison(row=row, other=other, others=tuple(others), changes=tuple(changes))
    return render(request, "compensation/compare.html", {"page": page})


def _other(others: list[PlanVersion], row: PlanVersion, wanted: str) -> PlanVersion | None:
    if wanted.isdecimal():
        return next((one for one in others if one.pk == int(wanted)), None)
    earlier = [one for one in others if one.number < row.number]
    return next(iter(earlier or others), None)
