"""Comparing two versions of a quote."""

from __future__ import annotations

from tonglu.orders.core.versions import lines_compare


def test_lines_are_added_removed_changed_or_the_same():
    before = [("pump", {"quantity": 1}), ("valve", {"quantity": 2}), ("hose", {"quantity": 3})]
    after = [("valve", {"quantity": 5}), ("pump", {"quantity": 1}), ("seal", {"quantity": 9})]

    found = [
        (change.key[0], change.kind, change.changed) for change in lines_compare(before, after)
    ]

    assert found == [
        ("valve", "changed", ("quantity",)),
        ("pump", "same", ()),
        ("seal", "added", ()),
        ("hose", "removed", ()),
    ]


def test_the_same_product_on_two_lines_is_matched_in_order():
    before = [("pump", {"price": 1}), ("pump", {"price": 2})]
    after = [("pump", {"price": 1}), ("pump", {"price": 3})]

    assert [change.kind for change in lines_compare(before, after)] == ["same", "changed"]
