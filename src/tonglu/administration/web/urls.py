"""The addresses of the administrator's rooms."""

from __future__ import annotations

from django.urls import path

from . import backups, home, networks, pulse, trail, work

app_name = "administration"
urlpatterns = [
    path("administration/", home.page, name="home"),
    path("audit/", trail.page, name="audit"),
    path("audit/people/", trail.people, name="audit-people"),
    path("audit/verify/", trail.verify, name="audit-verify"),
    path("audit/export/", trail.export, name="audit-export"),
    path("audit/<int:pk>/", trail.entry, name="audit-entry"),
    path("backups/", backups.page, name="backups"),
    path("backups/take/", backups.take, name="backups-take"),
    path("networks/", networks.page, name="networks"),
    path("networks/save/", networks.save, name="networks-save"),
    path("background/", work.page, name="work"),
    path("background/retry/", work.retry_all, name="work-retry-all"),
    path("background/<int:pk>/retry/", work.retry, name="work-retry"),
    path("background/<int:pk>/give-up/", work.give_up, name="work-give-up"),
    path("pulse/", pulse.page, name="pulse"),
]
