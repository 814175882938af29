"""The benchmark of acts on many records does what it says, in a small size."""

from __future__ import annotations

from typing import Any

from tonglu.audit.selectors import changeset_rows
from tonglu.entities.models import ChangeSet
from tonglu.sales.models import Opportunity
from tools.bench.many import edited, exported


def test_a_bulk_edit_goes_through_the_door_and_is_set_back(
    selling: Any, actor: Any, deal: Any
) -> None:
    Opportunity.objects.filter(pk=deal.pk).update(next_step="Call")

    figure = edited(actor(selling.dee), 10)

    assert figure.rows == Opportunity.objects.filter(is_open=True).count() > 0
    changed = changeset_rows(ChangeSet.objects.latest("pk").pk, "sales.opportunity")
    assert changed.filter(row_id=deal.pk).exists()
    assert Opportunity.objects.get(pk=deal.pk).next_step == "Call"
    assert min(figure.ours, figure.bare) > 0


def test_an_export_holds_every_deal_the_director_sees(selling: Any, actor: Any, deal: Any) -> None:
    figure = exported(actor(selling.dee), 10)

    assert figure.rows == Opportunity.objects.filter(deleted_at=None).count() > 0
