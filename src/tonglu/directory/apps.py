"""Registers the directory module and its jobs."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """The directory module."""

    name = "tonglu.directory"
    label = "directory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the nightly job known."""
        from . import jobs  # noqa: F401
