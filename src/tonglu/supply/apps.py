"""Registers supply: its entities and its sample policy."""

from django.apps import AppConfig


class SupplyConfig(AppConfig):
    name = "tonglu.supply"
    label = "supply"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tonglu.entities.fills import register_fill
        from tonglu.entities.panels import register_panel
        from tonglu.entities.registry import register

        from . import policy_sample  # noqa: F401
        from .entities import ENTITIES
        from .panels import PANELS
        from .selectors import FILL

        register(*ENTITIES)
        register_fill(FILL)
        for panel in PANELS:
            register_panel(panel)
