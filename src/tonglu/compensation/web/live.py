"""What a deal would pay with another discount, day or share: for the salesperson at the table, while the customer still talks."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from tonglu.compensation.faces.estimates import Wish
from tonglu.compensation.faces.offers import DEALS, concerns, estimate_context
from tonglu.entities.registry import entity_by_slug
from tonglu.entities.selectors import row as visible_row
from tonglu.kernel.errors import NotFound
from tonglu.kernel.text import N_


class WishForm(forms.Form):
    """What is tried; percents as people write them."""

    discount = forms.DecimalField(
        label=_("Further discount"), min_value=0, max_value=100, required=False
    )
    day = forms.DateField(label=_("Closed on"), required=False)
    share = forms.DecimalField(label=_("My share"), min_value=0, max_value=100, required=False)

    def wish(self) -> Wish:
        """The wish in fractions; what is empty stays as it is."""
        discount, share = self.cleaned_data["discount"], self.cleaned_data["share"]
        return Wish(
            discount=(discount or Decimal(0)) / 100,
            day=self.cleaned_data["day"],
            share=None if share is None else share / 100,
        )


@require_GET
def estimate_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The estimate of one deal under a wish; nothing is stored."""
    actor = request.actor  # type: ignore[attr-defined]
    entity = entity_by_slug(slug)
    if entity.kind not in DEALS:
        raise NotFound(N_("There is no such panel."))
    row = visible_row(actor, entity.kind, pk)
    if not concerns(actor, row):
        raise NotFound(N_("There is no such panel."))
    form = WishForm(request.GET)
    if not form.is_valid():
        return render(request, "compensation/panels/wish_problems.html", {"form": form})
    context = estimate_context(actor, row, form.wish())
    return render(request, "compensation/panels/pays.html", {**context, "tried": True})
