"""Registers the approvals module."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "tonglu.approvals"
    label = "approvals"
    default_auto_field = "django.db.models.BigAutoField"
