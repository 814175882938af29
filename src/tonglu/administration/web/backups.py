"""The backups as a page: when the last one was taken, when one was last restored for proof, and what lies in the folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tonglu import policy
from tonglu.administration.rights import WORK
from tonglu.toolkit.backup import Backup, backups_in
from tonglu.toolkit.clock import now
from tonglu.toolkit.jobs import defer

LATE = timedelta(hours=36)


@dataclass(frozen=True, kw_only=True)
class BackupsView:
    """Everything the page shows."""

    backups: list[Backup]
    folder: Path
    encrypted: bool
    may_manage: bool

    @property
    def last(self) -> datetime | None:
        """When the newest was taken."""
        return self.backups[0].taken_at if self.backups else None

    @property
    def proven(self) -> datetime | None:
        """When one was last restored for proof."""
        return max((one.proven_at for one in self.backups if one.proven_at), default=None)

    @property
    def at(self) -> datetime:
        """When the worker takes them: the clock of its schedules keeps universal time."""
        return now().astimezone(UTC).replace(hour=2, minute=17)

    @property
    def late(self) -> bool:
        """Whether a night went by without one."""
        return self.last is None or now() - self.last > LATE


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The page."""
    actor: policy.Actor = request.actor  # type: ignore[attr-defined]
    policy.require(actor, "read", WORK)
    folder = Path(settings.BACKUPS_DIR)
    view = BackupsView(
        backups=backups_in(folder) if folder.is_dir() else [],
        folder=folder,
        encrypted=bool(settings.BACKUP_RECIPIENTS),
        may_manage=bool(policy.may(actor, "manage", WORK)),
    )
    return render(request, "administration/backups.html", {"page": view})


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Ask the worker for one now."""
    policy.require(request.actor, "manage", WORK)  # type: ignore[attr-defined]
    defer("toolkit.backup.nightly")
    messages.success(request, _("A backup is being taken; it appears here once it is proven."))
    return redirect("administration:backups")
