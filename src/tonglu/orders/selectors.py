"""Reading quotes, contracts and orders: what pages and the modules above ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from tonglu.catalog import selectors as catalog
from tonglu.catalog.wording import line_words
from tonglu.customers.selectors import account_contacts, contacts
from tonglu.entities.filters import may_read
from tonglu.entities.registry import entity_of
from tonglu.entities.selectors import row as visible_row
from tonglu.entities.selectors import rows
from tonglu.kernel.money import Money
from tonglu.toolkit.clock import today
from tonglu.toolkit.money import base_currency

from .authority import Terms, excess_of, people_to_ask
from .core.versions import LineChange, lines_compare
from .models import (
    Contract,
    ContractCredit,
    ContractLine,
    Order,
    OrderLine,
    OrderReturn,
    PaymentInstalment,
    Quote,
    QuoteEvent,
    QuoteLine,
    Shipment,
)

if TYPE_CHECKING:
    from tonglu.policy import Actor

__all__ = ["Terms", "excess_of", "people_to_ask"]

IN_FORCE = (Contract.State.SIGNED, Contract.State.ACTIVE, Contract.State.COMPLETED)
COMPARED = ("description", "quantity", "list_price", "discount", "price", "amount", "vat_rate")


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """To whom a quote goes unless somebody says otherwise, and through what they are known: the quote, its deal or the account."""

    contact: Any
    via: str


def quote_addressee(actor: Actor, row: Quote) -> Addressee | None:
    """The contact of the quote, else of its deal, else the main one of the account: the first with an address the actor may read."""
    if not may_read(actor, entity_of("customers.contact"), "email"):
        return None
    deal = row.opportunity
    main = account_contacts(actor, row.account_id).filter(is_primary=True)
    asked = (
        ("quote", contacts(actor).filter(pk__in=[row.contact_id or 0])),
        ("deal", contacts(actor).filter(pk__in=[deal.contact_id or 0] if deal else [])),
        ("account", main),
    )
    for via, people in asked:
        if (found := people.exclude(email="").order_by("pk").first()) is not None:
            return Addressee(contact=found, via=via)
    return None


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two versions of a quote side by side."""

    before: Quote
    after: Quote
    lines: list[LineChange]

    @property
    def difference(self) -> Decimal:
        """How much more, or less, the newer one costs net."""
        newer: Decimal = self.after.net_amount
        older: Decimal = self.before.net_amount
        return newer - older


def quote_lines(row: Quote) -> list[QuoteLine]:
    """The lines of a quote, in order."""
    return list(row.lines.filter(deleted_at__isnull=True).select_related("product"))


def quote_made(row: Quote, model: type[Contract | Order], *, over: str) -> str | None:
    """The number of the contract, or order, that was made from a quote and did not end in the state `over`."""
    made = model._default_manager.filter(quote=row, deleted_at__isnull=True).exclude(state=over)
    return made.values_list("number", flat=True).first()


def quote_versions(actor: Actor, row: Quote) -> QuerySet[Quote]:
    """All visible versions of a quote, the newest first."""
    found: QuerySet[Quote] = rows(actor, Quote).filter(series=row.series)
    return found.order_by("-edition")


def quote_events(row: Quote) -> QuerySet[QuoteEvent]:
    """What happened on the link of a quote, the latest first."""
    return row.events.all()


def quotes_of_opportunity(actor: Actor, opportunity_id: int) -> QuerySet[Quote]:
    """The visible quotes of a deal, without superseded ones."""
    found: QuerySet[Quote] = rows(actor, Quote).filter(opportunity_id=opportunity_id)
    return found.exclude(state=Quote.State.SUPERSEDED)


def quotes_compare(actor: Actor, before: Quote, after: Quote) -> Comparison:
    """What changed between two versions; lines are matched by product, or by description without one."""
    return Comparison(
        before=before,
        after=after,
        lines=lines_compare(_keyed(before), _keyed(after)),
    )


def contract_by_id(actor: Actor, pk: int) -> Contract:
    """A visible contract; NotFound otherwise."""
    found: Contract = visible_row(actor, Contract, pk)
    return found


def contract_hold(pk: int) -> None:
    """Hold a contract until the transaction ends, so that what is counted about it is not counted twice at once."""
    Contract.objects.select_for_update(of=("self",)).values_list("pk").get(pk=pk)


def account_has_signed(account_id: int, *, but: int = 0) -> bool:
    """Whether a customer has signed a contract, whoever may see it, other than the one that is asked about."""
    signed = Contract.objects.filter(account_id=account_id, signed_on__isnull=False)
    return signed.exclude(pk=but).exists()


def contract_lines(row: Contract) -> list[ContractLine]:
    """The parts of a contract, in order."""
    return list(row.lines.filter(deleted_at__isnull=True).select_related("product"))


