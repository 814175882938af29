"""The composer over HTTP: a preset becomes a draft, a draft may be wrong and is kept, and only a clean one is issued."""

from __future__ import annotations

import re
import time
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tonglu.compensation.composing.yamltext import yaml_read
from tonglu.compensation.models import PlanVersion
from tonglu.compensation.services.composing import draft_of
from tonglu.compensation.services.plans import plan_begin, version_issue, version_next
from tonglu.entities.testing import signed_in
from tonglu.kernel.errors import DomainError
from tonglu.policy import actor_of
from tonglu.policy.testing import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast: Any) -> PlanVersion:
    return plan_begin(actor=actor_of(cast.cam), key="on_collection")


def fields(page: str) -> dict[str, str]:
    """What the page's form would send, as it stands."""
    found = dict(re.findall(r'<input[^>]*?name="([^"]+)" value="([^"]*)"', page))
    boxes = re.findall(r'<input class="form-check-input"[^>]*name="([^"]+)"[^>]*?(checked)?>', page)
    found.update({name: "1" for name, checked in boxes if checked})
    for name in [name for name, checked in boxes if not checked]:
        found.pop(name, None)
    for name, options in re.findall(
        r'<select[^>]*? name="([^"]+)"[^>]*>(.*?)</select>', page, re.S
    ):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen.group(1) if chosen else ""
    for name, text in re.findall(
        r'<textarea[^>]*? name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.S
    ):
        found[name] = text.removeprefix("\n")
    return {name: unescape(value) for name, value in found.items()}


def opened(client: Any, row: PlanVersion, tab: str = "form") -> dict[str, str]:
    page = client.get(f"/plan-versions/{row.pk}/compose/?tab={tab}")
    assert page.status_code == 200
    return fields(page.content.decode())


def sent(
    client: Any, row: PlanVersion, values: dict[str, str], act: str = "save", **more: str
) -> Any:
    return client.post(f"/plan-versions/{row.pk}/compose/", {**values, **more, "act": act})


def test_a_preset_of_the_gallery_becomes_a_draft_each_time(cast: Any) -> None:
    client = signed_in(cast.cam)

    first = client.post("/pay-plans/gallery/", {"preset": "margin"})
    second = client.post("/pay-plans/gallery/", {"preset": "margin"})

    made = list(PlanVersion.objects.order_by("pk"))
    assert [row.plan.code for row in made] == ["margin", "margin-2"]
    assert [first["Location"], second["Location"]] == [
        f"/plan-versions/{row.pk}/compose/" for row in made
    ]
    assert signed_in(cast.ana).get("/pay-plans/gallery/").status_code == 403


def test_saving_the_form_untouched_changes_nothing_of_the_plan(cast: Any, draft: Any) -> None:
    client = signed_in(cast.cam)
    before = draft_of(draft).raw

    sent(client, draft, opened(client, draft))

    draft.refresh_from_db()
    assert draft_of(draft).raw == before
    assert "form" not in draft.working


def test_an_edited_step_changes_the_plan(cast: Any, draft: Any) -> None:
    client = signed_in(cast.cam)
    values = opened(client, draft)

    values["plan.components.0.table.tiers.1.value"] = "6%"
    answer = sent(client, draft, values)

    draft.refresh_from_db()
    assert answer.status_code == 302
    assert draft.definition["components"][0]["table"]["tiers"][1] == [100000, 300000, "0.06"]


