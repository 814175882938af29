"""The addresses of import, export and long works."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import pages

TRANSFER: list[URLPattern] = [
    path("<slug:slug>/import/", pages.import_page, name="import"),
    path("<slug:slug>/import/<int:pk>/", pages.import_one_page, name="import-one"),
    path("<slug:slug>/import/<int:pk>/values/", pages.import_values_page, name="import-values"),
    path("<slug:slug>/import/<int:pk>/bring/", pages.import_bring_page, name="import-bring"),
    path("<slug:slug>/import/<int:pk>/undo/", pages.import_undo_page, name="import-undo"),
    path("<slug:slug>/import/<int:pk>/to-mend/", pages.import_problems_page, name="import-mend"),
    path("<slug:slug>/export/", pages.export_page, name="export"),
]

WORKS: list[URLPattern] = [
    path("works/", pages.works_page, name="works"),
    path("works/<int:pk>/", pages.work_page, name="works-one"),
    path("works/<int:pk>/file/", pages.work_file_page, name="works-file"),
    path("works/<int:pk>/cancel/", pages.work_cancel_page, name="works-cancel"),
]
