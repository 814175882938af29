"""Every component does what its page authors were promised, in a real browser, on the style guide."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def guide(settings, cast, open_page):
    """The style guide, as Ana opens it."""
    settings.DEBUG = True

    def opened(**more):
        page = open_page(cast.ana, **more)
        page.goto("/styleguide/")
        expect(page.locator("#deals[data-ready]")).to_be_visible()
        page.wait_for_load_state("networkidle")
        return page

    return opened


def test_the_guide_is_for_developers_only(cast, browse):
    assert browse(cast.ana).get("/styleguide/").status_code == 404


def test_the_palette_finds_pages_records_and_acts(guide):
    page = guide()

    page.keyboard.press("/")
    page.keyboard.type("contacts")
    expect(page.locator(".palette-option")).to_contain_text(["Contacts"])
    page.locator(".palette-input").fill("Lab bench")
    expect(page.locator(".palette-option").first).to_contain_text("Lab bench, phase 2")
    page.keyboard.press("Escape")

    expect(page.locator("#palette")).not_to_be_visible()


def test_rows_are_walked_and_selected_by_keyboard(guide):
    page = guide()

    for key in "jjx":
        page.keyboard.press(key)

    expect(page.locator("[data-bulk-count]")).to_have_text("1 selected")
    page.locator("[data-select-all]").click()
    expect(page.locator("[data-bulk-count]")).to_have_text("5 selected")
    page.locator("[data-bulk-offer]").click()
    expect(page.locator("[data-bulk-count]")).to_have_text("248 selected")
    assert page.locator("[data-bulk-everything]").input_value() == "1"


def test_a_disabled_button_says_why(guide):
    page = guide()

    page.locator("[data-reason]").click(force=True)

    expect(page.locator(".note-warning")).to_contain_text("A signed contract is missing.")


def test_a_value_is_edited_in_place_and_escape_brings_it_back(guide):
    page = guide()
    value = page.locator("[data-edit]").first

    field = page.locator("[data-edit-form] input[name=value]")

    value.click()
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(value).to_have_text("128,000.00")
    value.click()
    expect(field).to_be_focused()
    page.keyboard.type("99.50")
    page.keyboard.press("Enter")

    expect(page.locator("[data-edit]").first).to_have_text("99.50")


def test_a_record_created_from_a_lookup_is_chosen_there(guide):
    page = guide()
    account = page.locator("#f-account")

    account.fill("Zeta")
    page.locator("[data-create]").click()
    expect(page.locator("#m-name")).to_have_value("Zeta")
    page.locator("#m-name").press("Control+Enter")

    expect(page.locator("#modal")).not_to_be_visible()
    expect(account).to_have_value("Zeta")
    expect(account).to_be_focused()
    assert page.locator("input[name=account]").input_value() == "99"


def test_line_items_add_up_without_losing_a_cent(guide):
    page = guide()

    page.locator("[data-line-add]").click()
    page.locator("[data-line]").nth(2).locator("[data-role=price]").fill("0.005")
    expect(page.locator("[data-lines-sum]")).to_have_text("5,729.98")
    page.locator("[data-line]").first.locator("[data-line-remove]").click()

    expect(page.locator("[data-lines-sum]")).to_have_text("480.01")
    assert page.locator("[name=lines-0-DELETE]").input_value() == "on"


def test_a_condition_is_built_by_keyboard_alone(guide):
    page = guide()
    page.locator("#conditions [data-spot=add]").last.focus()

    page.keyboard.press("Enter")
    expect(page.locator("#conditions [data-spot=field]").last).to_be_focused()
    page.locator("#conditions [data-spot=value]").last.fill("华辰")

    stored = page.locator("#conditions > input[type=hidden]")
    expect(stored).to_have_value(
        '{"all":[{"field":"amount","op":">=","value":"10000"},'
        '{"any":[{"field":"stage","op":"in","value":["2","3"]},'
        '{"field":"closes","op":"within","value":"this_quarter"}]},'
        '{"field":"name","op":"contains","value":"华辰"}]}'
    )


def test_a_refused_card_goes_back_and_the_reason_is_shown(guide, watch):
    page = guide()
    watch.expected += ["409"]

    page.locator("[data-lane=close] [data-card]").focus()
    page.keyboard.press("Alt+ArrowRight")

    expect(page.locator("#modal-2")).to_contain_text("a signed contract")
    expect(page.locator("[data-lane=close] [data-card]")).to_have_count(1)
    expect(page.locator("[data-lane=won] [data-card]")).to_have_count(0)


def test_a_dragged_card_stays_where_it_was_dropped(guide):
    page = guide()
    card = page.locator("[data-lane=qualify] [data-card]")
    card.scroll_into_view_if_needed()
    start, goal = card.bounding_box(), page.locator("[data-lane=need] .lane-cards").bounding_box()

    page.mouse.move(start["x"] + 40, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(start["x"] + 90, start["y"] + 30, steps=5)
    page.mouse.move(goal["x"] + 60, goal["y"] + 40, steps=8)
    expect(page.locator("[data-lane=need] [data-card]")).to_have_count(2)
    page.mouse.up()

    expect(page.locator("[data-lane=need] [data-card]")).to_have_count(2)
    expect(page.locator("[data-lane=need] [data-lane-count]")).to_have_text("2")


def test_an_unsaved_dialog_asks_before_it_closes(guide):
    page = guide()
    page.get_by_role("button", name="Side panel").click()
    page.locator("#panel #m-city").fill("Shanghai")

    page.keyboard.press("Escape")
    question = page.locator("dialog[open]").last
    expect(question).to_contain_text("not saved")
    question.get_by_role("button", name="Cancel").click()

    expect(page.locator("#panel #m-city")).to_have_value("Shanghai")


def test_a_draft_survives_a_closed_page(guide):
    page = guide()
    page.locator("#f-note").fill("half a thought")
    page.wait_for_timeout(600)
    page.on("dialog", lambda dialog: dialog.accept())

    page.reload()
    page.get_by_role("button", name="Restore draft").click()

    expect(page.locator("#f-note")).to_have_value("half a thought")


def test_a_confirmation_names_the_act(guide):
    page = guide()

    page.get_by_role("button", name="Delete", exact=True).click()
    page.locator("dialog[open]").get_by_role("button", name="Delete").click()

    expect(page.locator(".note-success")).to_contain_text("The quote was sent")


def test_files_are_uploaded_and_join_the_list(guide):
    page = guide()

    page.locator("#files").set_input_files(
        {"name": "招标.txt", "mimeType": "text/plain", "buffer": b"x"}
    )

    expect(page.locator("#uploaded li")).to_have_text(["招标.txt"])


def test_charts_calendar_and_timeline_are_drawn(guide):
    page = guide()

    page.locator("[data-chart=chart-a]").scroll_into_view_if_needed()
    expect(page.locator("[data-chart=chart-a] svg")).to_be_visible()
    expect(page.locator("[data-calendar]")).to_contain_text("Demo at Contoso")
    page.locator("[data-show=mail]").click()
    expect(page.locator(".timeline-entry:visible")).to_have_count(1)


def test_a_chart_far_below_is_fetched_when_the_reader_comes_near(guide):
    page = guide(size="phone")
    fetched = "() => performance.getEntriesByType('resource').some(one => /chart-/.test(one.name))"
    before = page.evaluate(fetched)

    page.locator("[data-chart=chart-c]").scroll_into_view_if_needed()

    expect(page.locator("[data-chart=chart-c] svg")).to_be_visible()
    assert (before, page.evaluate(fetched)) == (False, True)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_nothing_runs_out_of_the_page(guide, size):
    page = guide(size=size)

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_phone_reaches_the_whole_navigation(guide):
    page = guide(size="phone")

    page.locator(".shell-bottom [data-nav-open]").click()

    expect(page.locator("#nav").get_by_role("link", name="Opportunities")).to_be_visible()
    page.locator(".nav-close").click()
    expect(page.locator("#nav")).not_to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_guide_is_accessible(guide, scheme):
    page = guide(scheme=scheme, bypass_csp=True)

    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]

    grave = [one["id"] for one in found if one["impact"] in {"serious", "critical"}]
    assert grave == []
