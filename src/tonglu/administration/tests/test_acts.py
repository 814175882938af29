"""The trail speaks its reader's language: every act that the code names has a word there."""

from __future__ import annotations

import re
from pathlib import Path

from django.utils import translation

import tonglu
from tonglu.administration.telling import kind_label, verb_label

NAMED = re.compile(r'verb="([a-z]+\.[a-z]+\.[a-z_]+)"')


def test_every_act_that_the_code_names_is_told_in_words() -> None:
    named = {
        verb
        for source in Path(tonglu.__path__[0]).rglob("*.py")
        if "tests" not in source.parts
        for verb in NAMED.findall(source.read_text())
    }

    with translation.override("zh-hans"):
        untold = {
            verb
            for verb in named
            if verb_label(verb).isascii() or kind_label(verb.rpartition(".")[0]).isascii()
        }

    assert len(named) > 60
    assert untold == set()


def test_acts_on_many_rows_and_those_of_pay_are_told_in_words() -> None:
    with translation.override("zh-hans"):
        words = {
            verb_label("marketing.lead.bulk_assign"),
            verb_label("finance.expense.approved_at_once"),
            kind_label("compensation"),
        }

    assert words == {"分配", "直接批准", "应计提成"}
