"""Registers the orders module."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "tonglu.orders"
    label = "orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from tonglu.approvals import ports as approvals
        from tonglu.collaboration.targets import origin_register, target_kind_register
        from tonglu.entities.fills import register_fill
        from tonglu.entities.panels import register_panel
        from tonglu.entities.registry import register, register_verbs
        from tonglu.toolkit.events import subscribe

        from . import events, handlers, policy_sample, selectors, services  # noqa: F401
        from .entities import DEAL_VERBS, ENTITIES
        from .panels import PANELS
        from .ports import register_stock
        from .pricing import FILL
        from .services.quotes import SUBJECT
        from .warehouse import Warehouse

        register(*ENTITIES)
        register_verbs("sales.opportunity", *DEAL_VERBS)
        register_stock(Warehouse())
        register_fill(FILL)
        for panel in PANELS:
            register_panel(panel)
        target_kind_register("orders.quote", "orders.contract", "orders.order")
        origin_register(selectors.document_origins)
        approvals.register(
            approvals.Subject(
                code=SUBJECT,
                label=_("Price of a quote"),
                decided=services.quote_price_decided,
                guarded={"Margin rate": ("orders.quote", "margin_rate")},
            )
        )
        subscribe(events.ContractSigned, handlers.contract_signed)
