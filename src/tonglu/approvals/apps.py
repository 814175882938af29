"""Registers the approvals module."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "tonglu.approvals"
    label = "approvals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from tonglu import policy
        from tonglu.entities.panels import register_panel
        from tonglu.entities.registry import register
        from tonglu.toolkit.ui import navigation

        from . import passing, policy_sample  # noqa: F401
        from .entities import ENTITIES
        from .panels import PANELS

        register(*ENTITIES)
        for panel in PANELS:
            register_panel(panel)
        navigation.register(
            navigation.Page(
                area="today",
                title=_("My approvals"),
                icon="rubber-stamp",
                url_name="approvals:mine",
                order=25,
                allowed=lambda actor: bool(policy.may(actor, "read", "approvals.approvalrequest")),
            )
        )
