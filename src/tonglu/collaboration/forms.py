"""The short forms that stand on records' pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tonglu.collaboration.models import FollowUp
from tonglu.directory.selectors import person_by_id


class FollowUpForm(forms.Form):
    """How, what, and when next: what ten seconds allow. Who arranged it is asked of meetings, which may be paid for."""

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
    sourced_by = forms.IntegerField(label=_("Arranged by"), required=False)
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
        """The clean values, with the contact and who arranged a meeting as rows."""
        values = dict(self.cleaned_data)
        values["sourced_by"] = self.arranger
        values["contact"] = self._contacts.get(values.get("contact") or 0)
        return values

    @property
    def arranger(self) -> Any:
        """Who is said to have arranged the meeting; nobody of anything else."""
        chosen = self["sourced_by"].value()
        if self["kind"].value() != FollowUp.Kind.MEETING or not str(chosen or "").isdecimal():
            return None
        return person_by_id(int(chosen))


class TaskForm(forms.Form):
    """What is to be done, and until when."""

    subject = forms.CharField(
        label=_("Subject"),
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": _("What needs doing?")}),
    )
    due_on = forms.DateField(
        label=_("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
