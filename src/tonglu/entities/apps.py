"""Registers the machine: its checks, its jobs and its own entity, the custom field."""

from django.apps import AppConfig


class EntitiesConfig(AppConfig):
    name = "tonglu.entities"
    label = "entities"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import bulkacts, checks, policy_sample  # noqa: F401
        from .directory import DIRECTORY, PANELS
        from .entities import ENTITIES
        from .owned import OWNED
        from .panels import register_panel
        from .registry import register
        from .transfer import exporting, importing  # noqa: F401

        register(*DIRECTORY, *ENTITIES)
        for panel in (*PANELS, OWNED):
            register_panel(panel)
