"""Reading deals: what the pages, the other modules and the reports ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from tonglu.catalog import selectors as catalog
from tonglu.directory.memory import remember
from tonglu.entities.filters import may_read
from tonglu.entities.lines import lines_gather, lines_of
from tonglu.entities.registry import entity_of
from tonglu.entities.selectors import row_known, rows
from tonglu.kernel.errors import NotFound
from tonglu.kernel.text import N_
from tonglu.toolkit.clock import today

from .core.credit import Credit, credits_or_owner
from .core.forecast import Forecast, Weighed, forecast_of, forecast_of_sums
from .core.stages import LOST, OPEN, Missing
from .gate import stage_missing, stage_owner_refusal
from .models import (
    CreditSplit,
    Opportunity,
    OpportunityLine,
    Pipeline,
    SalesTarget,
    Stage,
    StageMove,
)
from .models.pipelines import EditionState
from .outcomes import (
    Outcome,
    Won,
    closed_by_quarter,
    won_between,
    won_by_department,
    won_by_month,
    won_by_person,
    won_sum,
    years_closed,
)
from .rules import pipeline_default
from .totals import (
    Totals,
    are_whole_months,
    due_totals,
    open_totals,
    stage_totals,
)

if TYPE_CHECKING:
    from tonglu.entities.listing import Query
    from tonglu.policy import Actor

__all__ = [
    "Outcome",
    "Won",
    "closed_by_quarter",
    "stage_missing",
    "stage_owner_refusal",
    "won_between",
    "won_by_department",
    "won_by_month",
    "won_by_person",
    "won_sum",
    "years_closed",
]


@dataclass(frozen=True, kw_only=True)
class Lane:
    """The open deals of one stage: how many, and how much in base currency."""

    stage: Stage
    count: int
    amount: Decimal
    weighted: Decimal


@dataclass(frozen=True, kw_only=True)
class Attained:
    """A target with what was won towards it so far."""

    target: SalesTarget
    attained: Decimal

    @property
    def rate(self) -> Decimal:
        """The attained part of the target; 0 without one."""
        return self.attained / self.target.amount if self.target.amount else Decimal(0)


def pipelines_issued() -> list[Pipeline]:
    """The pipelines new deals may take, in order."""
    return list(Pipeline.objects.filter(state=EditionState.ISSUED, deleted_at__isnull=True))


def stages_of(pipeline_id: int) -> list[Stage]:
    """The stages of a pipeline, in order; asked for once in a request."""
    return remember(
        ("sales.stages", pipeline_id),
        lambda: list(Stage.objects.filter(pipeline_id=pipeline_id, deleted_at__isnull=True)),
    )


def stage_of(row: Opportunity) -> Stage:
    """The stage a deal is in, taken from its pipeline's list, so that a page asks once for all of them."""
    found = (stage for stage in stages_of(row.pipeline_id) if stage.pk == row.stage_id)
    return next(found, None) or row.stage


def stage_next(row: Opportunity) -> Stage | None:
    """The stage after the deal's own: the next open one, then won."""
    now = stage_of(row)
    if now.kind != OPEN:
        return None
    later = (s for s in stages_of(row.pipeline_id) if s.position > now.position and s.kind != LOST)
    return next(later, None)


def stage_bar(actor: Actor, row: Opportunity) -> Sequence[tuple[Any, str, str]]:
    """The stages above a deal: those it has passed, the one it is in, and those ahead. Lost shows only when it is lost."""
    now = stage_of(row)
    return [
        (stage.pk, stage.label, _state(stage, now))
        for stage in stages_of(row.pipeline_id)
        if stage.kind != LOST or stage.pk == now.pk
    ]


def stage_guidance(_actor: Actor, row: Opportunity) -> Sequence[str]:
    """What to do in this stage, line by line; what the next one still asks for stands beside its button."""
    return [line for line in stage_of(row).guidance_label.splitlines() if line.strip()]


def stage_warnings(actor: Actor, row: Opportunity) -> Sequence[str]:
    """Why an open deal stands in the lists of those that are stuck or need attention, as far as one may read it."""
    entity = entity_of("sales.opportunity")
    said: list[str] = []
    late = row.is_open and row.stage_due_on is not None and row.stage_due_on < today(actor)
    if late and may_read(actor, entity, "stage_due_on"):
        said.append(_("This stage should have been done by %(day)s.") % {"day": row.stage_due_on})
    if row.is_open and row.attention and may_read(actor, entity, "attention"):
        said.append(_("Needs attention: %(what)s") % {"what": row.get_attention_display()})
    return said


