"""Registers the api module: the right over everybody's tokens, and the list of them in the navigation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    name = "tonglu.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter the administrator's list of tokens."""
        from tonglu import policy
        from tonglu.toolkit.ui.navigation import Page, register

        from . import policy_sample  # noqa: F401
        from .tokens import TOKENS

        policy.register(
            policy.Scope(
                kind=TOKENS,
                owner=None,
                department=None,
                acts=("read", "manage"),
                label=_("access tokens of all people"),
            )
        )
        register(
            Page(
                area="administration",
                title=_("Access tokens"),
                icon="key",
                url_name="tokens:all",
                order=26,
                allowed=lambda actor: bool(policy.may(actor, "read", TOKENS)),
            )
        )
