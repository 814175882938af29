"""Running totals of deals, and which deals are not with whoever has their account; kept by triggers, read by `tonglu.sales.totals`."""

from __future__ import annotations

from django.db import models

from tonglu.toolkit.money import MoneyField


class DealTotal(models.Model):
    """How many deals, and how much, share what a question may ask about.

    Every write of deals adds rows that say what changed, and a job folds them together, so that two people never wait for one row.
    A row with `whole` is the same without owner and department, for those who see everything. Numbers that do not matter for
    `what` are 0, months the first of all.
    """

    class What(models.TextChoices):
        LANE = "lane", "by stage"
        DUE = "due", "open, by month of closing and category"
        DONE = "done", "closed, by stage and month"

    what = models.CharField(max_length=4, choices=What.choices)
    whole = models.BooleanField()
    folded = models.BooleanField(default=False)
    month = models.DateField()
    pipeline_id = models.BigIntegerField()
    stage_id = models.BigIntegerField()
    is_open = models.BooleanField()
    category = models.CharField(max_length=10)
    owner_id = models.BigIntegerField()
    department_id = models.BigIntegerField()
    count = models.BigIntegerField()
    amount = MoneyField(max_digits=24)
    weighted = models.DecimalField(max_digits=30, decimal_places=6)

    class Meta:
        indexes = [
            models.Index(
                fields=("what", "whole", "month", "stage_id"), name="sales_dealtotal_whole"
            ),
            models.Index(fields=("owner_id", "what", "month"), name="sales_dealtotal_owner"),
            models.Index(fields=("department_id", "what", "month"), name="sales_dealtotal_dept"),
            models.Index(
                fields=("id",), condition=models.Q(folded=False), name="sales_dealtotal_fresh"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.month}: {self.count}"


class StrayDeal(models.Model):
    """At least every deal whose owner or department is not its account's; without a deal, all deals of an account that changed hands.

    Triggers add rows and never take one away, so that nobody waits. A deal and a change of its account may be written at once and neither
    see the other: therefore an account stands here until all who were writing when it changed hands have ended (`ripe` is the first
    transaction that may have begun later); then a job names its deals one by one.
    """

    parent_id = models.BigIntegerField()
    row_id = models.BigIntegerField(null=True)
    owner_id = models.BigIntegerField(null=True)
    """Of the account, as its department is."""
    department_id = models.BigIntegerField(null=True)
    ripe = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=("owner_id",), name="sales_straydeal_owner"),
            models.Index(fields=("department_id",), name="sales_straydeal_dept"),
            models.Index(fields=("row_id",), name="sales_straydeal_row"),
            models.Index(
                fields=("parent_id",),
                condition=models.Q(row_id__isnull=True),
                name="sales_straydeal_handed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parent_id}: {self.row_id or 'all'}"
