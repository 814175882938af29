"""The worked example is the real engine's answer; the check's sentences stand beside what they concern."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override

from tonglu.compensation.composing.canonical import canonical
from tonglu.compensation.composing.changes import changes_between
from tonglu.compensation.composing.example import example_of
from tonglu.compensation.composing.examples import example_kept, examples_renewed
from tonglu.compensation.composing.state import draft_saved, draft_typed
from tonglu.compensation.core.presets.catalogue import PRESETS, preset


def draft(key: str) -> Any:
    return draft_saved(canonical(preset(key).plan_dict()), {})


def steps(*tiers: list[Any], mode: str = "slab", **more: Any) -> Any:
    table = {"mode": mode, "tiers": list(tiers), "boundary": "lower_inclusive", **more}
    told = {key: value for key, value in table.items() if value is not None}
    return draft_saved({"components": [{"id": "c", "table": told}]}, {})


@pytest.mark.parametrize("one", PRESETS, ids=lambda one: one.key)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_preset_has_a_worked_example_with_reasons_and_a_curve(
    one: Any, language: str
) -> None:
    with override(language):
        found = draft(one.key)
        example = example_of(found.raw, found.sample)

    assert (example.error, example.errors) == ("", {})
    assert example.paid
    assert example.told
    assert example.curves
    assert found.is_clean


def test_the_example_follows_the_customers_money_and_the_holdback() -> None:
    found = draft("on_collection")
    typed = dict(found.typed)
    typed["payment"] = [{"type": "holdback", "pct": "10%", "release_after": "12"}]

    changed = draft_typed(typed, found.sample)
    example = example_of(changed.raw, changed.sample)

    assert [(one.payee, one.total) for one in example.paid] == [("Ana", "4,000.00")]
    assert [(one.paid, one.lost) for one in example.moved] == [("3,600.00", "400.00")]
    assert [(one.month, one.paid, one.held) for one in example.months] == [
        ("2026-01", "3,240.00", "360.00")
    ]


def test_a_curve_passes_through_the_figures_of_the_engine() -> None:
    (curve,) = example_of(draft("accelerators").raw, draft("accelerators").sample).curves

    told = [(one.x, one.attainment, one.pay, one.average) for one in curve.places]

    assert told[:2] == [
        ("1,000,000", "100%", "50,000.00", "5%"),
        ("1,250,000", "125%", "68,750.00", "5.5%"),
    ]


def test_a_component_that_cannot_be_read_does_not_hide_what_the_others_pay() -> None:
    found = draft_saved(
        {"components": [{"id": "good", "base_rate": "0.1"}, {"id": "bad", "magic": 1}]}, {}
    )

    example = example_of(found.raw, found.sample)

    assert [one.parts for one in example.paid] == [(("good", "12,000.00"),)]
    assert [(one.component, one.is_error) for one in found.findings if one.is_error] == [(1, True)]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (steps([0, 100, "0.1"], [150, None, "0.2"]), "nothing is said about amounts from 100 to 150"),
        (steps([0, 100, "0.1"], [90, None, "0.2"]), "two steps claim the amounts from 90 to 100"),
        (steps([0, 100, "0.1"], [100, None, "0.2"], mode="whole", boundary=None),
         "say which step owns an amount exactly on the edge"),
        (steps([0, 3000, "0.08"], [3000, None, "0.03"], mode="whole"), "selling more pays less"),
        (steps([0, 3000, "0.05"], [3000, None, "0.08"], mode="whole"), "the pay jumps"),
    ],
)  # fmt: skip
def test_the_checks_sentence_stands_beside_its_component(found: Any, said: str) -> None:
    beside = [one.text for one in found.findings if one.component == 0]

    assert any(said in text for text in beside), beside


def test_the_check_speaks_the_readers_language() -> None:
    with override("zh-hans"):
        found = steps([0, 100, "0.1"], [150, None, "0.2"])

    assert all(not text.text.isascii() for text in found.findings)


def test_a_kept_example_proves_the_plan_from_then_on() -> None:
    found = draft("overlay")

    kept = draft_typed(example_kept(found), found.sample)
    typed = dict(kept.typed)
    typed["components"] = [dict(one) for one in typed["components"]]
    typed["components"][0]["base_rate"] = {"all": "6%"}
    changed = draft_typed(typed, found.sample)

    assert (len(kept.raw["examples"]), kept.is_clean) == (2, True)
    assert sum("should be" in one.text for one in changed.findings) >= 2


def test_examples_are_renewed_when_the_plan_is_meant_to_pay_something_else() -> None:
    found = draft("on_collection")
    typed = dict(found.typed)
    typed["components"] = [{**typed["components"][0], "table": {}, "base_rate": {"all": "5%"}}]
    changed = draft_typed(typed, found.sample)

    renewed = draft_typed(examples_renewed(changed), found.sample)

    assert (changed.is_clean, renewed.is_clean) == (False, True)
    assert renewed.raw["examples"][0]["expected"] == {"payouts": {"Ana": {"commission": 6000}}}
    assert renewed.raw["examples"][1] == found.raw["examples"][1]


def test_two_versions_are_compared_in_words() -> None:
    before = canonical(preset("on_collection").plan_dict())
    after = canonical(preset("on_collection").plan_dict())
    after["components"][0]["table"]["tiers"][1][2] = "0.06"
    after["components"].append({"id": "kicker", "base_rate": "0.01"})
    after["payment"] = [{"type": "holdback", "pct": "0.1"}]

    found = changes_between(before, after)

    told = [(one.place, str(one.what), one.before, one.after) for one in found]
    assert told == [
        ("Commission", "Steps › Table, line 2 › Pays", "5%", "6%"),
        ("kicker", "Component", "", "kicker"),
        (
            "The plan as a whole",
            "Holdback, draws and guarantees, line 1",
            "",
            "Rule Hold a part back, Share 10%",
        ),
    ]
    assert changes_between(before, before) == []
