"""A password alone is longer than one beside a second factor."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tonglu.toolkit.passwords import LengthValidator


class Person:
    """A person with or without a second factor."""

    pk = 1

    def __init__(self, *, second_factor: bool) -> None:
        self.authenticator_set = self
        self.second_factor = second_factor

    def exclude(self, **_: Any) -> Person:
        return self

    def exists(self) -> bool:
        return self.second_factor


@pytest.mark.parametrize(
    ("length", "second_factor", "good"),
    [(14, False, False), (15, False, True), (7, True, False), (8, True, True)],
)
def test_the_length_depends_on_the_second_factor(
    length: int, second_factor: bool, good: bool
) -> None:
    try:
        LengthValidator().validate("x" * length, Person(second_factor=second_factor))
    except ValidationError:
        assert not good
    else:
        assert good


@pytest.mark.parametrize("password", ["short", "fourteen chars", "1234567890987654321"])
def test_short_and_common_passwords_are_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password)
