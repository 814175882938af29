"""Registers the directory module."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "tonglu.directory"
    label = "directory"
    default_auto_field = "django.db.models.BigAutoField"