def contract_instalments(row: Contract) -> list[PaymentInstalment]:
    """The payment plan of a contract, in order."""
    return list(row.instalments.filter(deleted_at__isnull=True))


def contract_credits(row: Contract) -> list[ContractCredit]:
    """Who has the credit, as frozen at signing."""
    return list(row.credits.filter(deleted_at__isnull=True).select_related("person"))


def contract_delivered(contract_id: int) -> Decimal:
    """The net value of what the orders of a contract have delivered so far; asked by rules, not by people."""
    lines = OrderLine.objects.filter(
        order__contract_id=contract_id, deleted_at__isnull=True, quantity__gt=0
    ).values_list("amount", "delivered", "quantity")
    return sum((amount * done / quantity for amount, done, quantity in lines), Decimal(0))


def contracts_signed(actor: Actor, start: date, until: date) -> QuerySet[Contract]:
    """The visible contracts signed in a stretch of days, both included, terminated ones left out."""
    found: QuerySet[Contract] = rows(actor, Contract).filter(
        signed_on__range=(start, until), state__in=IN_FORCE
    )
    return found


def deal_signed(opportunity_id: int, currency: str) -> Decimal:
    """What was signed of a deal, without VAT, in its currency; asked by rules, not by people.

    The edition that was signed last counts, not the one it amends, and not what was terminated before it began. Another currency goes by
    its rate at signing into the base currency, and from there by the rate of that day.
    """
    signed = Contract.objects.filter(
        Q(state__in=IN_FORCE) | Q(_BEGUN, state=Contract.State.TERMINATED),
        opportunity_id=opportunity_id,
        deleted_at__isnull=True,
    )
    return sum((_net_in(one, currency) for one in signed), Decimal(0))


def orders_to_ship(actor: Actor) -> QuerySet[Order]:
    """The visible orders of which something has still to leave, the one promised first at the top."""
    waiting = (Order.State.NEW, Order.State.RESERVED, Order.State.PARTLY_SHIPPED)
    found: QuerySet[Order] = rows(actor, Order).filter(state__in=waiting)
    return found.order_by(F("promised_on").asc(nulls_last=True), "ordered_on", "pk")


def contracts_to_renew(actor: Actor, until: date) -> QuerySet[Contract]:
    """The visible contracts in force that ask for renewal or end by a day and have no successor, the earliest first."""
    found: QuerySet[Contract] = (
        rows(actor, Contract)
        .filter(state__in=(Contract.State.SIGNED, Contract.State.ACTIVE))
        .filter(Q(renewal_on__lte=until) | Q(renewal_on__isnull=True, ends_on__lte=until))
    )
    return found.exclude(renewed_by__deleted_at__isnull=True, renewed_by__isnull=False).order_by(
        Coalesce("renewal_on", "ends_on"), "pk"
    )


def contract_relatives(actor: Actor, row: Contract) -> list[tuple[str, Contract]]:
    """The contracts before and after this one that the actor may see, each with what it is to this one."""
    found = rows(actor, Contract).filter(
        Q(pk__in=[pk for pk in (row.amends_id, row.renews_id) if pk])
        | Q(amends=row)
        | Q(renews=row)
    )
    return [(_relation(row, one), one) for one in found.order_by("pk")]


def contracts_followed(ids: Sequence[int]) -> set[int]:
    """Those of the contracts that an amendment or a renewal follows."""
    found = Contract.objects.filter(
        Q(amends__in=ids) | Q(renews__in=ids), deleted_at__isnull=True
    ).values_list("amends_id", "renews_id")
    return {pk for pair in found for pk in pair if pk}


def contracts_compare(before: Contract, after: Contract) -> list[LineChange]:
    """The parts that differ between a contract and the draft that is to take its place."""
    changes = lines_compare(
        _keyed_lines(contract_lines(before)), _keyed_lines(contract_lines(after))
    )
    return [change for change in changes if change.kind != "same"]


def _relation(row: Contract, other: Contract) -> str:
    if other.pk == row.amends_id:
        return "amends"
    if other.pk == row.renews_id:
        return "renews"
    return "amended_by" if other.amends_id == row.pk else "renewed_by"


def instalments_due(actor: Actor, until: date) -> QuerySet[PaymentInstalment]:
    """The instalments of visible contracts in force that are due by a day, the earliest first."""
    contracts = rows(actor, Contract).filter(state__in=IN_FORCE).values("pk")
    return (
        PaymentInstalment.objects.filter(
            contract__in=contracts, due_on__lte=until, deleted_at__isnull=True
        )
        .select_related("contract", "contract__account")
        .order_by("due_on", "pk")
    )


def order_by_id(actor: Actor, pk: int) -> Order:
    """A visible order; NotFound otherwise."""
    found: Order = visible_row(actor, Order, pk)
    return found


