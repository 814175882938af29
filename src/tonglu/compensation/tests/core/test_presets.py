"""Every preset is a plan that could be issued today, in both languages."""

from __future__ import annotations

import json

import pytest

from tonglu.compensation.core.model.plan import plan_from_dict
from tonglu.compensation.core.model.writing import plan_to_dict
from tonglu.compensation.core.presets.catalogue import PRESETS, preset
from tonglu.compensation.core.validation.check import plan_problems
from tonglu.kernel.errors import DomainError

EVERY = pytest.mark.parametrize("one", PRESETS, ids=lambda one: one.key)


@EVERY
def test_a_preset_has_nothing_to_complain_about_and_its_examples_pass(one):
    assert [problem.text() for problem in plan_problems(one.plan())] == []


@EVERY
def test_a_preset_speaks_both_languages(one):
    for words in (one.title, one.about, *(c["title"] for c in one.body["components"])):
        assert set(words) == {"en", "zh"}
        assert words["zh"] != words["en"]


@EVERY
def test_a_preset_can_be_saved_as_plain_text(one):
    saved = json.loads(json.dumps(plan_to_dict(one.plan())))

    assert plan_from_dict(saved) == one.plan()


def test_an_unknown_preset_is_refused():
    with pytest.raises(DomainError) as refusal:
        preset("jackpot")

    assert refusal.value.code == "no_preset"
