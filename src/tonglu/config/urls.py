"""The URL root: the pages and the API."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from tonglu.toolkit.health import healthz, live, metrics, ready

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("health/live", live, name="live"),
    path("health/ready", ready, name="ready"),
    path("metrics", metrics, name="metrics"),
    path("account/", include("tonglu.directory.web.account_urls")),
    path("me/", include("tonglu.directory.web.me_urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", include("tonglu.api.urls")),
    path("", include("tonglu.api.web.urls")),
    path("", include("tonglu.policy.web.urls")),
    path("", include("tonglu.collaboration.web.urls")),
    path("", include("tonglu.web.urls")),
    path("", include("tonglu.approvals.web.urls")),
    path("", include("tonglu.orders.web.urls")),
    path("", include("tonglu.insights.web.urls")),
    path("", include("tonglu.compensation.web.urls")),
    path("", include("tonglu.administration.web.urls")),
    path("", include("tonglu.notifications.web.urls")),
    path("", include("tonglu.entities.web.urls")),
]

handler400 = "tonglu.web.errors.unreadable"
handler404 = "tonglu.web.errors.missing"
handler500 = "tonglu.web.errors.broken"
