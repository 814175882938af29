"""The inherited tests for deals and their set-up."""

from __future__ import annotations

from typing import ClassVar

from tonglu.customers.tests.made import account_of
from tonglu.entities.testing import EntityTests, Raw
from tonglu.policy import Actor
from tonglu.policy.testing import Cast
from tonglu.sales.models import Pipeline
from tonglu.sales.sample import sales_load_sample


class TestOpportunities(EntityTests):
    kind = "sales.opportunity"
    changed: ClassVar[Raw] = {"next_step": "Show the pump"}

    def arrange(self, cast: Cast) -> None:
        sales_load_sample(actor=Actor.system("cli"))

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"name": f"Deal {n}", "account": account_of(cast).pk, "amount": "100000.00"}


class TestPipelines(EntityTests):
    kind = "sales.pipeline"
    by, stranger = "ada", "hue"
    changed: ClassVar[Raw] = {"name_zh": "直销"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"name": f"Pipeline {n}", "code": f"line{n}"}


class TestStages(EntityTests):
    kind = "sales.stage"
    by, stranger = "ada", "hue"
    changed: ClassVar[Raw] = {"guidance": "Ask who decides"}

    def valid(self, cast: Cast, n: int) -> Raw:
        pipeline = Pipeline.objects.get_or_create(code="draft", defaults={"name": "Draft"})[0]
        return {"pipeline": pipeline.pk, "name": f"Stage {n}", "position": n, "probability": "10%"}


class TestCompetitors(EntityTests):
    kind = "sales.competitor"
    by, stranger = "ada", "hue"
    changed: ClassVar[Raw] = {"strengths": "Price"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"name": f"Rival {n}"}


class TestWinLossReasons(EntityTests):
    kind = "sales.winlossreason"
    by, stranger = "ada", "hue"
    changed: ClassVar[Raw] = {"name_zh": "价格"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"name": f"Reason {n}", "outcome": "lost"}


class TestSalesTargets(EntityTests):
    kind = "sales.salestarget"
    by = "lee"
    changed: ClassVar[Raw] = {"note": "Agreed in January"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {
            "owner": cast.ana.pk,
            "month": f"20{30 + n // 12}-{n % 12 + 1:02}-01",
            "amount": "1000.00",
        }
