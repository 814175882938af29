"""Refusals speak the reader's language, with the numbers and names filled in."""

from __future__ import annotations

from tonglu.kernel.errors import DomainError, Invalid

CHINESE = {"At most %(limit)s.": "最多 %(limit)s。", "Wrong.": "有误。"}


def test_a_refusal_fills_its_places_after_translation() -> None:
    error = DomainError("At most %(limit)s.", params={"limit": 5})

    assert str(error) == "At most 5."
    assert error.text(lambda text: CHINESE[text]) == "最多 5。"


def test_each_field_has_its_own_sentences() -> None:
    error = Invalid(
        {"a": [DomainError("At most %(limit)s.", params={"limit": 5}), "Wrong."], "b": ["Wrong."]}
    )

    assert error.sentences(lambda text: CHINESE[text]) == {
        "a": ["最多 5。", "有误。"],
        "b": ["有误。"],
    }
    assert (error.field, str(error)) == ("a", "At most 5.")


def test_sentences_share_the_places_of_the_whole_and_stay_when_filled_already() -> None:
    error = Invalid({"a": ["At most %(limit)s.", "10% (of %(x)s)"]}, params={"limit": 3})

    assert error.sentences() == {"a": ["At most 3.", "10% (of %(x)s)"]}
