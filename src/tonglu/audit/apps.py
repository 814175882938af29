"""Registers the audit: triggers after each migration, and the job that seals the chain."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "tonglu.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import jobs  # noqa: F401

        post_migrate.connect(_install, sender=self, dispatch_uid="audit.triggers")


def _install(**_: Any) -> None:
    from django.apps import apps

    from .triggers import triggers_install

    if apps.get_app_config("audit").models_module:
        triggers_install()
