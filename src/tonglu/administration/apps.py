"""Registers the administrator's rooms: their rights, their jobs, their figures, their pages in the navigation."""

from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

PAGES = (
    ("audit", "audit", _("Audit trail"), "history", 22),
    ("networks", "networks", _("Allowed networks"), "network", 21),
    ("work", "work", _("Background work"), "server", 24),
    ("backups", "work", _("Backups"), "database", 25),
    ("pulse", "pulse", _("System status"), "gauge", 28),
)
"""Each room's page, the right that opens it, its title, icon and place."""


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
        from .rights import SCOPES

        for scope in SCOPES:
            policy.register(scope)
        register_figures(audit_figures)
        register(
            Page(
                area="administration",
                title=_("All settings"),
                icon="adjustments",
                url_name="administration:home",
                order=1,
                allowed=lambda actor: bool(policy.may(actor, "create", "directory.person")),
            ),
            *(
                Page(
                    area="administration",
                    title=title,
                    icon=icon,
                    url_name=f"administration:{name}",
                    order=order,
                    allowed=reads(right),
                )
                for name, right, title, icon, order in PAGES
            ),
        )


def reads(kind: str) -> Callable[[Any], bool]:
    """Whether an actor may read a room."""
    from tonglu import policy

    return lambda actor: bool(policy.may(actor, "read", kind))
