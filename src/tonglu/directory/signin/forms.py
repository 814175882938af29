"""The forms of the second factor in words of our own: the library's leave one label in English, and call a code a number of things."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

CODE = pgettext_lazy("second factor", "Code")


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A key has a name, and may stand in for the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        alone = self.fields["passwordless"]
        alone.label = _("Sign in with this key alone")
        alone.help_text = _("It then asks for your fingerprint, face or PIN instead of a password.")


class ActivateAppForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first six digits prove that the app has the key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _named(self.fields["code"], _("Six digits from the app"))


class SecondFactorForm(AuthenticateForm):  # type: ignore[misc]
    """Six digits, or a recovery code, to sign in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _named(self.fields["code"], CODE)


class SecondFactorAgainForm(ReauthenticateForm):  # type: ignore[misc]
    """The same, to show once more who it is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _named(self.fields["code"], CODE)


def _named(field: Any, label: Any) -> None:
    """The label of a code; a phone offers its digits for it."""
    field.label = label
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs["inputmode"] = "numeric"
