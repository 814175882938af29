"""Registers the sales module."""

from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "tonglu.sales"
    label = "sales"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from tonglu.customers.events import ContactLeft
        from tonglu.entities.registry import register
        from tonglu.policy.values import ACT_LABELS
        from tonglu.toolkit.events import subscribe

        from . import handlers, policy_sample  # noqa: F401
        from .entities import ENTITIES

        ACT_LABELS["steer"] = _("move past the owning department")
        register(*ENTITIES)
        subscribe(ContactLeft, handlers.contact_left)
