"""The generic pages in a real browser: what scripts, fragments and headers do together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict
from playwright.sync_api import expect

from tonglu.customers.models import Account, Contact
from tonglu.entities.listing import query_of
from tonglu.entities.registry import entity_of
from tonglu.entities.services import record_create
from tonglu.entities.views import view_create
from tonglu.sales.models import Opportunity

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DEALS = "/opportunities/"


def test_a_value_is_changed_in_its_cell(selling: Any, open_page: Any, deal: Any) -> None:
    page = open_page(selling.ana)
    page.goto(DEALS)

    page.locator("td[data-label='Next step'] [data-edit]").click()
    page.locator("form[data-edit-form] input[name=next_step]").fill("Call them")
    page.keyboard.press("Enter")

    expect(page.locator("td[data-label='Next step'] [data-edit]")).to_have_text("Call them")
    deal.refresh_from_db()
    assert deal.next_step == "Call them"


def test_files_stand_in_their_panel_as_soon_as_they_are_through(
    selling: Any, open_page: Any, deal: Any
) -> None:
    page = open_page(selling.ana)
    page.goto(f"{DEALS}{deal.pk}/")

    files = [
        {"name": name, "mimeType": "text/plain", "buffer": b"x"}
        for name in ("Plan.txt", "List.txt")
    ]
    page.locator("#panel-files input[type=file]").set_input_files(files)

    expect(page.locator("#panel-files .panel-list li")).to_have_count(2)
    expect(page.locator("#toasts")).to_contain_text("Filed.")


def test_the_main_contact_of_the_account_is_proposed_until_somebody_chooses(
    selling: Any, open_page: Any, account: Any, actor: Callable[..., Any]
) -> None:
    for name, is_main in (("Wang", False), ("Li", True)):
        values = {"name": name, "account": account, "is_primary": is_main}
        record_create(actor=actor(selling.ana), model=Contact, values=values)
    other = record_create(
        actor=actor(selling.ana), model=Account, values={"name": "Nobody known Ltd"}
    )
    page = open_page(selling.ana)
    contact = page.get_by_label("Contact", exact=True)

    page.goto(f"/quotes/new/?account={account.pk}")
    expect(contact).to_have_value("Li")

    page.goto("/quotes/new/")
    expect(contact).to_have_value("")
    for name, proposed in ((account.name, "Li"), (other.name, ""), (account.name, "Li")):
        page.get_by_label("Account", exact=True).fill(name)
        page.get_by_role("option", name=name).first.click()
        expect(contact).to_have_value(proposed)

    contact.fill("Wang")
    page.get_by_role("option", name="Wang").first.click()
    with page.expect_response("**/lookup/**"):
        page.get_by_label("Account", exact=True).fill(other.name)
    page.get_by_role("option", name=other.name).first.click()
    expect(page.get_by_label("Account", exact=True)).to_have_value(other.name)
    expect(contact).to_have_value("Wang")


def test_chosen_rows_are_changed_and_the_change_is_undone(
    selling: Any, open_page: Any, make_deal: Callable[..., Any]
) -> None:
    for number in range(3):
        make_deal(f"Deal {number}")
    page = open_page(selling.ana)
    page.goto(DEALS)

    page.locator("[data-select-all]").check()
    page.locator("[data-bulk-bar]").get_by_role("button", name="Change").click()
    page.locator("#bulk-field").select_option("next_step")
    page.locator("#modal input[name=next_step]").fill("Visit")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#modal")).to_contain_text("3 records will change")
    page.get_by_role("button", name="Change 3 records").click()
    expect(page.locator("#modal")).to_contain_text("3 records were changed")
    page.get_by_role("button", name="Undo").click()

    expect(page.locator("#toasts")).to_contain_text("3 changes were taken back")
    assert set(Opportunity.objects.values_list("next_step", flat=True)) == {""}


def test_a_refused_card_goes_back_and_asks_for_what_is_missing(
    selling: Any, open_page: Any, deal: Any, stage: Any, watch: Any
) -> None:
    watch.expected.append("422")
    Contact.objects.create(
        name="Li Wei", account=deal.account, owner=selling.ana, department=selling.east
    )
    page = open_page(selling.ana)
    page.goto(f"{DEALS}board/")

    page.locator(f"[data-card='{deal.pk}']").focus()
    page.keyboard.press("Alt+ArrowRight")
    dialog = page.locator("#modal-2")
    expect(dialog).to_contain_text("was not moved")
    dialog.locator("[data-lookup-text]").fill("Li")
    page.locator(".lookup-list [role=option]").first.click()
    dialog.get_by_role("button", name="Save and move").click()

    moved_to = stage("field.engaging").pk
    card = page.locator(f"[data-lane='{moved_to}'] [data-card='{deal.pk}']")
    expect(card).to_be_visible()
    expect(card).to_be_focused()
    deal.refresh_from_db()
    assert deal.stage_id == moved_to


def test_a_filter_is_built_and_stays_in_the_address(
    selling: Any, open_page: Any, make_deal: Callable[..., Any]
) -> None:
    make_deal("Small", amount=1000)
    make_deal("Large", amount=900_000)
    page = open_page(selling.ana)
    page.goto(DEALS)

    page.locator(".filter-more > summary").click()
    page.locator("[data-spot=add]").click()
    page.locator("[data-spot=field]").select_option("amount")
    page.locator("[data-spot=op]").select_option(">=")
    page.locator("input[data-spot=value]").fill("500000")

    expect(page.locator("#listing tbody tr")).to_have_count(1)
    expect(page.locator("#listing tbody")).to_contain_text("Large")
    page.reload()
    expect(page.locator("#listing tbody tr")).to_have_count(1)


def test_a_missing_customer_is_made_inside_the_form_on_a_phone(
    selling: Any, open_page: Any
) -> None:
    page = open_page(selling.ana, size="phone")
    page.goto(f"{DEALS}new/")

    page.locator("#field-name").fill("Ten pumps")
    page.locator("#field-account").fill("Brand New Corp")
    page.locator(".lookup-new").click()
    page.locator("#modal").get_by_role("button", name="Save").click()
    expect(page.locator("#field-account")).to_have_value("Brand New Corp")
    page.locator("#record-form").get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("heading", name="Ten pumps")).to_be_visible()
    assert Opportunity.objects.get().account.name == "Brand New Corp"
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


def test_a_contact_made_inside_a_deal_is_one_of_the_deals_customer(
    selling: Any, open_page: Any, account: Any
) -> None:
    page = open_page(selling.ana, size="phone")
    page.goto(f"{DEALS}new/?account={account.pk}")

    page.locator("#field-contact").fill("Wu Xiaodong")
    page.locator(".lookup-new").click()
    expect(page.locator("#modal #field-account")).to_have_value(account.name)
    page.locator("#modal").get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("Wu Xiaodong")

    assert Contact.objects.get().account == account


def test_what_is_typed_replaces_a_zero_wherever_the_field_was_touched(
    selling: Any, open_page: Any
) -> None:
    page = open_page(selling.ana, size="phone")
    page.goto(f"{DEALS}new/")
    amount = page.locator("#field-amount")
    expect(amount).to_have_value("0")

    amount.click(position={"x": 10, "y": 10})
    page.keyboard.type("380000")
    expect(amount).to_have_value("380000")
    page.locator("#field-name").click()
    amount.click(position={"x": 10, "y": 10})
    page.keyboard.press("End")
    page.keyboard.type("5")

    expect(amount).to_have_value("3800005")


def test_the_menu_of_views_lies_above_the_list_on_a_phone(
    selling: Any, open_page: Any, deal: Any
) -> None:
    page = open_page(selling.ana, size="phone")
    page.goto(DEALS)

    page.locator(".tabs .dropdown > button").click()
    expect(page.locator(".tabs .dropdown-menu")).to_be_visible()

    hidden = page.evaluate(
        """() => [...document.querySelectorAll(".tabs .dropdown-menu .dropdown-item")].filter((item) => {
            const at = item.getBoundingClientRect();
            const top = document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2);
            return at.bottom < innerHeight - 80 && !item.contains(top);
        }).map((item) => item.textContent)"""
    )
    assert hidden == []


def test_what_is_typed_in_a_dialog_stays_while_it_tells_of_a_similar_record(
    selling: Any, open_page: Any, account: Any
) -> None:
    page = open_page(selling.ana)
    page.goto("/")
    page.locator("header").get_by_role("button", name="New", exact=True).click()
    page.get_by_role("link", name="Account", exact=True).click()
    dialog = page.locator("#modal")

    dialog.locator("[name=phone]").fill("021-5555 0001")
    dialog.locator("[name=name]").fill(account.name)

    expect(dialog.locator("#duplicates")).to_contain_text(account.name)
    expect(dialog.locator("[name=name]")).to_have_value(account.name)
    expect(dialog.locator("[name=phone]")).to_have_value("021-5555 0001")


def test_a_link_keeps_its_click_and_is_changed_by_the_button_beside_it(
    selling: Any, open_page: Any, deal: Any
) -> None:
    page = open_page(selling.ana)
    page.goto(f"{DEALS}{deal.pk}/")
    account = page.locator(".fact", has_text="Account").first

    account.locator(".edit-pen").click()
    expect(account.locator("form[data-edit-form]")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(account.locator("a")).to_have_text("Acme Pumps")
    account.locator("a").click()

    expect(page.get_by_role("heading", name="Acme Pumps", exact=True)).to_be_visible()


def test_a_quick_enter_takes_what_was_typed_and_not_what_was_listed_before(
    selling: Any, open_page: Any, actor: Any
) -> None:
    for name in ("Aurora Works", "Borealis Works"):
        record_create(actor=actor(selling.ana), model=Account, values={"name": name})
    page = open_page(selling.ana)
    page.goto(f"{DEALS}new/")
    field = page.locator("#field-account")
    field.click()
    expect(page.locator(".lookup-list [role=option]").first).to_be_visible()

    page.keyboard.type("Borealis")
    page.keyboard.press("Enter")

    expect(field).to_have_value("Borealis Works")
    expect(page.locator(".lookup-list:popover-open")).to_have_count(0)


def test_what_was_typed_outlives_a_session_that_ended(
    selling: Any, open_page: Any, watch: Any
) -> None:
    watch.expected.append("401")  # of what the page itself asks for once the session is gone
    page = open_page(selling.ana)
    page.goto("/accounts/new/")
    page.locator("#field-name").fill("Typed in vain?")
    known = page.context.cookies()
    page.context.clear_cookies(name="session")

    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[name=password]")).to_be_visible()
    page.context.add_cookies(known)
    page.goto("/accounts/new/")
    page.locator(".draft-bar button").first.click()
    expect(page.locator("#field-name")).to_have_value("Typed in vain?")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Typed in vain?")).to_be_visible()

    page.goto("/accounts/new/")
    page.wait_for_load_state("networkidle")
    expect(page.locator(".draft-bar")).to_have_count(0)


def test_the_longest_title_of_a_view_fits_its_menu_on_a_phone(
    selling: Any, open_page: Any, actor: Any
) -> None:
    title = "重点跟进客户，" * 11
    view_create(
        actor=actor(selling.ana),
        entity=entity_of(Opportunity),
        title=title,
        query=query_of(QueryDict()),
    )
    page = open_page(selling.ana, size="phone")
    page.goto(DEALS)

    page.locator(".tabs .dropdown > button").click()
    item = page.locator(".tabs .dropdown-menu .dropdown-item", has_text="重点跟进客户")
    expect(item).to_be_visible()

    box = item.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page.viewport_size["width"]
    assert item.evaluate("item => item.scrollWidth <= item.clientWidth")


def test_the_ring_round_a_tab_lies_inside_the_row_that_cuts_it(
    selling: Any, open_page: Any, deal: Any
) -> None:
    page = open_page(selling.ana)
    page.goto("/opportunities/")
    tab = page.locator(".tabs a.tab").first

    tab.press("Shift")  # a key, so that the focus shows
    tab.focus()

    assert tab.evaluate("tab => parseFloat(getComputedStyle(tab).outlineOffset)") <= -2
    assert tab.evaluate("tab => getComputedStyle(tab).outlineStyle") != "none"


def test_a_draft_that_says_what_is_saved_by_now_is_not_offered(
    selling: Any, open_page: Any, deal: Any
) -> None:
    page = open_page(selling.ana)
    edit = f"/opportunities/{deal.pk}/edit/"
    page.goto(edit)
    page.locator("#field-name").fill("Twelve pumps")
    page.wait_for_timeout(900)  # a draft is kept a moment after the last key
    page.goto(edit)
    expect(page.locator(".draft-bar")).to_have_count(1)

    type(deal).objects.filter(pk=deal.pk).update(name="Twelve pumps")
    page.goto(edit)
    page.wait_for_load_state("networkidle")
    expect(page.locator("#field-name")).to_have_value("Twelve pumps")
    expect(page.locator(".draft-bar")).to_have_count(0)


def test_a_draft_brings_back_the_lines_that_were_added_and_what_was_chosen(
    selling: Any, open_page: Any, actor: Any
) -> None:
    record_create(actor=actor(selling.ana), model=Account, values={"name": "Borealis Works"})
    page = open_page(selling.ana, size="phone")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{DEALS}new/")
    page.locator("#field-account").click()
    page.keyboard.type("Borealis")
    page.keyboard.press("Enter")
    expect(page.locator("#field-account")).to_have_value("Borealis Works")
    total = page.locator("[name=lines-opportunityline-TOTAL_FORMS]")
    products = page.locator("fieldset[data-lines]").filter(has=total)
    products.locator("[data-line-add]").click()
    products.locator("[data-line-add]").click()
    products.locator("[data-line] [data-role=price]").last.fill("77.5")
    page.keyboard.press("Tab")
    page.wait_for_timeout(900)  # a draft is kept a moment after the last key

    page.goto(f"{DEALS}new/")
    page.locator(".draft-bar button").first.click()

    expect(page.locator("#field-account")).to_have_value("Borealis Works")
    expect(products.locator("[data-line]")).to_have_count(2)
    expect(products.locator("[data-line] [data-role=price]").last).to_have_value("77.5")
