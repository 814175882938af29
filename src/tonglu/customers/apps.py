"""Registers customers: their entities, panels and finders of duplicates, and what the sample roles may do with them."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "tonglu.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tonglu.entities.duplicates import register_finder
        from tonglu.entities.panels import register_panel
        from tonglu.entities.registry import register

        from . import policy_sample  # noqa: F401
        from .duplicates import account_finder, contact_finder
        from .entities import ENTITIES
        from .panels import PANELS

        register(*ENTITIES)
        register_finder("customers.account", account_finder)
        register_finder("customers.contact", contact_finder)
        for panel in PANELS:
            register_panel(panel)