def order_lines(row: Order) -> list[OrderLine]:
    """The lines of an order, in order."""
    return list(row.lines.filter(deleted_at__isnull=True).select_related("product"))


def order_lines_by_id(ids: Iterable[int]) -> list[OrderLine]:
    """Lines of orders with the parts of the contract they deliver; asked by rules, not by people."""
    found = OrderLine.objects.filter(pk__in=list(ids)).select_related("contract_line")
    return list(found.order_by("pk"))


def contract_returned(contract_id: int) -> dict[int, Decimal]:
    """The net price of what came back of each part of a contract; asked by rules, not by people."""
    found = OrderLine.objects.filter(
        contract_line__contract_id=contract_id, deleted_at__isnull=True, returned__gt=0
    )
    sums = found.order_by().values_list("contract_line_id")
    return {
        pk: cents or Decimal(0) for pk, cents in sums.annotate(sum=Sum(F("returned") * F("price")))
    }


def order_shipments(row: Order) -> QuerySet[Shipment]:
    """The shipments of an order, the latest first."""
    return row.shipments.filter(deleted_at__isnull=True)


def return_by_id(actor: Actor, pk: int) -> OrderReturn:
    """One return; NotFound when it is out of sight."""
    found: OrderReturn = visible_row(actor, OrderReturn, pk)
    return found


def orders_late(actor: Actor, on: date) -> QuerySet[Order]:
    """The visible orders that were promised for earlier and have not all left, the latest promise first."""
    found: QuerySet[Order] = rows(actor, Order).filter(promised_on__lt=on, state__in=_TO_SHIP)
    return found.order_by("promised_on", "pk")


def products_owned(account_id: int) -> list[dict[str, Any]]:
    """What a customer has received and kept: product, quantity, last delivery; for warranty and next offers."""
    found = (
        OrderLine.objects.filter(
            order__account_id=account_id, product__isnull=False, delivered__gt=F("returned")
        )
        .order_by()
        .values("product", "product__name", "product__sku")
        .annotate(quantity=Sum(F("delivered") - F("returned")))
        .order_by("product__name")
    )
    return [dict(row) for row in found]


def account_totals(actor: Actor, account_id: int) -> dict[str, Decimal]:
    """What was contracted and ordered with an account, in base currency, as far as the actor sees it."""
    contracts = rows(actor, Contract).filter(account_id=account_id, state__in=IN_FORCE)
    orders = rows(actor, Order).filter(~Q(state=Order.State.CANCELLED), account_id=account_id)
    return {
        "contracted": _sum(contracts, "base_amount"),
        "ordered": _sum(orders, "base_amount"),
    }


def document_origins(kind: str, pk: int) -> list[tuple[str, int]]:
    """The deal, quote and contract a document came from, whose history its page shows as well."""
    model = {"orders.quote": Quote, "orders.contract": Contract, "orders.order": Order}.get(kind)
    names = _ORIGINS.get(kind, ())
    if model is None:
        return []
    found = model._default_manager.filter(pk=pk).values(*(f"{name}_id" for name in names)).first()
    return [
        (_ORIGIN_KINDS[name], found[f"{name}_id"])
        for name in names
        if found and found[f"{name}_id"]
    ]


_ORIGIN_KINDS = {
    "opportunity": "sales.opportunity",
    "quote": "orders.quote",
    "contract": "orders.contract",
}
_ORIGINS = {
    "orders.quote": ("opportunity",),
    "orders.contract": ("opportunity", "quote"),
    "orders.order": ("opportunity", "quote", "contract"),
}
_TO_SHIP = (Order.State.NEW, Order.State.RESERVED, Order.State.PARTLY_SHIPPED)


def _sum(found: QuerySet[Any], name: str) -> Decimal:
    return found.aggregate(sum=Sum(name))["sum"] or Decimal(0)


_BEGUN = Q(starts_on__isnull=True) | Q(starts_on__lte=F("ended_on"))


def _net_in(row: Contract, currency: str) -> Decimal:
    if row.currency == currency:
        net: Decimal = row.net_amount
        return net
    base = Money(row.base_net_amount, base_currency())
    return catalog.to_currency(base, currency, row.signed_on or today()).amount


def _keyed(row: Quote) -> list[tuple[Any, dict[str, Any]]]:
    return _keyed_lines(quote_lines(row))


def _keyed_lines(
    lines: Sequence[QuoteLine] | Sequence[ContractLine],
) -> list[tuple[Any, dict[str, Any]]]:
    return [(line.product_id or line.description, _compared(line)) for line in lines]


def _compared(line: QuoteLine | ContractLine) -> dict[str, Any]:
    words = line_words(line.description, line.product)
    return {name: getattr(line, name) for name in COMPARED} | {"description": words}
