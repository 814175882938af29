"""Registers the catalog module."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "tonglu.catalog"
    label = "catalog"
    default_auto_field = "django.db.models.BigAutoField"
