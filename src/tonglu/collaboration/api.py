"""What the API hangs on a record: follow-ups, tasks and files; and the file of a document.

A file is sent as `multipart/form-data` in the part `file`, as a browser's form or `curl -F file=@name` sends it.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tonglu import policy
from tonglu.entities import selectors as entities
from tonglu.entities.api.http import actor_of_request, endpoint, object_of, require_scope
from tonglu.entities.api.rows import row_answer
from tonglu.entities.forms import EntityForm
from tonglu.entities.registry import entity_by_slug, entity_of
from tonglu.kernel.errors import Invalid, NotFound
from tonglu.kernel.text import N_
from tonglu.toolkit.files import file_response

from . import services
from .models import Document, FollowUp, Task


def followup_on(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Log a follow-up on a record, of this moment unless it says of when."""
    actor, target = _target(request, slug, pk, FollowUp)
    values = {"text": "", **_values(request, actor, FollowUp, partial=True)}
    return _made(request, actor, services.followup_log(actor=actor, target=target, **values))


def task_on(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put a task on a record."""
    actor, target = _target(request, slug, pk, Task)
    values = {"subject": "", **_values(request, actor, Task)}
    return _made(request, actor, services.task_create(actor=actor, target=target, **values))


def file_on(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """File a document on a record."""
    actor, target = _target(request, slug, pk, Document)
    policy.require(actor, "create", Document._meta.label_lower)
    sent = _sent(request)
    made = services.document_add(actor=actor, name=sent.name or "", stream=sent, target=target)
    return _made(request, actor, made)


def file_of(request: HttpRequest, pk: int) -> Any:
    """The latest version of a document, as a download."""
    actor = actor_of_request(request)
    require_scope(request, f"read:{entity_of(Document).slug}")
    document: Document = entities.row(actor, Document, pk)
    version = document.versions.select_related("file").order_by("-number").first()
    if version is None:
        raise NotFound(N_("There is no such file."))
    return file_response(version.file)


def file_revise(request: HttpRequest, pk: int) -> HttpResponse:
    """File the next version of a document."""
    actor = actor_of_request(request)
    require_scope(request, f"write:{entity_of(Document).slug}")
    document: Document = entities.row(actor, Document, pk)
    policy.require(actor, "update", Document._meta.label_lower, document)
    sent = _sent(request)
    note = request.POST.get("note", "")[:200]
    services.document_version_add(
        actor=actor, row=document, name=sent.name or "", stream=sent, note=note
    )
    return _made(request, actor, document)


def _values(
    request: HttpRequest, actor: policy.Actor, model: Any, *, partial: bool = False
) -> dict[str, Any]:
    entity = entity_of(model)
    policy.require(actor, "create", entity.kind)
    return EntityForm(entity, actor, object_of(request), partial=partial).clean()


def _target(request: HttpRequest, slug: str, pk: int, model: Any) -> tuple[policy.Actor, Any]:
    """Who calls, and the record that the row shall hang on, which they see."""
    actor = actor_of_request(request)
    require_scope(request, f"write:{entity_of(model).slug}")
    return actor, entities.row(actor, entity_by_slug(slug).model, pk)


def _made(request: HttpRequest, actor: policy.Actor, row: Any) -> HttpResponse:
    entity = entity_of(row)
    response = row_answer(request, entity, actor, row, status=201)
    response["Location"] = f"/api/v1/{entity.slug}/{row.pk}"
    return response


def _sent(request: HttpRequest) -> Any:
    sent = request.FILES.get("file")
    if sent is None or isinstance(sent, list):
        raise Invalid({"file": [N_("Choose a file.")]})
    return sent


urlpatterns = [
    path("<slug:slug>/<int:pk>/follow-ups", endpoint(post=followup_on), name="followup-on"),
    path("<slug:slug>/<int:pk>/tasks", endpoint(post=task_on), name="task-on"),
    path("<slug:slug>/<int:pk>/files", endpoint(post=file_on), name="file-on"),
    path("documents/<int:pk>/file", endpoint(get=file_of, post=file_revise), name="document-file"),
]
