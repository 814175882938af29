"""Registers the audit module."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "tonglu.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
