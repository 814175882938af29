"""The forecast counts each open deal once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tonglu.sales.core.forecast import Weighed, category_of, forecast_of

D = Decimal


def test_each_category_has_its_face_value_and_its_weighted_value():
    found = forecast_of(
        [
            Weighed(category="commit", amount=D("1000.00"), probability=D("0.9")),
            Weighed(category="commit", amount=D("0.05"), probability=D("0.5")),
            Weighed(category="best", amount=D("300.00"), probability=D("0.5"), count=3),
            Weighed(category="omitted", amount=D("9999.00"), probability=D("0.1")),
        ]
    )

    assert found.amount == {"commit": D("1000.05"), "best": D("300.00")}
    assert found.weighted == {"commit": D("900.03"), "best": D("150.00")}
    assert found.total_weighted == D("1050.03")
    assert found.count == 5


@pytest.mark.parametrize(
    ("probability", "category"),
    [
        ("0", "pipeline"),
        ("0.3999", "pipeline"),
        ("0.40", "best"),
        ("0.7499", "best"),
        ("0.75", "commit"),
    ],
)
def test_until_someone_judges_a_deal_its_probability_does(probability, category):
    assert category_of(D(probability)) == category
