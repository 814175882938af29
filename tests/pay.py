"""The plan of the tests that walk from a contract to the money paid out."""

from __future__ import annotations

from datetime import date
from typing import Any

from tonglu.compensation.models import PlanMember, PlanVersion
from tonglu.compensation.services.plans import plan_from_preset, version_issue
from tonglu.entities.services import record_create, record_update
from tonglu.policy import Actor


def plan_with_a_hold(cam: Actor, person: Any) -> PlanVersion:
    """Commission on collection in steps, of which ten percent is held back, issued for one person."""
    draft = plan_from_preset(actor=cam, key="on_collection")
    definition = {**draft.definition, "payment": [{"type": "holdback", "pct": "0.1"}]}
    draft = record_update(actor=cam, row=draft, values={"definition": definition})
    version = version_issue(actor=cam, row=draft, effective_from=date(2026, 1, 1))
    values = {"plan": version.plan, "person": person, "valid_from": date(2026, 1, 1)}
    record_create(actor=cam, model=PlanMember, values=values)
    return version
