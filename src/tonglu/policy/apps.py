"""Registers the policy module: the right to manage it, and its part of the sample."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PolicyConfig(AppConfig):
    """The policy module."""

    name = "tonglu.policy"
    label = "policy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the policy a kind of its own, with the acts to read and to manage it, and enter its page."""
        from tonglu.toolkit.ui import navigation

        from . import policy_sample  # noqa: F401
        from .engine import may
        from .scopes import register
        from .values import Scope

        register(
            Scope(
                kind="policy",
                owner=None,
                department=None,
                acts=("read", "manage"),
                label=_("policy"),
            )
        )
        navigation.register(
            navigation.Page(
                area="administration",
                title=_("Policy"),
                icon="shield-lock",
                url_name="policy:matrix",
                order=20,
                allowed=lambda actor: bool(may(actor, "read", "policy")),
            )
        )
