"""Registers pay: entities, panels, the port of orders, and what it does when contracts are signed and collected."""

from django.apps import AppConfig


class CompensationConfig(AppConfig):
    name = "tonglu.compensation"
    label = "compensation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tonglu.entities.registry import register
        from tonglu.finance.events import ContractCollected
        from tonglu.orders import ports
        from tonglu.orders.events import ContractSigned
        from tonglu.toolkit.events import subscribe

        from . import policy_sample  # noqa: F401
        from .entities import ENTITIES
        from .panels import register_panels
        from .services.earning import contract_earn, versions_at_signing
        from .services.releasing import contract_release

        register(*ENTITIES)
        register_panels()
        ports.register_plan_versions(versions_at_signing)
        subscribe(ContractSigned, contract_earn)
        subscribe(ContractCollected, contract_release)
