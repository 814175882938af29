"""Registers the toolkit module: its own tasks, so that every worker knows them."""

from typing import Any

from django.apps import AppConfig


class ToolkitConfig(AppConfig):
    name = "tonglu.toolkit"
    label = "toolkit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from . import events, files, idempotency, mail, schedules  # noqa: F401 - registers their tasks
        from .backup import nightly  # noqa: F401

        connection_created.connect(_watch, dispatch_uid="toolkit.traffic")


def _watch(connection: Any, **_: Any) -> None:
    """Every new connection has its slow statements noted, and its moments read quickly."""
    from .loaders import load_moments
    from .traffic import watch

    load_moments(connection)

    if watch not in connection.execute_wrappers:
        connection.execute_wrappers.append(watch)
