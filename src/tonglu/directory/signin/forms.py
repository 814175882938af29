"""The form in which a person adds a key or passkey, in words of our own: the library's leave one label in English."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.utils.translation import gettext_lazy as _


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A key has a name, and may stand in for the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        alone = self.fields["passwordless"]
        alone.label = _("Sign in with this key alone")
        alone.help_text = _("It then asks for your fingerprint, face or PIN instead of a password.")
