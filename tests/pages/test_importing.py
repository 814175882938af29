"""Which fields the columns of other systems' files go to, what is joined, and which dates must be asked about."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tonglu.customers.models import Account, Contact, Source
from tonglu.entities.models import Import
from tonglu.entities.registry import entity_of
from tonglu.entities.transfer.importing import import_bring, import_run_job, import_try_job
from tonglu.entities.transfer.reading import Table
from tonglu.entities.transfer.suggesting import plan_suggest
from tonglu.entities.transfer.unknown import unknown_columns
from tonglu.policy.testing import Cast
from tonglu.sales.models import Opportunity, Stage

DEAL_FIELDS = ("name", "account", "stage", "source", "probability", "amount")
ACCOUNT, CONTACT, DEAL = "customers.account", "customers.contact", "sales.opportunity"

EXPORTS: dict[str, tuple[str, dict[str, str]]] = {
    "accounts of Salesforce": (
        ACCOUNT,
        {
            "ID": "external_id",
            "NAME": "name",
            "PARENTID": "parent",
            "BILLINGSTREET": "street",
            "BILLINGCITY": "city",
            "BILLINGSTATE": "province",
            "BILLINGPOSTALCODE": "postcode",
            "BILLINGCOUNTRY": "country",
            "NUMBEROFEMPLOYEES": "employees",
            "ANNUALREVENUE": "annual_revenue",
            "OWNERID": "",
            "ISDELETED": "",
        },
    ),
    "deals of Salesforce": (
        DEAL,
        {
            "ID": "external_id",
            "ACCOUNTID": "account",
            "NAME": "name",
            "STAGENAME": "stage",
            "AMOUNT": "amount",
            "EXPECTEDREVENUE": "",
            "CLOSEDATE": "close_date",
            "NEXTSTEP": "next_step",
            "LEADSOURCE": "source",
            "CREATEDDATE": "opened_on",
        },
    ),
    "a report of deals": (
        DEAL,
        {
            "Opportunity Owner": "owner",
            "Account Name": "account",
            "Opportunity Name": "name",
            "Total Amount Currency": "currency",
            "Total Amount": "amount",
            "Opportunity Next Steps": "next_step",
            "Fiscal Period": "",
        },
    ),
    "deals of Pipedrive": (
        DEAL,
        {
            "Deal - Title": "name",
            "Deal - Value": "amount",
            "Organization": "account",
            "Contact person": "contact",
            "Deal - Owner": "owner",
            "Deal - Stage (pipeline)": "stage",
            "Deal - Expected close date": "close_date",
            "Deal - Lost reason": "outcome_reason",
        },
    ),
    "companies of HubSpot": (
        ACCOUNT,
        {
            "Record ID": "external_id",
            "Company name": "name",
            "Company Domain Name": "website",
            "Company owner": "owner",
            "Country/Region": "country",
        },
    ),
    "partners of Odoo": (
        ACCOUNT,
        {"name": "name", "zip": "postcode", "vat": "tax_id", "is_company": ""},
    ),
    "deals that name other records": (
        DEAL,
        {"LEADID": "lead", "Campaign Id": "campaign", "Potential Name": "name"},
    ),
    "products": (
        "catalog.product",
        {"Product Name": "name", "Product Code": "sku", "Product Category": "category"},
    ),
    "invoices": ("finance.invoice", {"Account Id": "account", "Sales Order Id": "order"}),
    "lines of orders": (
        "orders.order",
        {"客户名称": "account", "产品": "orderline.product", "数量": "orderline.quantity"},
    ),
    "客户": (ACCOUNT, {"公司名称": "name", "详细地址": "street", "统一社会信用代码": "tax_id"}),
    "线索": (
        "marketing.lead",
        {"公司名称": "company", "姓名": "name", "手机号": "mobile", "Lead Source": "source"},
    ),
    "people who had another employer": (
        CONTACT,
        {"Name": "name", "Company": "account", "Job Title": "title", "Title": ""},
    ),
}


def table(rows: dict[str, list[str]]) -> Table:
    """A table of these columns."""
    lines = list(zip(*rows.values(), strict=True))
    numbered = [(1, list(rows)), *((n, list(line)) for n, line in enumerate(lines, start=2))]
    return Table(headers=tuple(rows), source=lambda: iter(numbered), count=len(lines))


def suggested(cast: Cast, actor: Any, kind: str, file: Table) -> dict[str, str]:
    plan = plan_suggest(entity_of(kind), actor(cast.ada), file)
    return {" + ".join(column.headers): column.field for column in plan.columns}


@pytest.mark.parametrize("name", EXPORTS)
def test_the_columns_of_other_systems_are_recognised(cast: Cast, actor: Any, name: str) -> None:
    kind, meant = EXPORTS[name]

    found = suggested(cast, actor, kind, table({header: [] for header in meant}))
    backwards = suggested(cast, actor, kind, table({header: [] for header in reversed(meant)}))

    assert found == backwards == {header: field for header, field in meant.items() if field}


@pytest.mark.parametrize(
    ("rows", "joined"),
    [
        ({"First Name": ["Anna"], "Last Name": ["Smith"]}, "First Name + Last Name"),
        ({"Last Name": ["Smith"], "First Name": ["Anna"]}, "First Name + Last Name"),
        ({"First Name": ["军"], "Last Name": ["张"]}, "Last Name + First Name"),
        ({"名": ["军"], "姓": ["张"]}, "姓 + 名"),
        ({"Name": ["Anna Smith"], "First Name": ["Anna"], "Last Name": ["Smith"]}, "Name"),
        ({"First Name": [""], "Last Name": ["Smith"]}, "Last Name"),
    ],
)
def test_a_name_in_two_columns_is_joined_as_people_write_it(
    cast: Cast, actor: Any, rows: dict[str, list[str]], joined: str
) -> None:
    found = suggested(cast, actor, CONTACT, table(rows))

    assert found == {joined: "name"}


def test_empty_columns_and_lists_that_know_no_value_are_left_to_the_person(
    cast: Cast, actor: Any
) -> None:
    file = table({"Name": ["Acme"], "Account": [""], "Type": ["Channel, gold"], "Tier": ["gold"]})

    assert suggested(cast, actor, ACCOUNT, file) == {"Name": "name"}


@pytest.mark.parametrize(
    ("days", "order"),
    [
        (["9/30/2026", "1/2/2026"], "month first"),
        (["30/9/2026", "1/2/2026"], "day first"),
        (["1/2/2026", "3/4/2026"], ""),
        (["2026-09-30"], ""),
    ],
)
def test_the_order_of_day_and_month_is_told_by_the_column(
    cast: Cast, actor: Any, days: list[str], order: str
) -> None:
    file = table({"Name": ["A"] * len(days), "Close Date": days})

    plan = plan_suggest(entity_of(Opportunity), actor(cast.ada), file)

    assert {column.field: column.format for column in plan.columns}["close_date"] == order


def opened(browser: Any, slug: str, content: str) -> str:
    """The address of an import whose file has been chosen."""
    upload = SimpleUploadedFile("theirs.csv", content.encode())
    answer = browser.post(f"/{slug}/import/", {"file": upload})
    return str(answer["Location"])


def test_people_come_in_with_both_names_and_dates_in_the_order_that_was_said(
    cast: Cast, browse: Any, actor: Any
) -> None:
    browser = browse(cast.ana)
    address = opened(
        browser, "contacts", "Last Name,First Name,Birthday\nSmith,Anna,3/4/1980\nLi,,5/6/1981\n"
    )
    chosen = {"field-0": "name", "field-1": "name", "field-2": "birthday", "key": "name"}

    asked = browser.post(address, chosen)
    assert asked.status_code == 422
    assert "Dates like 3/4/1980 in “Birthday” can be read in two ways." in asked.content.decode()
    assert asked.content.decode().count('value="name" selected') == 3, "what was chosen stands"

    assert browser.post(address, {**chosen, "format-2": "day first"}).status_code == 302
    made = Import.objects.get()
    import_try_job(import_id=made.pk)
    made.refresh_from_db()
    import_bring(actor=actor(cast.ana), made=made)
    import_run_job(import_id=made.pk)

    people = Contact.objects.order_by("pk").values_list("name", "birthday")
    assert [(name, str(day)) for name, day in people] == [
        ("Anna Smith", "1980-04-03"),
        ("Li", "1981-06-05"),
    ]


def test_columns_without_a_header_move_no_other_column(cast: Cast, browse: Any) -> None:
    address = opened(browse(cast.ana), "contacts", "Name,,,Mobile\nLi,x,y,13800001111\n")

    browse(cast.ana).post(address, {"field-0": "name", "field-3": "mobile", "key": "name"})
    made = Import.objects.get()
    import_try_job(import_id=made.pk)

    made.refresh_from_db()
    assert (made.report["created"], made.report["problems"]) == (1, [])
    assert set(made.plan["columns"]) == {"name", "mobile"}


def test_two_columns_cannot_go_to_one_date(cast: Cast, browse: Any) -> None:
    browser = browse(cast.ana)
    address = opened(browser, "contacts", "Name,Born,Birthday\nAnna,1980-01-02,1980-01-02\n")

    answer = browser.post(
        address, {"field-0": "name", "field-1": "birthday", "field-2": "birthday", "key": "name"}
    )

    assert answer.status_code == 422
    assert "both “Born” and “Birthday” go to it" in answer.content.decode()
    assert Import.objects.get().state == Import.State.MAPPING


def test_the_lists_of_the_page_tell_the_fields_of_lines_from_those_of_the_record(
    cast: Cast, browse: Any
) -> None:
    browser = browse(cast.ana)
    address = opened(browser, "accounts", "Name,Type,City of delivery\nAcme,Customer,Wuxi\n")

    text = browser.get(address).content.decode()

    assert '<optgroup label="Other addresses">' in text
    assert text.count('value="kind" selected') == 1
    assert 'value="accountaddress.city"' in text


def test_a_value_no_list_has_is_settled_once_for_all_its_rows(
    selling: Any, browse: Any, actor: Any
) -> None:
    browser = browse(selling.ada)
    address = opened(
        browser,
        "opportunities",
        "Deal,Customer,Stage,Lead Source,Probability,Value\n"
        "A,Acme,Sounding out,Fair,10,6.0E5\n"
        "B,Acme,Sounding out,Fair,50.0,1000\n"
        "C,Acme,Qualified,Letter,120,1000\n",
    )
    Account.objects.create(name="Acme", owner=selling.ada, department=selling.ada.department)
    stage = Stage.objects.order_by("pipeline", "position").first()
    assert stage is not None
    browser.post(address, {f"field-{n}": name for n, name in enumerate(DEAL_FIELDS)})
    made = Import.objects.get()
    import_try_job(import_id=made.pk)

    made.refresh_from_db()
    columns = {one.header: one for one in unknown_columns(actor(selling.ada), made)}
    assert {h: [(v.value, v.rows) for v in one.values] for h, one in columns.items()} == {
        "Stage": [("Sounding out", 2), ("Qualified", 1)],
        "Lead Source": [("Fair", 2), ("Letter", 1)],
    }
    stages, sources = columns["Stage"], columns["Lead Source"]
    assert not stages.may_create, "a stage needs more than a name"
    browser.post(
        f"{address}values/",
        {
            f"{stages.name}-0": f"take:{stage.name}",
            f"{stages.name}-1": f"take:{stage.name}",
            f"{sources.name}-0": "create",
            f"{sources.name}-1": "empty",
        },
    )
    import_try_job(import_id=made.pk)

    made.refresh_from_db()
    assert [(p["line"], p["reason"]) for p in made.report["problems"]] == [
        (4, "It must be 100 % or less.")
    ]
    import_bring(actor=actor(selling.ada), made=made)
    import_run_job(import_id=made.pk)
    deals = Opportunity.objects.order_by("name")
    assert [(d.name, d.stage.name, str(d.source), d.probability, d.amount) for d in deals] == [
        ("A", stage.name, "Fair", Decimal("0.1"), Decimal(600_000)),
        ("B", stage.name, "Fair", Decimal("0.5"), Decimal(1000)),
    ]


def test_nobody_adds_to_a_list_they_may_not_write(
    selling: Any, browse: Any, actor: Any, account: Any
) -> None:
    browser = browse(selling.ana)
    address = opened(browser, "opportunities", "Deal,Customer,Source\nA,Acme Pumps,Fair\n")
    browser.post(address, {"field-0": "name", "field-1": "account", "field-2": "source"})
    made = Import.objects.get()
    import_try_job(import_id=made.pk)

    made.refresh_from_db()
    (source,) = unknown_columns(actor(selling.ana), made)
    browser.post(f"{address}values/", {f"{source.name}-0": "create"})

    assert not source.may_create
    assert not Source.objects.filter(name="Fair").exists()
    assert browse(selling.cy).post(f"{address}values/").status_code == 404


def test_everything_that_is_wrong_with_a_row_is_told_at_once(
    selling: Any, browse: Any, account: Any
) -> None:
    browser = browse(selling.ana)
    address = opened(
        browser,
        "opportunities",
        "Deal,Customer,Close date,Amount,Stage\n"
        ",Nobody,soon,many,\n"
        "Good,Acme Pumps,2026-01-31,5,\n"
        "Late,Acme Pumps,2026-02-31,5,\n",
    )
    fields = ("name", "account", "close_date", "amount", "stage")
    browser.post(address, {f"field-{n}": name for n, name in enumerate(fields)})
    made = Import.objects.get()
    import_try_job(import_id=made.pk)

    made.refresh_from_db()
    told = [(problem["line"], problem["header"]) for problem in made.report["problems"]]
    assert sorted(told) == [
        (2, "Amount"),
        (2, "Close date"),
        (2, "Customer"),
        (2, "Deal"),
        (4, "Close date"),
    ]
    counted = ("total", "created", "unchanged", "left_out")
    assert [made.report[name] for name in counted] == [1, 1, 0, 2]


def test_an_import_is_taken_back_after_a_question_and_its_page_says_so(
    cast: Cast, actor: Any, browse: Any
) -> None:
    browser = browse(cast.ana)
    address = opened(browser, "accounts", "Name\nFrom the fair\n")
    browser.post(address, {"field-0": "name"})
    made = Import.objects.get()
    import_try_job(import_id=made.pk)
    made.refresh_from_db()
    import_bring(actor=actor(cast.ana), made=made)
    import_run_job(import_id=made.pk)
    before = browser.get(address).content.decode()

    answer = browser.post(f"{address}undo/", headers={"HX-Request": "true"})

    after = browser.get(address).content.decode()
    assert 'hx-confirm="Take this import back?' in before
    assert (answer.status_code, answer["HX-Redirect"]) == (204, address)
    assert "This import has been taken back." in after
    assert not Account.objects.filter(name="From the fair").exists()


def test_a_row_that_cannot_be_read_counts_as_left_out_beside_a_stored_one(
    cast: Cast, actor: Any, browse: Any
) -> None:
    Contact.objects.create(name="Li", owner=cast.ana, department=cast.ana.department)
    browser = browse(cast.ana)
    address = opened(browser, "contacts", "Name,Birthday\nLi,never\n")
    browser.post(address, {"field-0": "name", "field-1": "birthday", "key": "name", "update": "no"})
    made = Import.objects.get()
    import_try_job(import_id=made.pk)

    made.refresh_from_db()
    assert (made.report["unchanged"], made.report["left_out"]) == (0, 1)