def test_a_draft_with_faults_is_kept_as_typed_and_cannot_be_issued(cast: Any, draft: Any) -> None:
    client = signed_in(cast.cam)
    values = opened(client, draft)
    kept = draft.definition

    values["plan.components.0.table.tiers.1.value"] = "six"
    sent(client, draft, values)

    draft.refresh_from_db()
    again = opened(client, draft)
    assert again["plan.components.0.table.tiers.1.value"] == "six"
    assert draft.definition == kept
    with pytest.raises(DomainError) as refusal:
        version_issue(actor=actor_of(cast.cam), row=draft, effective_from=date(2026, 1, 1))
    assert refusal.value.code == "not_now"
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_two_people_do_not_overwrite_each_other(cast: Any, draft: Any) -> None:
    client = signed_in(cast.cam)
    values = opened(client, draft)
    sent(client, draft, {**values, "plan.components.0.clause": "7"})

    answer = sent(client, draft, {**values, "plan.components.0.clause": "8"})

    draft.refresh_from_db()
    assert answer.status_code == 409
    assert draft.definition["components"][0]["clause"] == "7"


def test_the_text_and_the_form_show_the_same_plan(cast: Any, draft: Any) -> None:
    client = signed_in(cast.cam)
    values = opened(client, draft, "yaml")

    values["text"] = values["text"].replace("0.05", "0.055") + "# agreed on Monday\n"
    sent(client, draft, values)

    form = opened(client, draft)
    assert form["plan.components.0.table.tiers.1.value"] == "5.5%"
    assert opened(client, draft, "yaml")["text"].endswith("# agreed on Monday\n")


def test_a_torn_text_is_kept_with_the_line_of_its_fault(cast: Any, draft: Any) -> None:
    client = signed_in(cast.cam)
    values = opened(client, draft, "yaml")
    torn = values["text"].replace("components:", "components: [")

    sent(client, draft, {**values, "text": torn})

    page = client.get(f"/plan-versions/{draft.pk}/compose/").content.decode()
    assert fields(page)["text"] == torn
    assert re.search(r"Line \d+: ", page)


def test_a_change_is_worked_out_at_once_and_saved_by_nobody(cast: Any, draft: Any) -> None:
    client = signed_in(cast.cam)
    values = opened(client, draft)
    values["plan.components.0.table.tiers.0.value"] = "10%"
    values["plan.components.0.table.tiers.0.to"] = "90,000"
    values["sample.deals.0.amount"] = "50,000"

    page = client.post(f"/plan-versions/{draft.pk}/compose/preview/", values).content.decode()

    before = draft.version
    draft.refresh_from_db()
    assert "5,000.00" in page
    assert "nothing is said about amounts from 90,000 to 100,000" in page
    assert draft.version == before


def test_buttons_of_the_form_work_without_scripts(cast: Any, draft: Any) -> None:
    client = signed_in(cast.cam)
    values = opened(client, draft)

    page = sent(client, draft, values, "copy:plan.components.0").content.decode()

    again = fields(page)
    assert (again["plan.components.0.id"], again["plan.components.1.id"]) == (
        "commission",
        "commission_2",
    )
    draft.refresh_from_db()
    assert len(draft.definition["components"]) == 1


def test_an_issued_version_is_shown_and_never_changes(cast: Any, draft: Any) -> None:
    client = signed_in(cast.cam)
    values = opened(client, draft)
    version_issue(
        actor=actor_of(cast.cam), row=draft, effective_from=date(2026, 1, 1), note="Agreed"
    )
    draft.refresh_from_db()
    kept = draft.definition

    values["plan.components.0.clause"] = "99"
    answer = sent(client, draft, values)

    draft.refresh_from_db()
    assert answer.status_code >= 400
    assert (draft.definition, draft.note, draft.state) == (kept, "Agreed", "issued")


def test_payees_look_and_change_nothing(cast: Any, draft: Any) -> None:
    client = signed_in(cast.ana)
    values = opened(client, draft)

    answer = sent(client, draft, {**values, "plan.components.0.clause": "99"})

    draft.refresh_from_db()
    assert answer.status_code == 403
    assert draft.definition["components"][0]["clause"] == "1"


