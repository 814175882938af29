"""Amounts and rates are typed as people write them and stored exactly."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation

from tonglu.toolkit.money import CurrencyField, MoneyField, PercentField, currency_choices


def test_a_pasted_amount_is_understood() -> None:
    field = MoneyField("Amount").formfield()

    assert field.clean("1,234.50") == Decimal("1234.50")
    assert field.clean("１.２万") == Decimal("12000")
    with pytest.raises(ValidationError, match="is not a number"):
        field.clean("a lot")
    with pytest.raises(ValidationError, match="2 decimal places"):
        field.clean("1.234")


def test_a_rate_is_typed_in_hundredths_and_stored_as_a_fraction() -> None:
    class RateForm(forms.Form):
        rate = PercentField("Rate", blank=True, null=True).formfield()

    form = RateForm({"rate": "12.5%"}, initial={"rate": Decimal("0.1250")})

    assert form.is_valid()
    assert form.cleaned_data["rate"] == Decimal("0.125")
    assert not form.has_changed()
    assert 'value="12.5"' in str(RateForm(initial={"rate": Decimal("0.1250")})["rate"])
    assert RateForm({"rate": ""}).is_valid()


def test_a_currency_is_chosen_from_names_in_the_readers_language() -> None:
    field = CurrencyField("Currency").formfield()

    assert field.clean("USD") == "USD"
    assert field.get_bound_field(forms.Form(), "currency").initial == "CNY"
    with pytest.raises(ValidationError):
        field.clean("XXX")
    with translation.override("zh-hans"):
        assert currency_choices()[:2] == [("CNY", "CNY 人民币"), ("USD", "USD 美元")]


def test_a_column_refuses_an_unknown_currency() -> None:
    with pytest.raises(ValidationError, match="KWD"):
        CurrencyField("Currency").run_validators("KWD")


def test_columns_are_written_to_migrations_in_full() -> None:
    _, path, _, options = MoneyField("Amount", decimal_places=4).deconstruct()

    assert path == "tonglu.toolkit.money.MoneyField"
    assert options["max_digits"] == 18
    assert options["decimal_places"] == 4


def test_a_new_row_holds_its_default_as_it_will_be_read() -> None:
    for column in (MoneyField(default=0), PercentField(default=1), MoneyField(default=lambda: 0)):
        assert isinstance(column.get_default(), Decimal)
    assert MoneyField(null=True).get_default() is None
