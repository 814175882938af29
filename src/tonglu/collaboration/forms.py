"""The short forms that stand on records' pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tonglu.collaboration.models import FollowUp


class FollowUpForm(forms.Form):
    """How, what, and when next: what ten seconds allow."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=FollowUp.Kind.choices, initial=FollowUp.Kind.CALL
    )
    text = forms.CharField(
        label=_("What happened"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": _("What happened?")}),
    )
    contact = forms.TypedChoiceField(
        label=_("Contact"), required=False, coerce=int, empty_value=None
    )
    next_contact_on = forms.DateField(
        label=_("Next contact"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, contacts: Iterable[Any] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self._contacts = {contact.pk: contact for contact in contacts}
        field: Any = self.fields["contact"]
        field.choices = [("", "–"), *((pk, str(one)) for pk, one in self._contacts.items())]
        if not self._contacts:
            del self.fields["contact"]

    def values(self) -> dict[str, Any]:
        """The clean values, with the contact as a row."""
        values = dict(self.cleaned_data)
        values["contact"] = self._contacts.get(values.get("contact") or 0)
        return values


class TaskForm(forms.Form):
    """What is to be done, and until when."""

    subject = forms.CharField(
        label=_("Subject"),
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": _("What is to be done?")}),
    )
    due_on = forms.DateField(
        label=_("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
