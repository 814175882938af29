"""Registers the entities module."""

from django.apps import AppConfig


class EntitiesConfig(AppConfig):
    name = "tonglu.entities"
    label = "entities"
    default_auto_field = "django.db.models.BigAutoField"
