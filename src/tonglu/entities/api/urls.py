"""The addresses of the generic API, below /api/v1/."""

from __future__ import annotations

from typing import Any

from django.urls import path

from tonglu.entities.registry import entity_by_slug

from .bulk import bulk_rows, undo_changeset
from .describe import takes
from .http import endpoint
from .rows import (
    change_row,
    create_row,
    list_rows,
    read_row,
    restore_row,
    row_history,
    run_verb,
    trash_row,
)


def _takes(method: str, slug: str, **_row: Any) -> bool:
    """What the document says of the address, its `Allow` says too."""
    return takes(entity_by_slug(slug), method)


urlpatterns = [
    path("changesets/<int:pk>/undo", endpoint(post=undo_changeset), name="changeset-undo"),
    path("<slug:slug>", endpoint(_takes, get=list_rows, post=create_row), name="rows"),
    path("<slug:slug>/bulk", endpoint(post=bulk_rows), name="bulk"),
    path(
        "<slug:slug>/<int:pk>",
        endpoint(_takes, get=read_row, patch=change_row, delete=trash_row),
        name="row",
    ),
    path("<slug:slug>/<int:pk>/restore", endpoint(post=restore_row), name="restore"),
    path("<slug:slug>/<int:pk>/history", endpoint(get=row_history), name="history"),
    path("<slug:slug>/<int:pk>/<str:verb>", endpoint(post=run_verb), name="verb"),
]
