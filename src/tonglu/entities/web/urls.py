"""The addresses every entity has. The slug is resolved by the registry: an unknown one is not found."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from tonglu.entities.transfer.urls import TRANSFER, WORKS

from . import (
    boards,
    bulk,
    details,
    drafts,
    forms,
    inline,
    lists,
    lookups,
    merging,
    moves,
    savedviews,
    trash,
    verbs,
)

app_name = "entities"

LIST: list[URLPattern | URLResolver] = [
    path("<slug:slug>/", lists.list_page, name="list"),
    path("<slug:slug>/count/", lists.count_page, name="count"),
    path("<slug:slug>/columns/", lists.columns_form, name="columns"),
    path("<slug:slug>/columns/save/", lists.columns_page, name="columns-save"),
    path("<slug:slug>/widths/", lists.widths_page, name="widths"),
    path("<slug:slug>/views/new/", savedviews.view_new, name="view-new"),
    path("<slug:slug>/views/<int:pk>/", savedviews.view_edit, name="view-edit"),
    path("<slug:slug>/views/<int:pk>/delete/", savedviews.view_remove, name="view-delete"),
    path("<slug:slug>/views/<slug:key>/default/", savedviews.view_default, name="view-default"),
    path("<slug:slug>/views/<slug:key>/pin/", savedviews.view_pinned, name="view-pin"),
    path("<slug:slug>/lookup/", lookups.lookup_page, name="lookup"),
    path("<slug:slug>/duplicates/", lookups.duplicates_page, name="duplicates"),
    path("<slug:slug>/bulk/edit/", bulk.edit_page, name="bulk-edit"),
    path("<slug:slug>/bulk/trash/", bulk.trash_page, name="bulk-trash"),
    path("<slug:slug>/bulk/<slug:verb>/", bulk.verb_page, name="bulk-verb"),
    path("<slug:slug>/changes/<int:pk>/", bulk.changeset_page, name="changeset"),
    path("<slug:slug>/changes/<int:pk>/undo/", bulk.undo_page, name="undo"),
    path("<slug:slug>/board/", boards.board_page, name="board"),
    path("<slug:slug>/board/<str:value>/", boards.lane_page, name="lane"),
    path("<slug:slug>/trash/", trash.trash_page, name="trash"),
]

RECORD: list[URLPattern | URLResolver] = [
    path("<slug:slug>/new/", forms.new_page, name="new"),
    path("<slug:slug>/new/panels/<str:name>/", drafts.new_panel, name="new-panel"),
    path("<slug:slug>/<int:pk>/", details.detail_page, name="detail"),
    path("<slug:slug>/<int:pk>/edit/", forms.edit_page, name="edit"),
    path("<slug:slug>/<int:pk>/delete/", trash.delete_page, name="delete"),
    path("<slug:slug>/<int:pk>/restore/", trash.restore_page, name="restore"),
    path("<slug:slug>/<int:pk>/merge/<int:other>/", merging.merge_page, name="merge"),
    path("<slug:slug>/<int:pk>/move/", moves.move_page, name="move"),
    path("<slug:slug>/<int:pk>/verbs/<slug:verb>/", verbs.verb_page, name="verb"),
    path("<slug:slug>/<int:pk>/fields/<str:name>/", inline.field_page, name="field"),
    path("<slug:slug>/<int:pk>/panels/<str:name>/", details.panel_page, name="panel"),
    path("<slug:slug>/<int:pk>/edit/panels/<str:name>/", drafts.edit_panel, name="edit-panel"),
    path("<slug:slug>/<int:pk>/lines/", details.lines_page, name="lines"),
    path("<slug:slug>/<int:pk>/timeline/", details.timeline_page, name="timeline"),
    path("<slug:slug>/<int:pk>/walk/<str:way>/", lists.walk_page, name="walk"),
]

urlpatterns: list[URLPattern | URLResolver] = [*WORKS, *TRANSFER, *LIST, *RECORD]
