"""Rules speak of acts in words, in both languages."""

from __future__ import annotations

from django.utils.translation import override

from tonglu.policy.scopes import all_scopes
from tonglu.policy.values import act_label


def test_every_act_of_every_kind_is_named_in_chinese():
    acts = {act for scope in all_scopes() for act in scope.acts}
    with override("zh-hans"):
        assert {act for act in acts if act_label(act).isascii()} == set()
