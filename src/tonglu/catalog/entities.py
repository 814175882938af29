"""What the catalog shows and offers: products, price lists, categories, currencies and rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tonglu.entities.spec import Entity, Lines, Refusal, Section, Verb, View
from tonglu.toolkit.clock import today

from . import rules, services
from .models import (
    Category,
    Currency,
    ExchangeRate,
    PriceList,
    PriceListLine,
    Product,
    ProductPart,
)

if TYPE_CHECKING:
    from tonglu.policy import Actor


def _is_sold(_actor: Actor, row: Any) -> Refusal | None:
    if row.life_cycle == Product.LifeCycle.ENDED:
        return Refusal(reason=_("This product is discontinued already."))
    return None


def _is_not_sold(_actor: Actor, row: Any) -> Refusal | None:
    if row.is_sellable and row.life_cycle == Product.LifeCycle.CURRENT:
        return Refusal(reason=_("This product is being sold."))
    return None


def _may_issue(_actor: Actor, row: Any) -> Refusal | None:
    if row.state != PriceList.State.DRAFT:
        return Refusal(
            reason=_("Only a draft can be issued."), next_step=_("Use “Next version” first.")
        )
    return None


def _is_issued(_actor: Actor, row: Any) -> Refusal | None:
    if row.state != PriceList.State.ISSUED:
        return Refusal(reason=_("This list is not in force."))
    return None


_REPLACED_BY = {"replaced_by": forms.IntegerField(label=_("Replaced by"), required=False)}

PRODUCT = Entity(
    model=Product,
    also_called=("item", "物料", "商品"),
    slug="products",
    area="supply",
    icon="box",
    order=10,
    columns=("sku", "name", "category", "series", "list_price", "currency", "life_cycle", "active"),
    form=(
        Section(
            title=_("Product"),
            fields=(
                "sku",
                "name",
                "name_zh",
                "kind",
                "category",
                "series",
                "specification",
                "unit",
            ),
        ),
        Section(title=_("Price"), fields=("list_price", "currency", "cost", "vat_rate")),
        Section(
            title=_("Delivery and service"),
            fields=("warranty_months", "lead_time_days", "life_cycle", "replaced_by", "active"),
        ),
        Section(title=_("Description"), fields=("description",), folded=True),
    ),
    subtitle="sku",
    search=("sku", "name", "name_zh", "series", "specification"),
    quick=("sku", "name", "unit", "list_price"),
    filters=("category", "series", "kind", "life_cycle", "active"),
    sort="sku",
    import_key=("external_id", "sku"),
    duplicate_keys=("sku", "name"),
    lines=(
        Lines(
            model=ProductPart,
            parent="bundle",
            fields=("product", "quantity"),
            title=_("Parts of the bundle"),
        ),
    ),
    verbs=(
        Verb(
            name="phase_out",
            label=_("Phase out"),
            run=services.product_phase_out,
            params=_REPLACED_BY,
            related={"replaced_by": "catalog.product"},
            when=_is_sold,
            icon="trending-down",
            help=_("Sells what is left; quotes offer the successor instead."),
        ),
        Verb(
            name="discontinue",
            label=_("Discontinue"),
            run=services.product_discontinue,
            params=_REPLACED_BY,
            related={"replaced_by": "catalog.product"},
            when=_is_sold,
            icon="ban",
            tone="danger",
        ),
        Verb(
            name="reintroduce",
            label=_("Sell again"),
            help=_("It can be put into quotes and contracts again."),
            run=services.product_reintroduce,
            when=_is_not_sold,
            icon="refresh",
        ),
    ),
    views=(
        View(
            name="sellable",
            title=_("On sale"),
            condition={
                "all": [
                    {"field": "active", "op": "=", "value": True},
                    {"field": "life_cycle", "op": "in", "value": ["current", "ending"]},
                ]
            },
            sort="sku",
            pinned=True,
        ),
        View(
            name="ending",
            title=_("Phasing out"),
            condition={"all": [{"field": "life_cycle", "op": "=", "value": "ending"}]},
            sort="sku",
        ),
    ),
    prepare=rules.product_prepare,
    empty=_(
        "The products and services you sell. Import your list from a file, or add the first one with its number and price."
    ),
)

PRICE_LIST = Entity(
    model=PriceList,
    slug="price-lists",
    area="supply",
    icon="tags",
    order=20,
    columns=("name", "state", "currency", "valid_from", "valid_until", "account"),
    form=(
        Section(
            title=_("Price list"),
            fields=("name", "currency", "valid_from", "valid_until", "account", "note"),
        ),
    ),
    search=("name",),
    filters=("state", "currency", "account"),
    sort="-valid_from",
    readonly=("state", "replaces"),
    import_key=("external_id", "name"),
    lines=(
        Lines(
            model=PriceListLine,
            parent="price_list",
            fields=("product", "tier", "min_quantity", "price"),
            title=_("Prices"),
        ),
    ),
    verbs=(
        Verb(
            name="issue",
            label=_("Issue"),
            help=_(
                "It is in force from its first day and does not change any more. The list it replaces ends the day before."
            ),
            run=services.price_list_issue,
            act="issue",
            when=_may_issue,
            icon="circle-check",
            tone="success",
            primary=True,
        ),
        Verb(
            name="revise",
            label=_("Next version"),
            run=services.price_list_revise,
            act="create",
            params={"valid_from": forms.DateField(label=_("Valid from"))},
            when=_is_issued,
            icon="copy-plus",
            bulk=False,
        ),
        Verb(
            name="withdraw",
            label=_("Withdraw"),
            help=_("It is out of force at once. Prices already quoted stay as they are."),
            run=services.price_list_withdraw,
            act="issue",
            when=_is_issued,
            icon="circle-x",
            tone="danger",
        ),
    ),
    views=(
        View(
            name="in_force",
            title=_("In force"),
            condition={"all": [{"field": "state", "op": "=", "value": "issued"}]},
            pinned=True,
        ),
    ),
    prepare=rules.price_list_prepare,
    empty=_(
        "Prices for a tier of customers, for one customer, or from a quantity on. Draft a list, add its prices, then issue it."
    ),
)

CATEGORY = Entity(
    model=Category,
    slug="product-categories",
    area="administration",
    icon="category",
    order=300,
    columns=("name", "parent", "position", "active"),
    form=(
        Section(title=_("Category"), fields=("name", "name_zh", "parent", "position", "active")),
    ),
    search=("name", "name_zh"),
    quick=("name", "name_zh"),
    filters=("parent", "active"),
    sort="position",
    import_key=("external_id", "name"),
    prepare=rules.category_prepare,
    empty=_("The shelves of your catalog, such as pumps and spare parts."),
)

CURRENCY = Entity(
    model=Currency,
    slug="currencies",
    area="administration",
    icon="coin-yuan",
    order=310,
    title="code",
    subtitle="name",
    columns=("code", "name", "symbol", "active"),
    form=(Section(title=_("Currency"), fields=("code", "name", "name_zh", "symbol", "active")),),
    search=("code", "name", "name_zh"),
    filters=("active",),
    sort="code",
    import_key=("external_id", "code"),
    prepare=rules.currency_prepare,
    empty=_("The currencies you quote and invoice in."),
)

RATE = Entity(
    model=ExchangeRate,
    slug="exchange-rates",
    area="administration",
    icon="arrows-exchange",
    order=320,
    title="currency",
    subtitle="valid_from",
    columns=("currency", "valid_from", "rate", "source"),
    form=(Section(title=_("Exchange rate"), fields=("currency", "valid_from", "rate", "source")),),
    search=("currency", "source"),
    filters=("currency", "valid_from"),
    sort="-valid_from",
    proposed={"valid_from": today},
    import_key=("external_id",),
    prepare=rules.rate_prepare,
    empty=_("What one unit of a currency is worth in the base currency, from a day on."),
)

ENTITIES = (PRODUCT, PRICE_LIST, CATEGORY, CURRENCY, RATE)
