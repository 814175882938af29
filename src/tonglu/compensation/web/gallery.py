"""The presets as a gallery: what each pays for in a sentence, a tiny worked example, and its curve."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language

from tonglu.compensation.composing.canonical import canonical, example_version
from tonglu.compensation.composing.curve import Curve
from tonglu.compensation.composing.example import Example, Told, example_of
from tonglu.compensation.composing.findings import title_of
from tonglu.compensation.composing.sample import sample_begin
from tonglu.compensation.core.presets.catalogue import PRESETS
from tonglu.compensation.core.presets.preset import Preset


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One preset of the gallery."""

    key: str
    title: str
    other_title: str
    about: str
    pays_for: str
    told: Told | None
    curve: Curve | None


def gallery() -> tuple[Offer, ...]:
    """All presets in the reader's language."""
    return _gallery(get_language() or "en")


@lru_cache(maxsize=4)
def _gallery(language: str) -> tuple[Offer, ...]:
    return tuple(_offer(one, language) for one in PRESETS)


def _offer(one: Preset, language: str) -> Offer:
    raw = canonical(one.plan_dict(chinese=language.startswith("zh")))
    example = example_of(raw, sample_begin(raw, example_version(raw)))
    other = "en" if language.startswith("zh") else "zh"
    return Offer(
        key=one.key,
        title=title_of(one.title),
        other_title=str(one.title[other]),
        about=title_of(one.about),
        pays_for=title_of(one.pays_for),
        told=_told(example),
        curve=example.curves[-1] if example.curves else None,
    )


def _told(example: Example) -> Told | None:
    """The sentence that tells most: the longest of those that pay something."""
    paying = [one for one in example.told if one.amount not in ("0.00", "0")]
    return max(paying, key=lambda one: len(one.sentence), default=None)
