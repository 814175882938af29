"""The page of allowed networks: the lists that hold, and the form that sets one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from tonglu import policy
from tonglu.administration.networks import networks_set
from tonglu.administration.rights import NETWORKS
from tonglu.directory.networks import Allowance, allowances_listed
from tonglu.directory.selectors import roles_all
from tonglu.kernel.errors import Invalid


class NetworksForm(forms.Form):
    """For whom, and the networks."""

    role = forms.ChoiceField(label=_("For whom"), required=False)
    networks = forms.CharField(
        label=_("Networks"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "class": "font-monospace"}),
        help_text=_("One a line, such as 203.0.113.0/24, 2001:db8::/32 or a single address."),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        roles = [(one.code, one.label) for one in roles_all()]
        self.fields["role"].choices = [("", _("Everybody")), *roles]  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True)
class NetworksPage:
    """Everything the page shows; `address` is where its reader comes from."""

    rows: list[Allowance]
    form: NetworksForm
    address: str
    may_manage: bool


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The lists, and the form filled with one of them."""
    policy.require(_actor(request), "read", NETWORKS)
    rows, role = allowances_listed(), request.GET.get("role", "")
    chosen = next((row for row in rows if row.role == role), None)
    text = "\n".join(chosen.networks) if chosen else ""
    return _show(request, NetworksForm(initial={"role": role, "networks": text}))


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep one list; an empty one is taken away."""
    form = NetworksForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    given = form.cleaned_data
    try:
        networks_set(
            actor=_actor(request),
            role=given["role"],
            text=given["networks"],
            address=request.META.get("REMOTE_ADDR", ""),
        )
    except Invalid as refusal:
        for name, sentences in refusal.sentences(gettext).items():
            for sentence in sentences:
                form.add_error(name if name in form.fields else None, sentence)
        return _show(request, form, status=422)
    messages.success(request, gettext("The allowed networks are kept."))
    return redirect("administration:networks")


def _show(request: HttpRequest, form: NetworksForm, status: int = 200) -> HttpResponse:
    made = NetworksPage(
        rows=allowances_listed(),
        form=form,
        address=request.META.get("REMOTE_ADDR", ""),
        may_manage=bool(policy.may(_actor(request), "manage", NETWORKS)),
    )
    return render(request, "administration/networks.html", {"page": made}, status=status)


def _actor(request: HttpRequest) -> policy.Actor:
    actor: policy.Actor = request.actor  # type: ignore[attr-defined]
    return actor
