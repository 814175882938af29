"""Registers insights: its pages in the navigation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsightsConfig(AppConfig):
    name = "tonglu.insights"
    label = "insights"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tonglu import policy
        from tonglu.toolkit.ui.navigation import Page, register

        register(
            Page(
                area="insights",
                title=_("Sales reports"),
                icon="chart-bar",
                url_name="insights:sales",
                order=10,
                allowed=lambda actor: bool(policy.may(actor, "read", "sales.opportunity")),
            ),
            Page(
                area="insights",
                title=_("Receivables by age"),
                icon="report-money",
                url_name="insights:receivables",
                order=20,
                allowed=lambda actor: bool(policy.may(actor, "read", "finance.invoice")),
            ),
            Page(
                area="insights",
                title=_("Why leads die"),
                icon="chart-bar",
                url_name="insights:dead-leads",
                order=30,
                allowed=lambda actor: bool(policy.may(actor, "read", "marketing.lead")),
            ),
        )
