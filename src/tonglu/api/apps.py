"""Registers the api module."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "tonglu.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"
