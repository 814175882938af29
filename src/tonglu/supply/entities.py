"""The entities of supply."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tonglu.entities.spec import Entity, Lines, Parts, Section, Verb, View

from . import selectors, services
from .models import Purchase, PurchaseLine, StockLevel, StockMove, Supplier, Warehouse

NO_OWNER = {"owner": None, "department": None}

WAREHOUSES = Entity(
    model=Warehouse,
    slug="warehouses",
    area="supply",
    icon="building-warehouse",
    columns=("name", "address", "keeper", "active"),
    form=(
        Section(
            title=_("Warehouse"),
            fields=("name", "name_zh", "address", "keeper", "position", "active"),
        ),
    ),
    sort="name",
    import_key=("name",),
    scope=NO_OWNER,
    order=20,
    empty=_("Where goods lie. Add your first warehouse, then the levels of its products."),
)

LEVELS = Entity(
    model=StockLevel,
    slug="stock-levels",
    area="supply",
    icon="packages",
    title="product",
    subtitle="warehouse",
    columns=("product", "warehouse", "on_hand", "reserved", "available", "low_below"),
    form=(Section(title=_("Stock level"), fields=("warehouse", "product", "low_below")),),
    filters=("warehouse", "product"),
    sort="-updated_at",
    readonly=("on_hand", "reserved"),
    verbs=(
        Verb(
            name="count",
            label=_("Enter a count"),
            run=services.stock_count,
            act="count",
            params={
                "quantity": forms.DecimalField(
                    label=_("Counted"), max_digits=14, decimal_places=4, min_value=0
                )
            },
            icon="clipboard-check",
            primary=True,
            bulk=False,
            initial=lambda _actor, row: {"quantity": row.on_hand},
        ),
    ),
    scope=NO_OWNER,
    order=10,
    empty=_("How much of each product lies where, and what of it is promised already."),
)

MOVES = Entity(
    model=StockMove,
    slug="stock-moves",
    area="supply",
    icon="arrows-exchange",
    title="level",
    subtitle="kind",
    columns=("created_at", "level", "kind", "quantity", "reference", "created_by"),
    form=(Section(title=_("Move"), fields=("level", "kind", "quantity", "reference")),),
    filters=("kind", "created_at"),
    sort="-created_at",
    creatable=False,
    editable=False,
    scope=NO_OWNER,
    order=30,
)

SUPPLIERS = Entity(
    model=Supplier,
    slug="suppliers",
    area="supply",
    icon="truck",
    columns=("name", "rating", "contact_name", "phone", "payment_terms_days", "owner"),
    form=(
        Section(title=_("Supplier"), fields=("name", "rating", "owner", "note")),
        Section(title=_("Contact"), fields=("contact_name", "phone", "email", "address")),
        Section(title=_("Terms"), fields=("payment_terms_days", "tax_id")),
    ),
    search=("name", "contact_name", "phone", "tax_id"),
    quick=("name", "contact_name", "phone"),
    filters=("rating", "owner"),
    sort="name",
    import_key=("name", "external_id"),
    order=40,
    empty=_("Companies we buy from. Only procurement and finance see this page."),
)

PURCHASES = Entity(
    model=Purchase,
    slug="purchases",
    area="supply",
    closed={"field": "state", "op": "in", "value": ["received", "cancelled"]},
    icon="shopping-cart",
    title="number",
    subtitle="supplier",
    columns=("number", "supplier", "state", "expected_on", "amount", "owner"),
    form=(
        Section(
            title=_("Purchase"),
            fields=("supplier", "warehouse", "expected_on", "currency", "owner", "note"),
        ),
    ),
    readonly=("number", "state", "amount", "called_off_because"),
    search=("number", "note"),
    filters=("state", "supplier", "expected_on"),
    sort="-created_at",
    lines=(
        Lines(
            model=PurchaseLine,
            parent="purchase",
            fields=("product", "quantity", "price"),
            computed=("received", "called_off", "amount"),
            amount="amount",
            title=_("Lines"),
        ),
    ),
    verbs=(
        Verb(
            name="order",
            label=pgettext_lazy("button", "Order"),
            help=_("From now on it counts as ordered from the supplier."),
            run=services.purchase_order,
            when=services.may_order,
            icon="send",
            primary=True,
        ),
        Verb(
            name="receive",
            label=_("Take goods in"),
            run=services.purchase_receive,
            when=services.may_receive,
            parts=Parts(
                name="quantities",
                find=selectors.missing_goods,
                title=_("What came in"),
                heads=(_("Ordered"), _("Received")),
                take=_("Take in now"),
            ),
            icon="package-import",
            primary=True,
        ),
        Verb(
            name="cancel",
            label=_("Call off"),
            help=_("Nothing more is expected from the supplier for it."),
            run=services.purchase_cancel,
            when=services.may_cancel,
            icon="x",
            tone="danger",
        ),
        Verb(
            name="call_off_rest",
            label=_("Call off the rest"),
            run=services.purchase_call_off_rest,
            params={"reason": forms.CharField(label=_("Reason"), widget=forms.Textarea)},
            when=services.may_call_off_rest,
            icon="x",
            tone="danger",
        ),
    ),
    views=(
        View(
            name="expected",
            title=_("Expected"),
            condition={"field": "state", "op": "in", "value": ["ordered", "partly"]},
            sort="expected_on",
            pinned=True,
        ),
    ),
    prepare=services.purchase_prepare,
    order=50,
    empty=_("What we have ordered from suppliers, and when it is expected."),
)

ENTITIES = (LEVELS, WAREHOUSES, MOVES, SUPPLIERS, PURCHASES)
