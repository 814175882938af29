"""Registers the sales module."""

from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "tonglu.sales"
    label = "sales"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _
        from django.utils.translation import pgettext_lazy

        from tonglu.collaboration.measures import MONEY, measure_register
        from tonglu.collaboration.targets import origin_register, target_kind_register
        from tonglu.customers.events import ContactLeft
        from tonglu.entities.panels import register_panel
        from tonglu.entities.registry import register
        from tonglu.marketing.ports import opportunity_opener_register
        from tonglu.policy.values import ACT_LABELS
        from tonglu.toolkit.events import subscribe

        from . import handlers, jobs, measures, policy_sample, services  # noqa: F401
        from .entities import ENTITIES
        from .panels import PANELS
        from .selectors import opportunity_origins

        ACT_LABELS["steer"] = _("move past the owning department")
        register(*ENTITIES)
        for panel in PANELS:
            register_panel(panel)
        target_kind_register("sales.opportunity")
        origin_register(opportunity_origins)
        measure_register("sales.won", _("Won amount"), measures.won_amount, unit=MONEY)
        measure_register(
            "sales.deals",
            _("Won deals"),
            measures.won_deals,
            unit=pgettext_lazy("so many", "deals"),
        )
        opportunity_opener_register(services.opportunity_from_lead)
        subscribe(ContactLeft, handlers.contact_left)
