"""What the page of tokens accepts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tonglu import policy
from tonglu.entities.registry import all_entities

ACCESS = (
    ("read", _("Read what I may read")),
    ("write", _("Read and change what I may change")),
    ("all", _("Everything I may do")),
)
DAYS = ((7, _("a week")), (30, _("30 days")), (90, _("90 days")), (365, _("a year")))


class TokenForm(forms.Form):
    """A name, what the token may do, on which kinds, and for how long."""

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("What the token is for, such as “Web shop”.")
    )
    access = forms.ChoiceField(label=_("May"), choices=ACCESS, initial="read")
    kinds = forms.MultipleChoiceField(
        label=_("Only these kinds of record"),
        required=False,
        help_text=_("All kinds when none is chosen."),
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )
    days = forms.TypedChoiceField(label=_("Valid for"), choices=DAYS, coerce=int, initial=90)

    def __init__(self, actor: policy.Actor, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        kinds = [
            (entity.slug, str(entity.plural).capitalize())
            for entity in all_entities()
            if policy.may(actor, "read", entity.kind)
        ]
        self.fields["kinds"].choices = sorted(kinds, key=lambda pair: pair[1])  # type: ignore[attr-defined]

    def scopes(self) -> list[str]:
        """The scopes: of chosen kinds, or of all; everything is everything."""
        access, kinds = self.cleaned_data["access"], self.cleaned_data["kinds"]
        if access == "all" or not kinds:
            return [access]
        return [f"{access}:{slug}" for slug in kinds]
