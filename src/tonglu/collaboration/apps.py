"""Registers collaboration: its entities, panels, timeline and pages, and the sample policy."""

from django.apps import AppConfig


class CollaborationConfig(AppConfig):
    name = "tonglu.collaboration"
    label = "collaboration"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from tonglu.entities.panels import register_panel
        from tonglu.entities.registry import register
        from tonglu.entities.timeline import register_timeline
        from tonglu.toolkit.references import target_register
        from tonglu.toolkit.ui import navigation

        from . import policy_sample  # noqa: F401
        from .entities import ENTITIES
        from .services import ATTACHED
        from .web.panels import PANELS, SOURCES

        register(*ENTITIES)
        for model in ATTACHED:
            target_register(model)
        for panel in PANELS:
            register_panel(panel)
        for name, title, provide in SOURCES:
            register_timeline(name, title, provide)
        navigation.register(
            navigation.Page(
                area="today",
                title=_("Calendar"),
                icon="calendar",
                url_name="collaboration:calendar",
                order=10,
            )
        )
