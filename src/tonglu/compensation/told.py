"""What a deal says of itself beside its amount, cost and discount: the fields by which plans measure and choose it.

Kept on the fact when a contract is signed, all of them, so that a later question finds the answer of that day; before signing worked out
only for plans that ask. `FIELDS` and the names below are what docs/modules/compensation.md tells the writer of a plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tonglu.catalog.selectors import product_unit_cost, to_currency
from tonglu.catalog.shelves import names_known, names_of_products
from tonglu.directory.memory import remember_reading
from tonglu.entities.custom import custom_fields
from tonglu.entities.lines import lines_of
from tonglu.toolkit.clock import today

from .composing.needs import fields_needed, fields_of
from .core.model.plan import PlanVersion
from .receiving import RECEIVED, counts_money, reads_itself, reads_money

if TYPE_CHECKING:
    from .services.earning import Deal

ZERO, ONE = Decimal(0), Decimal(1)
PER_PRODUCT = ("amount_of", "units_of", "margin_of")
ACCOUNT = ("industry", "source", "territory", "kind", "tier", "size", "country", "province", "city")
OWN = frozenset({"amount", "cost", "discount", "date", "id", "kind", RECEIVED})
"""What every fact has, or has when it is known."""
FIELDS = ("units", "new_customer", "contract.kind", "deal.type")
KINDS = {
    "contract": "orders.contract",
    "deal": "sales.opportunity",
    "account": "customers.account",
}
Told = Mapping[str, Any]
NOTHING: Told = {}


@dataclass(frozen=True)
class About:
    """A deal, quote or contract that can be asked; answers once, however often its deal is priced."""

    row: Any
    rate: Decimal
    """What one unit of its currency is in base currency."""
    is_first: bool | None = None
    """Whether its customer had signed nothing before; None: asked when it is needed."""

    @cached_property
    def fields(self) -> Told:
        """Everything it says."""
        before, deal = getattr(self.row, "amends", None), _opportunity(self.row)
        return {
            **_custom("contract", _contract(self.row)),
            **_custom("deal", deal),
            **({} if deal is None else {"deal.type": deal.type}),
            **_account(self.row.account),
            **_by_product(self.row, before, self.rate),
            "contract.kind": getattr(self.row, "kind", None) or "sale",
            "new_customer": _is_first(self.row) if self.is_first is None else self.is_first,
        }


def told_to(deal: Deal, version: PlanVersion) -> Told:
    """What a deal that is only tried says to a version that asks; to one that counts money, that all of its amount has come in."""
    asks = deal.about is not None and set(fields_needed(version)) - OWN
    told = _left_of(deal) if asks else NOTHING
    return {**told, RECEIVED: f"{deal.amount:f}"} if counts_money(version) else told


def _left_of(deal: Deal) -> Told:
    fields = NOTHING if deal.about is None else deal.about.fields
    return fields if deal.left == ONE else discounted(fields, deal.left)


def discounted(told: Told, left: Decimal) -> Told:
    """The same with its money at a further discount; what it costs stays."""
    found = dict(told)
    for name, value in told.items():
        head, _, of = name.partition(".")
        if head == "amount_of":
            found[name] = str(Decimal(value) * left)
            if (margin := told.get(f"margin_of.{of}")) is not None:
                found[f"margin_of.{of}"] = str(Decimal(margin) - Decimal(value) * (ONE - left))
    return found


def fields_unknown(version: PlanVersion) -> list[str]:
    """The fields that a version asks for and no contract here can tell: it would count nothing."""
    asked = [name for name in fields_needed(version) if name not in OWN and name not in FIELDS]
    products = {name.partition(".")[2] for name in asked if name.partition(".")[0] in PER_PRODUCT}
    known = names_known(products)
    unknown = [name for name in asked if not _is_known(name, known)]
    sold = (one for one in version.components if reads_itself(one) and not reads_money(one))
    return [*unknown, *([RECEIVED] if any(RECEIVED in fields_of(one) for one in sold) else [])]


def _is_known(name: str, products: set[str]) -> bool:
    head, _, of = name.partition(".")
    if head in PER_PRODUCT:
        return of in products
    if head == "account" and of in ACCOUNT:
        return True
    return head in KINDS and f"custom.{of}" in custom_fields(KINDS[head])


def _contract(row: Any) -> Any:
    return row if row._meta.label_lower == KINDS["contract"] else None


def _opportunity(row: Any) -> Any:
    return row if row._meta.label_lower == KINDS["deal"] else row.opportunity


def _custom(of: str, row: Any) -> dict[str, Any]:
    """The custom fields of a record as they are stored; what is not filled in is not there."""
    values = {} if row is None else row.custom
    return {f"{of}.{key}": one for key, one in values.items() if one not in (None, "", [])}


def _account(account: Any) -> dict[str, Any]:
    found = _custom("account", account)
    for name in ACCOUNT if account is not None else ():
        value = getattr(account, name)
        if value not in (None, ""):
            found[f"account.{name}"] = str(value) if isinstance(value, str) else value.name
    return found


def _by_product(row: Any, before: Any, rate: Decimal) -> dict[str, str]:
    """Units of the whole deal, and units, amount and margin by product number and category; an amendment is what it adds."""
    sums: dict[str, Decimal] = {"units": ZERO}
    for document, sign in ((row, ONE), (before, -ONE)):
        lines = _lines(document) if document is not None else []
        names = names_of_products({one.product_id for one in lines if one.product_id is not None})
        for line in lines:
            own = names.get(line.product_id, frozenset())
            _add(sums, line, own, (sign, rate, _unit_cost(line, document) if own else None))
    return {name: f"{amount:f}" for name, amount in sums.items()}


def _add(
    sums: dict[str, Decimal],
    line: Any,
    names: Iterable[str],
    at: tuple[Decimal, Decimal, Decimal | None],
) -> None:
    """Add one line under its names; `at`: its sign, the exchange rate and the cost of a unit."""
    sign, rate, cost = at
    units, amount = line.quantity * sign, line.amount * rate * sign
    told = {"units": units}
    for name in names:
        told |= {f"units_of.{name}": units, f"amount_of.{name}": amount}
        if cost is not None:
            told[f"margin_of.{name}"] = amount - units * cost * rate
    for name, value in told.items():
        sums[name] = sums.get(name, ZERO) + value


def _lines(row: Any) -> list[Any]:
    """The lines of a deal or document, stored or just typed."""
    model = row._meta.get_field("lines").related_model
    return [one for one in lines_of(row, model) if one.deleted_at is None]


def _unit_cost(line: Any, row: Any) -> Decimal | None:
    """What a unit costs: frozen on a document's line, today's on that of a deal."""
    if hasattr(line, "cost"):
        cost: Decimal | None = line.cost
        return cost
    known = product_unit_cost(line.product)
    return None if known is None else to_currency(known, row.currency, today()).amount


def _is_first(row: Any) -> bool:
    from tonglu.orders.selectors import account_has_signed

    account, but = row.account_id, (row.pk if _contract(row) is not None else 0) or 0
    key = ("signed before", account, but)
    return account is not None and not remember_reading(
        key, lambda: account_has_signed(account, but=but)
    )