def next_missing(actor: Actor, row: Opportunity) -> tuple[Missing, ...]:
    """What the next stage asks for and the deal does not have; computed once in a request."""
    following = stage_next(row)
    if following is None:
        return ()
    key = ("sales.missing", row.pk, row.version, following.pk)
    return remember(key, lambda: stage_missing(actor, row, following))


def board_lanes(actor: Actor, params: Mapping[str, str]) -> list[tuple[Any, str]]:
    """The open stages of the pipeline the board shows; the default one when none is named."""
    chosen = params.get("pipeline", "")
    pipeline_id = int(chosen) if chosen.isdecimal() else pipeline_default().pk
    return [(stage.pk, stage.label) for stage in stages_of(pipeline_id) if stage.kind == OPEN]


def opportunity_by_id(actor: Actor, pk: int) -> Opportunity:
    """A deal the actor may see; NotFound otherwise."""
    found: Opportunity | None = rows(actor, Opportunity).filter(pk=pk).first()
    if found is None:
        raise NotFound(N_("There is no such opportunity."))
    return found


def opportunity_credits(row: Opportunity) -> tuple[Credit, ...]:
    """Who has the credit for a deal; the owner has it all where no split was agreed."""
    agreed = (
        Credit(
            person_id=split.person_id,
            percent=split.percent,
            direct=split.kind == CreditSplit.Kind.DIRECT,
            sourced=split.kind == CreditSplit.Kind.SOURCER,
        )
        for split in lines_of(row, CreditSplit)
        if split.deleted_at is None
    )
    return credits_or_owner(agreed, row.owner_id)


def opportunities_credited(actor: Actor, people: Collection[int], most: int) -> list[Opportunity]:
    """The visible open deals in which any of some people has credit, those closing first first, with their lines and splits read."""
    split = CreditSplit.objects.filter(person_id__in=people, deleted_at__isnull=True)
    shared = Q(pk__in=split.values("opportunity_id"))
    found: QuerySet[Opportunity] = rows(actor, Opportunity).filter(is_open=True)
    mine = found.filter(Q(owner_id__in=people) | shared).select_related("account", "stage")
    deals = list(mine.order_by(F("close_date").asc(nulls_last=True), "pk")[:most])
    for model in (OpportunityLine, CreditSplit):
        lines_gather(deals, model)
    return deals


def opportunities_open_of(actor: Actor, people: Iterable[int]) -> list[Opportunity]:
    """The visible open deals of some people, the largest first."""
    found: QuerySet[Opportunity] = rows(actor, Opportunity).filter(is_open=True)
    return list(found.filter(owner_id__in=list(people)).order_by("-base_amount", "pk"))


def opportunity_discount(row: Opportunity) -> Decimal | None:
    """How far the products of a deal, stored or just typed, are below their prices in all; None without products."""
    lines = [line for line in lines_of(row, OpportunityLine) if line.deleted_at is None]
    priced = [line for line in lines if line.price is not None]
    full: Decimal = sum((line.quantity * line.price for line in priced), Decimal(0))
    net: Decimal = sum((line.amount for line in priced), Decimal(0))
    if not full:
        return None
    share: Decimal = (full - net) / full
    return share


def opportunity_cost(row: Opportunity) -> Decimal | None:
    """The estimated cost of a deal, else what its products cost today; None as long as one of them is unknown."""
    estimate: Decimal | None = row.cost_estimate
    if estimate is not None:
        return estimate
    lines = [line for line in lines_of(row, OpportunityLine) if line.deleted_at is None]
    costs = [catalog.product_unit_cost(line.product) for line in lines]
    if not lines or any(cost is None for cost in costs):
        return None
    day = today()
    total: Decimal = sum(
        (
            line.quantity * catalog.to_currency(cost, row.currency, day).amount
            for line, cost in zip(lines, costs, strict=True)
            if cost is not None
        ),
        Decimal(0),
    )
    return total


def opportunity_credit_roles(row: Opportunity) -> dict[int, str]:
    """The part each person of the credit split played, in words."""
    return dict(row.credits.filter(deleted_at__isnull=True).values_list("person_id", "role"))


def opportunity_lines(row: Opportunity) -> list[OpportunityLine]:
    """The products of a deal."""
    return list(row.lines.filter(deleted_at__isnull=True).select_related("product"))


def opportunities_of_account(actor: Actor, account_id: int) -> QuerySet[Opportunity]:
    """The visible deals with an account, the latest first."""
    found: QuerySet[Opportunity] = rows(actor, Opportunity).filter(account_id=account_id)
    return found.select_related("stage", "owner").order_by("-updated_at")


def opportunities_of_contact(contact_id: int) -> QuerySet[Opportunity]:
    """The open deals in which a contact plays a part, whoever owns them; for jobs."""
    part = Q(contact_id=contact_id) | Q(
        pk__in=Opportunity.objects.filter(buying_roles__contact_id=contact_id).values("pk")
    )
    return Opportunity.objects.filter(part, is_open=True, deleted_at__isnull=True).order_by("pk")


