"""Which fields of a lead the columns of a file mean."""

from __future__ import annotations

from typing import Any

import pytest

from tonglu.entities.registry import entity_of
from tonglu.entities.transfer.suggesting import plan_suggest
from tonglu.marketing.models import Lead

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("first", ["公司名称", "姓名"])
def test_the_columns_of_a_file_are_recognised_in_any_order(
    cast: Any, actor: Any, first: str
) -> None:
    headers = tuple(sorted(("公司名称", "姓名", "手机号", "Lead Source"), key=first.__ne__))

    plan = plan_suggest(entity_of(Lead), actor(cast.mia), headers)

    assert {one.header: one.field for one in plan.columns} == {
        "公司名称": "company",
        "姓名": "name",
        "手机号": "mobile",
        "Lead Source": "source",
    }
