"""How long a password must be: 15 characters when it stands alone, 8 beside a second factor."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.password_validation import MinimumLengthValidator

ALONE = 15
BESIDE_SECOND_FACTOR = 8


class LengthValidator(MinimumLengthValidator):
    """Asks for the length that the person's other protection leaves necessary."""

    def __init__(self) -> None:
        super().__init__(min_length=ALONE)

    def validate(self, password: str, user: Any = None) -> None:
        """Raise a validation error for a password that is too short for this person."""
        shortest = BESIDE_SECOND_FACTOR if _has_second_factor(user) else ALONE
        MinimumLengthValidator(min_length=shortest).validate(password, user)


def _has_second_factor(user: Any) -> bool:
    """allauth keeps the factors beside the person; a person not yet saved has none."""
    factors = getattr(user, "authenticator_set", None)
    return bool(user and user.pk and factors and factors.exclude(type="recovery_codes").exists())