def opportunity_moves(row: Opportunity) -> QuerySet[StageMove]:
    """The way a deal went, the latest step first, with the names of the stages it skipped at hand."""
    return row.moves.select_related("from_stage", "to_stage", "moved_by").order_by(
        "-moved_at", "-pk"
    )


def opportunity_origins(kind: str, pk: int) -> list[tuple[str, int]]:
    """The lead a deal came from, whose history its page shows as well."""
    if kind != "sales.opportunity":
        return []
    deal = row_known(kind, pk)
    return [("marketing.lead", deal.lead_id)] if deal is not None and deal.lead_id else []


def board_totals(actor: Actor, query: Query) -> dict[str, tuple[int, Decimal]] | None:
    """Count and sum of each lane, from the running totals; None when the board is narrowed by more than its pipeline."""
    chosen = query.quick.get("pipeline", ())
    if query.text or query.condition or query.trash or set(query.quick) != {"pipeline"}:
        return None
    if len(chosen) != 1 or not chosen[0].isdecimal():
        return None
    found = stage_totals(actor, int(chosen[0]))
    return {str(stage): (sums.count, sums.amount) for stage, sums in found.items()}


def funnels(actor: Actor, pipeline_ids: Sequence[int]) -> list[list[Lane]]:
    """The open stages of some pipelines with what the actor may see in them; two queries."""
    sums = stage_totals(actor, *pipeline_ids, only_open=True)
    open_stages = Stage.objects.filter(
        pipeline_id__in=pipeline_ids, kind=OPEN, deleted_at__isnull=True
    ).order_by("position", "pk")
    lanes: dict[int, list[Lane]] = {pk: [] for pk in pipeline_ids}
    for stage in open_stages:
        lanes[stage.pipeline_id].append(_lane(stage, sums.get(stage.pk, Totals())))
    return list(lanes.values())


def forecasts(actor: Actor, spans: Sequence[tuple[date, date]]) -> list[Forecast]:
    """The open deals that should close in each of some months that follow each other, by category; one query."""
    months: dict[date, list[tuple[str, int, Decimal, Decimal]]] = defaultdict(list)
    for (month, category), one in due_totals(actor, spans[0][0], spans[-1][1]).items():
        months[month].append((category, one.count, one.amount, one.weighted))
    return [forecast_of_sums(months[first]) for first, _last in spans]


def forecast(actor: Actor, start: date, until: date) -> Forecast:
    """The open deals that should close in a stretch of days, both included, by category."""
    if are_whole_months(start, until):
        months = due_totals(actor, start, until).items()
        return forecast_of_sums(
            (key[1], one.count, one.amount, one.weighted) for key, one in months
        )
    found = (
        rows(actor, Opportunity)
        .filter(is_open=True, close_date__range=(start, until))
        .order_by()
        .values("forecast_category", "probability")
        .annotate(count=Count("pk"), amount=Sum("base_amount"))
    )
    return forecast_of(
        Weighed(
            category=row["forecast_category"],
            amount=row["amount"],
            probability=row["probability"],
            count=row["count"],
        )
        for row in found
    )


def open_sum(actor: Actor) -> Totals:
    """How many open deals the actor may see, and how much they are."""
    return open_totals(actor)


def targets_attained(actor: Actor, month: date) -> list[Attained]:
    """The visible targets of a month, each with what was won towards it."""
    start = month.replace(day=1)
    until = (start + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    targets = rows(actor, SalesTarget).filter(month=start).select_related("owner", "department")
    won = won_between(actor, start, until)
    return [Attained(target=target, attained=_attained(target, won)) for target in targets]


def _attained(target: SalesTarget, won: QuerySet[Opportunity]) -> Decimal:
    mine = won
    if target.owner_id:
        mine = mine.filter(owner_id=target.owner_id)
    elif target.department_id:
        mine = mine.filter(department__path__contains=f"/{target.department_id}/")
    if target.measure == SalesTarget.Measure.DEALS:
        return Decimal(mine.count())
    return mine.aggregate(sum=Sum("base_amount"))["sum"] or Decimal(0)


def _lane(stage: Stage, sums: Totals) -> Lane:
    return Lane(
        stage=stage,
        count=sums.count,
        amount=sums.amount,
        weighted=(sums.amount * stage.probability).quantize(Decimal("0.01")),
    )


def _state(stage: Stage, current: Stage) -> str:
    if stage.pk == current.pk:
        return {"won": "won", "lost": "lost"}.get(str(stage.kind), "current")
    return "done" if stage.position < current.position else "ahead"
