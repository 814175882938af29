"""What a person may change about themselves."""

from __future__ import annotations

from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from tonglu.directory.models import Person


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """The name others see, the language, and how pages look."""

    class Meta:
        model = Person
        fields = ("name", "phone", "language", "timezone", "theme", "density")

    def clean_timezone(self) -> str:
        """Only zones this machine knows."""
        name = str(self.cleaned_data["timezone"])
        if name not in available_timezones():
            raise forms.ValidationError(_("This time zone is not known."))
        return name


class PreferencesForm(ProfileForm):
    """The quick switches of the frame: any of them alone."""

    class Meta:
        model = Person
        fields = ("language", "timezone", "theme", "density")

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        for name in [name for name in self.fields if name not in self.data]:
            del self.fields[name]
