"""Registers notices: what they listen to, their jobs, and the number at the bell."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """The notifications module."""

    name = "tonglu.notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Subscribe, and count for the bell."""
        from tonglu.directory.signin.backend import load_beside
        from tonglu.toolkit.ui import navigation

        from . import jobs  # noqa: F401
        from .handlers import subscribe_all
        from .selectors import unread_beside, unread_count

        subscribe_all()
        load_beside("unread", unread_beside)
        navigation.register_unread(unread_count)
