"""Registers the audit: triggers after each migration, the job that seals the chain, and who signs in."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "tonglu.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import jobs  # noqa: F401

        post_migrate.connect(_install, sender=self, dispatch_uid="audit.triggers")
        user_logged_in.disconnect(dispatch_uid="update_last_login")
        user_logged_in.connect(_signed_in, dispatch_uid="audit.signed_in")


def _install(**_: Any) -> None:
    from django.apps import apps

    from .triggers import triggers_install

    if apps.get_app_config("audit").models_module:
        triggers_install()


def _signed_in(sender: Any, user: Any, **_: Any) -> None:
    """Django notes the moment of the sign-in; here it is noted as the person's own act, not as somebody's SQL."""
    from django.contrib.auth.models import update_last_login

    from tonglu.policy import actor_of

    from .services import context

    with context(actor_of(user)):
        update_last_login(sender, user)
