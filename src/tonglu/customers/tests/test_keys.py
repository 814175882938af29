"""The same thing has one key, however it was written."""

from __future__ import annotations

import pytest

from tonglu.customers.core.duplicates import CompanyKeys, PersonKeys, companies_alike, people_alike
from tonglu.customers.core.keys import company_key, person_key, phone_key, site_key, tax_key
from tonglu.customers.core.merging import merge_plan
from tonglu.customers.core.sizes import size_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("上海华辰科技有限公司", "上海市华辰科技(集团)股份有限公司"),
        ("Acme Co., Ltd.", "ACME"),
        ("The Acme Corporation", "acme corp"),
        ("ＡＢＣ股份公司", "abc"),
        ("深圳（前海）蓝天有限责任公司", "深圳前海蓝天"),
    ],
)
def test_one_company_has_one_key(one: str, other: str) -> None:
    assert company_key(one) == company_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("上海华辰科技有限公司", "北京华辰科技有限公司"),
        ("Acme Inc", "Apex Inc"),
        ("华联超市", "华联"),
    ],
)
def test_two_companies_have_two_keys(one: str, other: str) -> None:
    assert company_key(one) != company_key(other)


def test_a_name_of_nothing_but_legal_form_stays_itself() -> None:
    assert company_key("有限公司") == "有限公司"
    assert company_key("Ltd") == "ltd"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("+86 138-0013-8000", "13800138000"),
        ("13800138000", "13800138000"),
        ("(021) 5555 1234", "2155551234"),
        ("+86 21 5555 1234 转 8", "2155551234"),
        ("15457180184 / 0571-88882797", "15457180184"),
        ("１３８００１３８０００", "13800138000"),
        ("", ""),
    ],
)
def test_a_number_is_found_however_it_was_typed(written: str, key: str) -> None:
    assert phone_key(written) == key


def test_titles_and_width_do_not_make_another_person() -> None:
    assert person_key("王  芳女士") == person_key("王芳")
    assert person_key("Dr. Zhang Wei") == person_key("ＺＨＡＮＧ　ＷＥＩ")


def test_tax_ids_and_sites_lose_their_clothes() -> None:
    assert tax_key(" 9132-0000 abcd ") == "91320000ABCD"
    assert site_key("https://www.Acme.com/about") == "acme.com"


def test_one_tax_id_is_one_company_whatever_its_names() -> None:
    one = CompanyKeys.of({"name": "华辰科技", "tax_id": "91310000MA1K"})
    other = CompanyKeys.of({"name": "Huachen Technology", "tax_id": "91310000ma1k"})

    found = companies_alike(one, other)

    assert found is not None
    assert (found.score, found.sign) == (100, "tax_id")


def test_names_that_sound_the_same_are_alike() -> None:
    found = companies_alike(
        CompanyKeys.of({"name": "上海华辰科技有限公司"}), CompanyKeys.of({"name": "上海华晨科技"})
    )

    assert found is not None
    assert found.sign == "alike"


def test_strangers_are_not_alike() -> None:
    one = CompanyKeys.of({"name": "上海华辰科技有限公司", "phone": "021-55551234"})
    other = CompanyKeys.of({"name": "北京蓝天食品有限公司", "phone": "010-66661234"})

    assert companies_alike(one, other) is None


def test_one_mobile_is_one_person() -> None:
    found = people_alike(
        PersonKeys.of({"name": "李雷", "mobile": "138 0013 8000"}),
        PersonKeys.of({"name": "Li Lei", "phone": "+8613800138000"}),
    )

    assert found is not None
    assert found.sign == "mobile"


def test_namesakes_at_two_companies_are_two_people() -> None:
    one = PersonKeys.of({"name": "王伟", "company": "华辰"})
    other = PersonKeys.of({"name": "王伟", "company": "蓝天"})

    assert people_alike(one, other) is None


def test_a_merge_fills_gaps_joins_lists_and_shows_differences() -> None:
    plan = merge_plan(
        {"phone": "", "city": "上海", "tags": ["a"], "size": "small"},
        {"phone": "021", "city": "苏州", "tags": ["a", "b"], "size": "small"},
        ("phone", "city", "tags", "size"),
    )

    assert plan.taken == {"phone": "021", "tags": ["a", "b"]}
    assert plan.differing == {"city": ("上海", "苏州")}


@pytest.mark.parametrize(
    ("employees", "size"),
    [(0, "micro"), (19, "micro"), (20, "small"), (499, "medium"), (500, "large"), (2000, "huge")],
)
def test_size_follows_the_number_of_employees(employees: int, size: str) -> None:
    assert size_of(employees) == size
