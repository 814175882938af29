"""The form of a plan and its text say the same as the engine reads: nothing is out of reach, nothing typed is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tonglu.compensation.check import read_exact
from tonglu.compensation.composing.acts import act
from tonglu.compensation.composing.canonical import canonical
from tonglu.compensation.composing.component_shape import COMPONENT_ITEMS, SECTIONS
from tonglu.compensation.composing.controls import control_of
from tonglu.compensation.composing.parts import limits
from tonglu.compensation.composing.plan_shape import PAYMENT, PLAN
from tonglu.compensation.composing.posted import tree_of
from tonglu.compensation.composing.reading import raw_of
from tonglu.compensation.composing.shapes import Item
from tonglu.compensation.composing.showing import REST, typed_of
from tonglu.compensation.composing.state import (
    FORM,
    TEXT,
    draft_saved,
    draft_text,
    draft_typed,
    working_of,
)
from tonglu.compensation.composing.yamltext import yaml_of, yaml_read
from tonglu.compensation.core import clawback, release
from tonglu.compensation.core.faults import PayFault
from tonglu.compensation.core.model import component, modifiers, plan, rules, table
from tonglu.compensation.core.model.writing import plain
from tonglu.compensation.core.payment import rule
from tonglu.compensation.core.presets.catalogue import PRESETS, preset

CASES = Path("docs/examples/pay-cases.yaml")
WRITTEN_OTHERWISE = {
    "component": {"linked", "margin_floor_zero", "effective_from", "effective_to", "weight"},
    "payment": {"end"},
}
"""What the engine turns into a gate, a measure, a condition, a target or a term while it reads."""
OF_A_CASE = {
    "original", "earned", "paid", "volume_before", "volume_after", "instalments", "served_months",
    "served_days", "refund",
}  # fmt: skip
"""Fields of a clawback that say what happened once, and not what the plan provides."""


def plans() -> list[Any]:
    found = [pytest.param(one.plan_dict(), id=one.key) for one in PRESETS]
    for case in read_exact(CASES)["cases"]:
        try:
            raw = canonical(plain(case["plan"])) if "plan" in case else {}
        except PayFault:
            continue
        if raw and "versions" not in raw:
            found.append(pytest.param(raw, id=case["id"]))
    return found


@pytest.mark.parametrize("raw", plans())
def test_a_plan_comes_back_from_its_form_and_from_its_text_unchanged(raw: Any) -> None:
    spelt, errors = canonical(raw), {}

    back = canonical(raw_of(PLAN, typed_of(PLAN, spelt), "plan", errors))

    assert errors == {}
    assert _bare(back) == _bare(spelt)
    assert canonical(yaml_read(yaml_of(spelt))) == spelt


def test_every_field_the_engine_reads_has_its_place_in_the_form() -> None:
    def keys(items: Any) -> set[str]:
        return {item.key for item in items}

    def inner(items: Any, key: str) -> tuple[Item, ...]:
        return next(item.items for item in items if item.key == key)

    own = COMPONENT_ITEMS
    reached = {
        "plan": (plan._VERSION, keys(PLAN.items)),
        "select": (plan._SELECT, keys(inner(PLAN.items, "version_select"))),
        "rounding": (plan._ROUNDING, keys(inner(PLAN.items, "rounding"))),
        "component": (component._COMMON, keys(own)),
        "table": (table.SPEC, keys(inner(own, "table"))),
        "gate": (modifiers._GATE, keys(inner(own, "gates"))),
        "multiplier": (modifiers._MULTIPLIER, keys(inner(own, "multipliers"))),
        "limit": (modifiers._LIMIT, keys(limits("caps", "", "").items)),
        "threshold": (modifiers._THRESHOLD, keys(inner(own, "threshold"))),
        "payment": (rule._RULE, keys(PAYMENT.items)),
        "tranche": (rule._TRANCHE, keys(inner(PAYMENT.items, "tranches"))),
        "release": (release._SCHEDULE, keys(inner(PLAN.items, "release"))),
        "step": (release._STEP, keys(inner(inner(PLAN.items, "release"), "steps"))),
        "clawback": (clawback._SPEC, keys(inner(PLAN.items, "clawback"))),
        **{kind: (spec, keys(own)) for kind, (_rule, spec) in rules.KINDS.items()},
    }

    missing = {
        place: set(spec) - found - WRITTEN_OTHERWISE.get(place, set()) - OF_A_CASE
        for place, (spec, found) in reached.items()
    }

    assert {place: left for place, left in missing.items() if left} == {}


def test_every_field_of_a_component_stands_on_its_card() -> None:
    placed = {key for _name, _title, keys in SECTIONS for key in keys}

    assert {item.key for item in COMPONENT_ITEMS} - placed == {"title", "id", "clause", "kind"}


def test_what_the_form_has_no_field_for_stays_beside_it_as_a_piece_of_text() -> None:
    nested = {"any": [{"field": "region", "op": "==", "value": "east"}, {"not": {"vip": True}}]}
    raw = canonical({"components": [{"id": "c", "base_rate": "0.1", "filter": nested}]})

    typed = typed_of(PLAN, raw)
    card = control_of(PLAN, typed, "plan", {}).parts[0].rows[0]

    assert "filter" in typed["components"][0][REST]
    assert "any:" in next(p.value for p in card.parts if p.name.endswith(f"{REST}.filter"))
    assert canonical(raw_of(PLAN, typed, "plan", {})) == raw


def test_shares_are_shown_as_percentages_and_amounts_with_their_thousands() -> None:
    typed = typed_of(PLAN, canonical(preset("accelerators").plan_dict()))["components"][0]

    assert typed["quota"] == {"all": "1,000,000"}
    assert [tier["to"] for tier in typed["table"]["tiers"] if "to" in tier] == ["100%", "125%"]
    assert [tier["value"] for tier in typed["table"]["tiers"]] == ["1", "1.5", "2"]


def test_what_cannot_be_read_is_named_where_it_stands_and_kept() -> None:
    typed = typed_of(PLAN, canonical(preset("marginal_steps").plan_dict()))
    typed["components"][0]["table"]["tiers"][1]["value"] = "five percent"

    draft = draft_typed(typed)
    left = draft_saved({}, working_of(draft, FORM))

    assert list(draft.errors) == ["plan.components.0.table.tiers.1.value"]
    assert not draft.is_clean
    assert [(one.component, one.is_error) for one in draft.findings][:1] == [(0, True)]
    assert left.typed == typed


def test_faults_of_a_text_name_their_line() -> None:
    text = "components:\n- id: one\n  base_rate: 0.1\n- id: two\n  base_rate: lots\n"

    broken = draft_text(text)
    torn = draft_text("components: [\n- id")

    assert [error.line for error in broken.text_errors] == [5]
    assert "lots" in broken.text_errors[0].message
    assert torn.text_errors[0].line == 2
    assert draft_saved({}, working_of(torn, TEXT)).text == torn.text


def test_the_text_tab_names_the_line_of_what_the_form_saved() -> None:
    raw = {"components": [{"id": "one", "base_rate": "0.1"}, {"id": "two", "table": {
        "mode": "slab", "tiers": [[0, 10, "0.1"], [20, None, "0.2"]]}}]}  # fmt: skip

    told = draft_saved(raw, {}).told[0]

    assert told.text() == "Line 5: two: nothing is said about amounts from 10 to 20."


def test_a_row_that_was_added_and_left_empty_says_nothing() -> None:
    typed = typed_of(PLAN, canonical(preset("flat").plan_dict()))
    for what in ("multipliers", "gates", "caps"):
        typed = act({"plan": typed}, f"add:plan.components.0.{what}")["plan"]
    sent = tree_of(_sent(control_of(PLAN, typed, "plan", {})), "plan")

    draft = draft_typed(sent)

    assert draft.is_clean
    assert draft.raw == canonical(preset("flat").plan_dict())


def test_remarks_in_a_text_outlive_saving() -> None:
    text = "# agreed with the works council\n" + yaml_of(canonical(preset("flat").plan_dict()))

    draft = draft_text(text)

    assert draft.is_clean
    assert draft_saved(draft.raw, working_of(draft, TEXT)).text == text


def test_a_new_step_begins_where_the_last_one_ends() -> None:
    typed = typed_of(PLAN, canonical(preset("marginal_steps").plan_dict()))

    both = act({"plan": typed}, "add:plan.components.0.table.tiers")

    tiers = both["plan"]["components"][0]["table"]["tiers"]
    assert (tiers[-2]["to"], tiers[-1]["from"]) == ("500,000", "500,000")
    assert draft_typed(both["plan"]).is_clean


def test_components_are_moved_duplicated_and_removed() -> None:
    typed = typed_of(PLAN, canonical(preset("premium").plan_dict()))

    def names(*acts: str) -> list[str]:
        both = {"plan": typed}
        for one in acts:
            both = act(both, one)
        return [component["id"] for component in both["plan"]["components"]]

    assert names("down:plan.components.0") == ["premium", "base"]
    assert names("copy:plan.components.1") == ["base", "premium", "premium_2"]
    assert names("remove:plan.components.0") == ["premium"]
    assert names("add:plan.components", "up:plan.components.2") == ["base", "commission", "premium"]
    assert names("up:plan.components.0", "remove:plan.components.9") == ["base", "premium"]


def test_fields_out_of_sight_travel_along() -> None:
    typed = typed_of(PLAN, canonical(preset("marginal_steps").plan_dict()))
    typed["components"][0]["table"]["mode"] = "interp_points"

    root = control_of(PLAN, typed, "plan", {})
    sent = tree_of(_sent(root), "plan")

    assert sent["components"][0]["table"]["tiers"][0]["value"] == "3%"
    assert "tiers" not in raw_of(PLAN, sent, "plan", {})["components"][0]["table"]


def _sent(control: Any) -> list[tuple[str, str]]:
    own = [(control.name, control.value)] if not control.parts and not control.rows else []
    inner = [*control.parts, *(part for row in control.rows for part in row.parts)]
    return [*own, *(pair for part in inner for pair in _sent(part))]


def _bare(raw: Any) -> Any:
    """A plan without its filters: the form writes the same condition in its own words."""
    components = [
        {key: value for key, value in one.items() if key != "filter"} for one in raw["components"]
    ]
    return {**raw, "components": components}


@pytest.mark.parametrize(
    "rule",
    [
        {"type": "holdback", "pct": "0.1"},
        {"type": "holdback", "pct": "0.1", "on_leave": "forfeit"},
        {"type": "holdback", "pct": "0.1", "on_leave": "release"},
        {"type": "draw_recoverable", "amount": "100", "on_leave": "deduct"},
    ],
)
def test_what_becomes_of_a_leavers_hold_or_debt_is_chosen_in_the_form(rule: Any) -> None:
    body = {"components": [{"id": "good", "base_rate": "0.1"}], "payment": [rule]}

    found = draft_saved(body, {})
    again = draft_typed(found.typed, found.sample)

    (shown,) = [
        one
        for one in PAYMENT.items
        if one.key == "on_leave" and one.when is not None and one.when({"type": rule["type"]})
    ]
    assert rule.get("on_leave", shown.default) in dict(shown.choices)
    assert again.raw["payment"] == found.raw["payment"]
    assert again.raw["payment"][0].get("on_leave") == rule.get("on_leave")
