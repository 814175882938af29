"""Registers marketing: its entities and panels, what it does when things happen elsewhere, and the sample policy."""

from django.apps import AppConfig


class MarketingConfig(AppConfig):
    name = "tonglu.marketing"
    label = "marketing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tonglu.collaboration.events import FollowUpLogged
        from tonglu.collaboration.targets import origin_register, target_kind_register
        from tonglu.entities.panels import register_panel
        from tonglu.entities.registry import register
        from tonglu.toolkit.events import subscribe

        from . import handlers, policy_sample  # noqa: F401
        from .entities import ENTITIES
        from .events import LeadCreated
        from .panels import PANELS
        from .selectors import lead_origins

        register(*ENTITIES)
        for panel in PANELS:
            register_panel(panel)
        target_kind_register("marketing.lead", "marketing.campaign")
        origin_register(lead_origins)
        subscribe(LeadCreated, handlers.lead_created)
        subscribe(FollowUpLogged, handlers.followup_logged)
