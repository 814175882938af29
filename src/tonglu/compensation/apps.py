"""Registers pay: entities, panels, the port of orders, and what it does when contracts are signed and collected."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


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
        from tonglu.toolkit.ui import navigation

        from . import policy_sample  # noqa: F401
        from .entities import ENTITIES
        from .panels import register_panels
        from .plan_panels import register_plan_pages
        from .services.earning import contract_earn, versions_at_signing
        from .services.releasing import contract_release

        register(*ENTITIES)
        register_panels()
        register_plan_pages()
        navigation.register(
            navigation.Page(
                area="compensation",
                title=_("My pay"),
                icon="coins",
                url_name="compensation:my-pay",
                order=1,
                allowed=may_read_pay,
            ),
            navigation.Page(
                area="compensation",
                title=_("Team pay"),
                icon="award",
                url_name="compensation:team-pay",
                order=2,
                allowed=may_read_pay,
            ),
        )
        navigation.register(
            navigation.Page(
                area="compensation",
                title=_("Pay calendar"),
                icon="calendar-event",
                url_name="compensation:calendar",
                order=3,
                allowed=may_close,
            )
        )
        ports.register_plan_versions(versions_at_signing)
        subscribe(ContractSigned, contract_earn)
        subscribe(ContractCollected, contract_release)


def may_read_pay(actor: Any) -> bool:
    """Whether a person has pay of their own or of others to look at."""
    from tonglu import policy

    return bool(policy.may(actor, "read", "compensation.ledgerentry"))


def may_close(actor: Any) -> bool:
    """Whether a person closes months of pay."""
    from tonglu import policy

    return bool(policy.may(actor, "calculate", "compensation.payperiod"))
