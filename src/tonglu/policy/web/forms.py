"""What the pages of the policy accept."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tonglu.directory.models import Person
from tonglu.directory.selectors import department_tree, people_active, roles_all
from tonglu.policy.scopes import all_scopes


class IssueForm(forms.Form):
    """From when the draft holds, and why."""

    effective_on = forms.DateField(
        label=_("In force from"),
        required=False,
        help_text=_("The start of that day in your time zone; at once when empty."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    note = forms.CharField(
        label=_("What changes, and why"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def moment(self) -> dt.datetime | None:
        """The moment from which the version holds; None for at once."""
        day = self.cleaned_data["effective_on"]
        if day is None or day == timezone.localdate():
            return None
        return timezone.make_aware(dt.datetime.combine(day, dt.time()))


class WallForm(forms.Form):
    """The kinds a wall stands around, and the roles that may pass."""

    name = forms.CharField(label=_("Name"), max_length=100)
    kinds = forms.MultipleChoiceField(label=_("Stands around"), required=False)
    roles = forms.MultipleChoiceField(label=_("May pass"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["kinds"].choices = sorted(  # type: ignore[attr-defined]
            ((s.kind, s.title) for s in all_scopes() if s.model), key=lambda choice: choice[1]
        )
        self.fields["roles"].choices = [(r.code, r.label) for r in roles_all()]  # type: ignore[attr-defined]


class RuleForm(forms.Form):
    """One cell of the matrix; with a department, a rule that holds only there."""

    role = forms.CharField(max_length=60, required=False)
    kind = forms.CharField(max_length=100)
    act = forms.CharField(max_length=60)
    reach = forms.CharField(max_length=12, required=False)
    department = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [(branch.id, branch.label) for branch in department_tree().values()]
        self.fields["department"].choices = [("", ""), *choices]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """The arguments of the service."""
        cleaned = dict(self.cleaned_data)
        cleaned["department_id"] = cleaned.pop("department")
        return cleaned


class FieldRuleForm(forms.Form):
    """The level of one field for one role."""

    role = forms.CharField(max_length=60)
    kind = forms.CharField(max_length=100)
    field = forms.CharField(max_length=100)
    level = forms.CharField(max_length=10, required=False)


class PersonChoice(forms.Form):
    """The person a question is asked about."""

    person = forms.ModelChoiceField(queryset=Person.objects.none(), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["person"].queryset = people_active()  # type: ignore[attr-defined]

    def chosen(self) -> Person | None:
        """The person, when one was named who works here."""
        found: Person | None = self.cleaned_data.get("person") if self.is_valid() else None
        return found
