"""Files on records: added, revised and downloaded by whoever may see the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, cast

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tonglu.collaboration import selectors, services
from tonglu.collaboration.models import Document
from tonglu.entities.registry import entity_by_slug, entity_of
from tonglu.entities.selectors import row as visible_row
from tonglu.entities.web.shell import actor, go, is_fragment, tell
from tonglu.kernel.errors import Invalid, NotFound
from tonglu.kernel.text import N_
from tonglu.toolkit.files import file_response

from . import panels

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


@require_POST
def add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """File a document on a record."""
    target = visible_row(actor(request), entity_by_slug(slug).kind, pk)
    sent = _sent(request)
    services.document_add(
        actor=actor(request), name=sent.name or "", stream=cast(BinaryIO, sent), target=target
    )
    return _told(request, panels.page_of(target))


@require_POST
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """File the next version of a document."""
    document = visible_row(actor(request), Document, pk)
    sent = _sent(request)
    services.document_version_add(
        actor=actor(request),
        row=document,
        name=sent.name or "",
        stream=cast(BinaryIO, sent),
        note=request.POST.get("note", "")[:200],
    )
    return _told(request, entity_of(Document).url("detail", pk))


@require_GET
def download(request: HttpRequest, pk: int) -> FileResponse:
    """One version of a document, as a download."""
    version = selectors.document_version(actor(request), pk)
    if version is None:
        raise NotFound(N_("There is no such file."))
    return file_response(version.file)


def _sent(request: HttpRequest) -> UploadedFile[bytes]:
    sent = request.FILES.get("file")
    if sent is None or isinstance(sent, list):
        raise Invalid({"file": [N_("Choose a file.")]})
    return sent


def _told(request: HttpRequest, url: str) -> HttpResponse:
    """The panels ask for themselves again when they hear of it."""
    if not is_fragment(request):
        return go(request, url, _("Filed."))
    heard = {"tonglu:files": "", "tonglu:versions": "", "tonglu:timeline": ""}
    return tell(HttpResponse(""), heard, _("Filed."))
