"""Registers the policy module."""

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "tonglu.policy"
    label = "policy"
    default_auto_field = "django.db.models.BigAutoField"
