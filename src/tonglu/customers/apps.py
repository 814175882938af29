"""Registers customers: their entities and what the sample roles may do with them."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "tonglu.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tonglu.entities.registry import register

        from . import policy_sample  # noqa: F401
        from .entities import ENTITIES

        register(*ENTITIES)
