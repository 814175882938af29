"""Registers the toolkit module: its own tasks, so that every worker knows them."""

from django.apps import AppConfig


class ToolkitConfig(AppConfig):
    name = "tonglu.toolkit"
    label = "toolkit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import events, files, idempotency, mail, schedules  # noqa: F401 - registers their tasks
        from .backup import nightly  # noqa: F401
