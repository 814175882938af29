"""Registers pay: entities, panels, the port of orders, and what it does when contracts are signed, delivered, invoiced, collected and ended."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompensationConfig(AppConfig):
    name = "tonglu.compensation"
    label = "compensation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tonglu.collaboration.events import FollowUpLogged
        from tonglu.directory.signin.backend import load_beside
        from tonglu.entities.registry import register
        from tonglu.finance.events import ContractCollected, InvoiceIssued
        from tonglu.orders import ports
        from tonglu.orders.events import ContractEnded, ContractSigned, OrderDelivered
        from tonglu.toolkit.events import subscribe

        from . import policy_sample  # noqa: F401
        from .entities import ENTITIES
        from .faces.overrides import leads_beside
        from .laboratory import jobs  # noqa: F401
        from .panels import register_panels
        from .plan_panels import register_plan_pages
        from .services import pay_runs  # noqa: F401
        from .services.earning import versions_at_signing
        from .services.happenings import (
            contract_deliver,
            contract_end,
            contract_invoice,
            contract_release,
            contract_sign,
        )
        from .services.meetings import meeting_earn

        load_beside("leads", leads_beside)
        register(*ENTITIES)
        register_panels()
        register_plan_pages()
        _pages_register()
        ports.register_plan_versions(versions_at_signing)
        subscribe(ContractSigned, contract_sign)
        subscribe(ContractCollected, contract_release)
        subscribe(InvoiceIssued, contract_invoice)
        subscribe(OrderDelivered, contract_deliver)
        subscribe(ContractEnded, contract_end)
        subscribe(FollowUpLogged, meeting_earn)


def _pages_register() -> None:
    """The pages of pay in the menu."""
    from tonglu.toolkit.ui import navigation

    pages = (
        (_("My pay"), "coins", "my-pay", 1, may_read_pay),
        (_("Team pay"), "award", "team-pay", 2, may_read_pay),
        (_("Pay calendar"), "calendar-event", "calendar", 3, may_close),
        (_("Plan laboratory"), "scale", "lab", 25, may_try_plans),
    )
    for title, icon, name, order, allowed in pages:
        navigation.register(
            navigation.Page(
                area="compensation",
                title=title,
                icon=icon,
                url_name=f"compensation:{name}",
                order=order,
                allowed=allowed,
            )
        )


def may_read_pay(actor: Any) -> bool:
    """Whether a person has pay of their own or of others to look at."""
    from tonglu import policy

    return bool(policy.may(actor, "read", "compensation.ledgerentry"))


def may_close(actor: Any) -> bool:
    """Whether a person closes months of pay, or approves them: the right to all of it that its pages ask for."""
    from tonglu import policy

    return bool(policy.may(actor, "export", "compensation.payperiod"))


def may_try_plans(actor: Any) -> bool:
    """Whether a person may run everybody's book under another plan."""
    from tonglu import policy

    return bool(policy.may(actor, "read", "compensation.payperiod"))
