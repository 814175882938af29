"""Registers the collaboration module."""

from django.apps import AppConfig


class CollaborationConfig(AppConfig):
    name = "tonglu.collaboration"
    label = "collaboration"
    default_auto_field = "django.db.models.BigAutoField"
