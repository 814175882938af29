"""Registers the sales module."""

from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "tonglu.sales"
    label = "sales"
    default_auto_field = "django.db.models.BigAutoField"
