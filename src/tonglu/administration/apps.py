"""Registers the administrator's rooms: their rights, their jobs, their pages in the navigation."""

from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdministrationConfig(AppConfig):
    """The administration module."""

    name = "tonglu.administration"
    label = "administration"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter the pages."""
        from tonglu import policy
        from tonglu.toolkit.health import register_figures
        from tonglu.toolkit.ui.navigation import Page, register

        from . import checking, exporting, policy_sample  # noqa: F401
        from .pulse import audit_figures
        from .rights import AUDIT, PULSE, SCOPES, WORK

        register_figures(audit_figures)
        for scope in SCOPES:
            policy.register(scope)
        register(
            Page(
                area="administration",
                title=_("All settings"),
                icon="adjustments",
                url_name="administration:home",
                order=1,
                allowed=lambda actor: bool(policy.may(actor, "create", "directory.person")),
            ),
            Page(
                area="administration",
                title=_("Audit trail"),
                icon="history",
                url_name="administration:audit",
                order=22,
                allowed=reads(AUDIT),
            ),
            Page(
                area="administration",
                title=_("Background work"),
                icon="server",
                url_name="administration:work",
                order=24,
                allowed=reads(WORK),
            ),
            Page(
                area="administration",
                title=_("Backups"),
                icon="database",
                url_name="administration:backups",
                order=25,
                allowed=reads(WORK),
            ),
            Page(
                area="administration",
                title=_("State of the machine"),
                icon="gauge",
                url_name="administration:pulse",
                order=28,
                allowed=reads(PULSE),
            ),
        )


def reads(kind: str) -> Callable[[Any], bool]:
    """Whether an actor may read a room."""
    from tonglu import policy

    return lambda actor: bool(policy.may(actor, "read", kind))
