"""Registers the web module: its home page in the navigation."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class WebConfig(AppConfig):
    name = "tonglu.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter the home page, first of all."""
        from tonglu.toolkit.ui import navigation

        navigation.register(
            navigation.Page(
                area="today",
                title=pgettext_lazy("area", "Today"),
                icon="sun",
                url_name="web:home",
                order=0,
            )
        )
