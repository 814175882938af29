"""A whole workspace of another CRM comes in: people, leads, customers, deals, calls, cases, and nothing is lost on the way."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum

from tonglu.collaboration.models import FollowUp, Task
from tonglu.customers.models import Account, Contact
from tonglu.directory.models import Person
from tonglu.marketing.models import Campaign, Lead
from tonglu.policy.presets import policy_load_sample
from tonglu.sales.models import Opportunity
from tonglu.sales.sample import sales_load_sample
from tonglu.support.models import Ticket

from .sets import SYSTEM, assert_nothing_changes, brought_in, money, real_data, rows_of, taken_back

SMALL = Path(__file__).parent / "data" / "zoho"
COUNTED = {
    "Users": Person, "Campaigns": Campaign, "Contacts": Contact, "Leads": Lead,
    "Potentials": Opportunity, "Calls": FollowUp, "Cases": Ticket,
}  # fmt: skip


@pytest.fixture
def ready(db: Any) -> None:
    policy_load_sample()
    sales_load_sample(actor=SYSTEM)


@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_everything_in_the_workspace_comes_in_once_and_goes_again(ready: None, whole: bool) -> None:
    folder = real_data("11_zoho_crm_sample") if whole else SMALL

    reports = brought_in("zoho.yaml", folder)

    assert [p for report in reports for p in report.problems] == []
    for file, model in COUNTED.items():
        assert model._default_manager.count() == len(rows_of(folder / f"{file}.csv")), file
    assert Account.objects.count() == len(rows_of(folder / "Accounts.csv")) + 1
    assert_deals(folder)
    assert_leads(folder)
    assert_tasks(folder)
    assert_nothing_changes("zoho.yaml", folder)
    assert [kept for kept in taken_back(reports) if kept] == []
    assert {model._default_manager.count() for model in COUNTED.values()} == {0}


def assert_deals(folder: Path) -> None:
    deals = rows_of(folder / "Potentials.csv")
    for kind, stage in (("won", "Closed Won"), ("lost", "Closed Lost")):
        told = [deal for deal in deals if deal["Stage"] == stage]
        held = Opportunity.objects.filter(stage__kind=kind)
        assert held.count() == len(told)
        assert held.aggregate(sum=Sum("amount"))["sum"] == sum(money(d["Amount"]) for d in told)
    assert Opportunity.objects.aggregate(sum=Sum("base_amount"))["sum"] == sum(
        money(deal["Amount"]) for deal in deals
    )
    assert not Opportunity.objects.filter(lead=None).exists()


def assert_leads(folder: Path) -> None:
    statuses = Counter(lead["Lead Status"] for lead in rows_of(folder / "Leads.csv"))
    causes = Counter(Lead.objects.exclude(dead_cause="").values_list("dead_cause", flat=True))

    assert causes == Counter(junk=statuses["Junk Lead"], competitor=statuses["Lost Lead"])


def assert_tasks(folder: Path) -> None:
    told = {tuple(task.values()) for task in rows_of(folder / "Tasks.csv")}

    assert Task.objects.count() == len(told)


def test_money_with_signs_and_thousands_is_read_to_the_cent(ready: None) -> None:
    brought_in("zoho.yaml", SMALL)

    fair = Campaign.objects.get(external_id="zoho.campaign.240")

    assert (fair.budget, fair.cost) == (Decimal("115000.00"), Decimal("141560.00"))
    assert fair.expected_revenue == Decimal("342090.00")


def test_a_call_hangs_on_the_contact_it_names_and_on_their_account(ready: None) -> None:
    brought_in("zoho.yaml", SMALL)

    call = FollowUp.objects.get(external_id="zoho.call.500")

    assert (str(call.contact), str(call.account)) == ("Agu", "Cedar Ltd")
    assert FollowUp.objects.get(external_id="zoho.call.501").account is None
