"""Registers collaboration: its entities, the models that hang on records, and the sample policy."""

from django.apps import AppConfig


class CollaborationConfig(AppConfig):
    name = "tonglu.collaboration"
    label = "collaboration"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tonglu.entities.registry import register
        from tonglu.toolkit.references import target_register

        from . import policy_sample  # noqa: F401
        from .entities import ENTITIES
        from .services import ATTACHED

        register(*ENTITIES)
        for model in ATTACHED:
            target_register(model)
