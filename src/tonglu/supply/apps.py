"""Registers supply: its entities and its sample policy."""

from django.apps import AppConfig


class SupplyConfig(AppConfig):
    name = "tonglu.supply"
    label = "supply"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tonglu.entities.registry import register

        from . import policy_sample  # noqa: F401
        from .entities import ENTITIES

        register(*ENTITIES)
