"""Registers finance: its entities, what it adds to contracts and orders, its panels, handlers and sample policy."""

from django.apps import AppConfig


class FinanceConfig(AppConfig):
    name = "tonglu.finance"
    label = "finance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tonglu.entities.panels import register_panel
        from tonglu.entities.registry import register, register_verbs
        from tonglu.orders.events import OrderReturned
        from tonglu.toolkit.events import subscribe

        from . import handlers, policy_sample  # noqa: F401
        from .entities import ENTITIES
        from .panels import PANELS
        from .verbs import CONTRACT_VERBS, DUNNING_VERBS, ORDER_VERBS

        register(*ENTITIES)
        register_verbs("orders.contract", *CONTRACT_VERBS)
        register_verbs("orders.order", *ORDER_VERBS)
        register_verbs("finance.invoice", *DUNNING_VERBS)
        for panel in PANELS:
            register_panel(panel)
        subscribe(OrderReturned, handlers.order_returned)
