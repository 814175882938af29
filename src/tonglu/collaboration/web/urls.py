"""Addresses of collaboration's own pages."""

from __future__ import annotations

from django.urls import path

from . import calendar, files, records

app_name = "collaboration"
urlpatterns = [
    path("on/<slug:slug>/<int:pk>/log/", records.log, name="log"),
    path("on/<slug:slug>/<int:pk>/tasks/", records.task, name="task"),
    path("on/<slug:slug>/<int:pk>/tasks/<int:task_pk>/done/", records.done, name="task-done"),
    path("on/<slug:slug>/<int:pk>/files/", files.add, name="file-add"),
    path("documents/<int:pk>/versions/", files.revise, name="file-revise"),
    path("files/<int:pk>/", files.download, name="file"),
    path("calendar/", calendar.page, name="calendar"),
    path("calendar/new/", calendar.new, name="calendar-new"),
    path("calendar/<slug:whose>/events/", calendar.events, name="calendar-events"),
    path("calendar/events/<int:pk>/move/", calendar.move, name="calendar-move"),
    path("calendar/feed/", calendar.feed_renew, name="feed-renew"),
    path("calendar/feed/<str:token>.ics", calendar.feed, name="feed"),
]
