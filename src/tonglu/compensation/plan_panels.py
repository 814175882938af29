"""What stands on the pages of plans and their versions: the way to the composer, the versions, the people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tonglu import policy
from tonglu.entities.panels import Panel, register_panel, related_panel
from tonglu.policy import Actor
from tonglu.toolkit.ui import navigation

from .services.composing import draft_of


def register_plan_pages() -> None:
    """Called once from apps.py."""
    navigation.register(
        navigation.Page(
            area="compensation",
            title=_("Begin a pay plan"),
            icon="copy-plus",
            url_name="compensation:gallery",
            order=9,
            allowed=may_begin_plan,
        ),
        navigation.Page(
            area="compensation",
            title=_("People and plans"),
            icon="users-group",
            url_name="compensation:people",
            order=8,
            allowed=may_see_people,
        ),
    )
    register_panel(
        Panel(
            on="compensation.planversion",
            name="desk",
            title=_("The plan"),
            icon="versions",
            render=_desk,
            template="compensation/panels/desk.html",
            first=True,
            order=1,
        )
    )
    for kind, title, icon in (
        ("compensation.planversion", _("Versions"), "versions"),
        ("compensation.planmember", _("People on this plan"), "users"),
    ):
        register_panel(
            related_panel(
                on="compensation.payplan", kind=kind, field="plan", title=title, icon=icon
            )
        )


def may_begin_plan(actor: Any) -> bool:
    """Whether a person keeps the pay plans."""
    return bool(policy.may(actor, "create", "compensation.payplan"))


def may_see_people(actor: Any) -> bool:
    """Whether a person looks after who is paid by which plan."""
    return bool(policy.may(actor, "export", "compensation.planmember"))


def _desk(_actor: Actor, row: Any) -> Mapping[str, Any]:
    return {"draft": draft_of(row), "row": row}