def test_versions_are_compared_in_words(cast: Any, draft: Any) -> None:
    client = signed_in(cast.cam)
    version_issue(actor=actor_of(cast.cam), row=draft, effective_from=date(2026, 1, 1))
    draft.refresh_from_db()
    following = version_next(actor=actor_of(cast.cam), row=draft)
    values = opened(client, following)
    sent(client, following, {**values, "plan.components.0.table.tiers.1.value": "6%"})

    page = client.get(f"/plan-versions/{following.pk}/compare/").content.decode()

    assert "Steps › Table, line 2 › Pays" in page
    assert ("<del" in page, ">5%<" in page, ">6%<" in page) == (True, True, True)


def test_the_api_reads_and_writes_the_plan_as_yaml(cast: Any, draft: Any) -> None:
    client, url = signed_in(cast.cam), f"/api/v1/plan-versions/{draft.pk}/plan"
    read = client.get(url)
    text = read.content.decode()

    def put(body: str, **headers: str) -> Any:
        return client.put(url, data=body, content_type="application/yaml", headers=headers)

    without = put(text)
    written = put(text.replace("0.05", "0.07"), If_Match=read["ETag"])
    stale = put(text, If_Match=read["ETag"])
    broken = put("components:\n- id: a\n  base_rate: lots\n", If_Match=written["ETag"])

    assert yaml_read(text) == draft_of(draft).raw
    draft.refresh_from_db()
    assert (without.status_code, written.status_code, stale.status_code) == (428, 200, 409)
    assert (read["X-Plan-Faults"], written["X-Plan-Faults"]) == ("0", "1")  # its example fails now
    assert read["ETag"] != written["ETag"]
    assert draft.definition["components"][0]["table"]["tiers"][1][2] == "0.07"
    assert (broken.status_code, "Line 3" in broken.content.decode()) == (422, True)
    assert client.get(url, headers={"If-None-Match": written["ETag"]}).status_code == 304
    assert signed_in(cast.ana).put(url, data=text).status_code == 403
    assert signed_in(cast.pat).get(url).status_code == 404


@pytest.mark.parametrize(("key", "components"), [("meetings", 1), ("on_collection", 8)])
def test_a_change_is_answered_within_a_tenth_of_a_second(
    cast: Any, key: str, components: int
) -> None:
    """Typed into anew, a plan of eight components too: time of this process, and few questions."""
    client, row = signed_in(cast.cam), plan_begin(actor=actor_of(cast.cam), key=key)
    one, raw = row.definition["components"][0], {**row.definition, "examples": []}
    if components > 1:
        raw["components"] = [{**one, "id": f"c{number}"} for number in range(components)]
        PlanVersion.objects.filter(pk=row.pk).update(definition=raw)
    values = opened(client, row)
    rate, taken = "plan.components.0.table.tiers.0.value", []
    for share in ("1%", "2%", "2.5%"):
        if components > 1:
            values[rate] = share
        began = time.process_time()
        with CaptureQueriesContext(connection) as asked:
            told = client.post(
                f"/plan-versions/{row.pk}/compose/preview/", values, HTTP_HX_REQUEST="true"
            )
        taken.append(time.process_time() - began)

    assert told.status_code == 200
    assert min(taken) < 0.1, taken
    assert len(asked) <= 8


def test_the_examples_of_presets_speak_of_people_in_the_readers_language(cast: Cast) -> None:
    client = signed_in(cast.cam)
    english = client.get("/pay-plans/gallery/").content.decode()
    cast.cam.language = "zh-hans"
    cast.cam.save(update_fields=["language"])

    chinese = client.get("/pay-plans/gallery/").content.decode()
    begun = client.post("/pay-plans/gallery/", {"preset": "on_collection"})
    desk = client.get(begun["Location"]).content.decode()

    assert "Ana:" in english
    assert "王芳:" in chinese
    for page in (chinese, desk):
        assert not re.search(r"\b(Ana|Ben|Lee|Tess|Dee|Eng)\b", page)
    assert 'value="王芳"' in desk
