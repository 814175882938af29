"""Reading marketing: leads, their duplicates, the members of segments, and what campaigns brought."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from tonglu.customers.keys import PersonKeys, people_alike
from tonglu.entities.registry import entity_declared
from tonglu.entities.selectors import row_known, rows
from tonglu.kernel.money import Money
from tonglu.policy import Actor

from .core.life import OPEN
from .matching import rows_filter
from .models import Campaign, Lead, Segment

DEAL = "sales.opportunity"
ORIGINS = {"customers.contact": "converted_contact_id", DEAL: "converted_opportunity_id"}
GROUPS = {"source": "source", "campaign": "campaign", "channel": "channel"}


@dataclass(frozen=True, kw_only=True)
class DeadCount:
    """How many leads of one origin died of one cause; `origin` is an id, a channel, or None."""

    origin: Any
    label: str
    cause: str
    count: int


@dataclass(frozen=True, kw_only=True)
class CampaignResult:
    """What became of a campaign's leads, and what each cost."""

    leads: int
    live: int
    dead: int
    qualified: int
    converted: int
    cost: Money

    @property
    def cost_per_lead(self) -> Money | None:
        """The actual cost shared by all leads."""
        return (self.cost / self.leads).rounded() if self.leads else None

    @property
    def cost_per_conversion(self) -> Money | None:
        """The actual cost shared by the converted leads."""
        return (self.cost / self.converted).rounded() if self.converted else None

    @property
    def conversion(self) -> Decimal:
        """The share of leads that were converted."""
        return Decimal(self.converted) / self.leads if self.leads else Decimal(0)


def leads(actor: Actor) -> QuerySet[Lead]:
    """The leads the actor may see, dead ones included."""
    return rows(actor, Lead)


def leads_open(actor: Actor) -> QuerySet[Lead]:
    """The visible leads with which there is still something to do."""
    return leads(actor).filter(status__in=OPEN)


def leads_since(actor: Actor, moment: datetime) -> tuple[int, int]:
    """How many visible leads came since then, and how many of them were converted."""
    came = leads(actor).filter(created_at__gte=moment).order_by()
    found = came.aggregate(all=Count("pk"), converted=Count("pk", filter=Q(status="converted")))
    return found["all"], found["converted"]


def lead_queue(actor: Actor) -> QuerySet[Lead]:
    """The actor's own live leads, what is due and scores most first: one call after the other."""
    mine = leads_open(actor).filter(owner_id__in=actor.own_ids, lead_class=Lead.Class.LIVE)
    return mine.order_by("next_contact_on", "-score", "created_at")


def lead_by_id(actor: Actor, pk: int) -> Lead | None:
    """A visible lead."""
    return leads(actor).filter(pk=pk).first()


def lead_of_opportunity(opportunity_id: int) -> int | None:
    """The lead an opportunity came from."""
    found = Lead.objects.filter(converted_opportunity_id=opportunity_id).values_list(
        "pk", flat=True
    )
    return found.first()


def lead_origins(kind: str, pk: int) -> list[tuple[str, int]]:
    """The leads a contact or an opportunity came from, whose history it shows as well."""
    column = ORIGINS.get(kind)
    names_itself = kind == DEAL and entity_declared(DEAL) and row_known(DEAL, pk) is not None
    if column is None or names_itself:  # a deal of ours names its lead itself, without a query
        return []
    found = Lead.objects.filter(**{column: pk}).values_list("pk", flat=True)
    return [("marketing.lead", lead) for lead in found]


def lead_duplicates(
    actor: Actor, values: Mapping[str, Any], *, exclude: int | None = None
) -> QuerySet[Lead]:
    """The visible leads that are probably the same person, the newest first."""
    keys, but = PersonKeys.of(values), [] if exclude is None else [exclude]
    telling = Q(pk__in=[])
    if keys.mobile:
        telling |= Q(mobile_key=keys.mobile) | Q(phone_key=keys.mobile)
    if keys.email:
        telling |= Q(email=keys.email)
    if keys.company:
        telling |= Q(company_key=keys.company)
    alike = [
        row.pk
        for row in Lead.objects.filter(telling, deleted_at=None).exclude(pk__in=but)[:300]
        if people_alike(keys, _person_of(row)) is not None
    ]
    return leads(actor).filter(pk__in=alike).order_by("-pk")


def segment_members(actor: Actor, segment: Segment) -> QuerySet[Any]:
    """Who is in a segment today, as far as the actor may see them."""
    return rows(actor, segment.of).filter(rows_filter(actor, segment.of, segment.condition))


def campaign_result(actor: Actor, campaign: Campaign) -> CampaignResult:
    """What became of the visible leads of a campaign."""
    found = leads(actor).filter(campaign=campaign)
    counts = found.aggregate(
        leads=Count("pk"),
        live=Count("pk", filter=Q(lead_class=Lead.Class.LIVE)),
        dead=Count("pk", filter=Q(lead_class=Lead.Class.DEAD)),
        qualified=Count("pk", filter=Q(status=Lead.Status.QUALIFIED)),
        converted=Count("pk", filter=Q(status=Lead.Status.CONVERTED)),
    )
    return CampaignResult(cost=Money(campaign.cost, campaign.currency), **counts)


def dead_leads_report(
    actor: Actor, *, by: str = "source", since: date | None = None, until: date | None = None
) -> list[DeadCount]:
    """What leads died of, by the source, campaign or channel that produced them; the commonest first."""
    dead = leads(actor).filter(lead_class=Lead.Class.DEAD)
    if since is not None:
        dead = dead.filter(dead_at__date__gte=since)
    if until is not None:
        dead = dead.filter(dead_at__date__lte=until)
    origin = GROUPS[by]
    counted = dead.order_by().values_list(origin, "dead_cause").annotate(count=Count("pk"))
    labels = _labels(by, dead)
    found = [
        DeadCount(origin=key, label=labels.get(key, ""), cause=cause, count=count)
        for key, cause, count in counted
    ]
    return sorted(found, key=lambda one: (-one.count, one.label, one.cause))


def dead_leads_table(counts: list[DeadCount]) -> dict[str, dict[str, int]]:
    """The report as a table: origin -> cause -> count."""
    table: dict[str, dict[str, int]] = defaultdict(dict)
    for one in counts:
        table[one.label][one.cause] = one.count
    return dict(table)


def _labels(by: str, dead: QuerySet[Lead]) -> dict[Any, str]:
    if by == "channel":
        return {value: str(label) for value, label in Lead.Channel.choices}
    named = Lead.objects.filter(pk__in=dead.values("pk")).exclude(**{f"{by}__isnull": True})
    found = named.order_by().select_related(by).distinct(by)
    return {getattr(row, f"{by}_id"): str(getattr(row, by)) for row in found}


def _person_of(row: Lead) -> PersonKeys:
    return PersonKeys.of(
        {
            "name": row.name,
            "company": row.company,
            "mobile": row.mobile,
            "phone": row.phone,
            "email": row.email,
        }
    )
