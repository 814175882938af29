"""The rights of the administrator's rooms: kinds without rows, granted like any other."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tonglu.policy import Scope

AUDIT, WORK, PULSE, NETWORKS = "audit", "work", "pulse", "networks"

SCOPES = (
    Scope(
        kind=AUDIT,
        owner=None,
        department=None,
        acts=("read", "verify", "export"),
        label=_("audit trail"),
    ),
    Scope(
        kind=WORK,
        owner=None,
        department=None,
        acts=("read", "manage"),
        label=_("background work"),
    ),
    Scope(
        kind=NETWORKS,
        owner=None,
        department=None,
        acts=("read", "manage"),
        label=_("allowed networks"),
    ),
    Scope(kind=PULSE, owner=None, department=None, acts=("read",), label=_("state of the machine")),
)
