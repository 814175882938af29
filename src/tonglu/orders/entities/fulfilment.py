"""Orders, shipments and returns."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tonglu.catalog.wording import line_worded
from tonglu.entities.spec import Entity, Lines, Section, Verb, View
from tonglu.orders import rules, services
from tonglu.orders.models import (
    Order,
    OrderLine,
    OrderReturn,
    OrderReturnLine,
    Shipment,
    ShipmentLine,
)
from tonglu.orders.open_lines import ON_BOARD, TO_DELIVER, TO_RETURN, TO_SHIP

from .shared import (
    LINE,
    MINE,
    NOTE_LABEL,
    TOTAL_SECTION,
    TOTALS,
    in_state,
    life,
    page_of,
)

_TO_SHIP = {"field": "state", "op": "in", "value": ["new", "reserved", "partly_shipped"]}

ORDER = Entity(
    model=Order,
    also_called=("sales order",),
    slug="orders",
    area="orders",
    closed={"field": "state", "op": "in", "value": ["delivered", "returned", "cancelled"]},
    icon="package",
    order=10,
    title="number",
    subtitle="account",
    columns=(
        "number",
        "account",
        "state",
        "amount",
        "ordered_on",
        "promised_on",
        "channel",
        "owner",
        "updated_at",
    ),
    form=(
        Section(
            title=_("Sales order"),
            fields=(
                "account",
                "contact",
                "opportunity",
                "contract",
                "quote",
                "channel",
                "currency",
                "ordered_on",
                "promised_on",
                "customer_number",
                "owner",
            ),
        ),
        TOTAL_SECTION,
        Section(title=_("Delivery"), fields=("recipient", "phone", "address", "note")),
    ),
    search=("number", "customer_number", "recipient", "phone"),
    search_related=("account",),
    filters=(
        "state",
        "channel",
        "owner",
        "department",
        "account",
        "ordered_on",
        "promised_on",
        "amount",
    ),
    readonly=(*TOTALS, "shipped_at", "delivered_at", "cancelled_at", "cancel_reason"),
    stage_bar=life("new", "reserved", "partly_shipped", "shipped", "delivered"),
    lines=(
        Lines(
            model=OrderLine,
            parent="order",
            fields=LINE,
            computed=("amount", "reserved", "shipped", "delivered", "returned"),
            amount="amount",
            list_price="list_price",
            worded=line_worded,
            title=_("Lines"),
        ),
    ),
    verbs=(
        Verb(
            name="reserve",
            label=_("Reserve"),
            help=_("What is not shipped yet is set aside, as far as stock reaches."),
            run=services.order_reserve,
            when=services.may_reserve,
            icon="bookmark",
            primary=True,
        ),
        Verb(
            name="ship",
            label=_("Ship"),
            run=services.order_ship,
            params={
                "carrier": forms.CharField(label=_("Carrier"), max_length=120, required=False),
                "tracking_number": forms.CharField(
                    label=_("Tracking number"), max_length=120, required=False
                ),
            },
            parts=TO_SHIP,
            when=in_state(
                "new", "reserved", "partly_shipped", reason=_("There is nothing left to ship.")
            ),
            icon="truck",
            tone="primary",
            primary=True,
        ),
        Verb(
            name="deliver",
            label=_("Mark delivered"),
            run=services.order_deliver,
            params={
                "received_by": forms.CharField(
                    label=_("Received by"), max_length=120, required=False
                )
            },
            parts=TO_DELIVER,
            when=in_state(
                "partly_shipped",
                "shipped",
                reason=_("Nothing of this order is on its way."),
                next_step=_("Ship it first."),
            ),
            icon="circle-check",
            tone="success",
            primary=True,
        ),
        Verb(
            name="return",
            label=_("Take goods back"),
            run=services.order_return,
            params={
                "reason": forms.ChoiceField(label=_("Reason"), choices=OrderReturn.Reason.choices),
                "note": forms.CharField(label=NOTE_LABEL, required=False, widget=forms.Textarea),
            },
            parts=TO_RETURN,
            when=in_state(
                "partly_shipped", "shipped", "delivered", reason=_("Nothing was delivered yet.")
            ),
            icon="arrow-back-up",
            bulk=False,
            url=page_of,
        ),
        Verb(
            name="cancel",
            label=_("Cancel"),
            run=services.order_cancel,
            params={"reason": forms.CharField(label=_("Reason"), widget=forms.Textarea)},
            when=in_state("new", "reserved", reason=_("A part of this order has left already.")),
            icon="x",
            tone="danger",
        ),
    ),
    views=(
        View(name="mine", title=_("My orders"), condition={"all": [MINE]}),
        View(
            name="to_ship",
            title=_("To be shipped"),
            condition={"all": [_TO_SHIP]},
            sort="promised_on",
            pinned=True,
        ),
        View(
            name="late",
            title=_("Promised and late"),
            condition={"all": [_TO_SHIP, {"field": "promised_on", "op": "<", "value": "today"}]},
            sort="promised_on",
            pinned=True,
        ),
        View(
            name="web",
            title=_("From the web shop"),
            condition={"all": [{"field": "channel", "op": "in", "value": ["web_shop", "api"]}]},
        ),
        View(
            name="returned",
            title=_("Returned"),
            condition={"all": [{"field": "state", "op": "=", "value": "returned"}]},
        ),
    ),
    scope={"parents": ("account", "opportunity")},
    prepare=rules.order_derive,
    after=rules.order_tell,
    empty=_(
        "What is to be delivered. Orders come from contracts, accepted quotes, the web shop and the API."
    ),
)

SHIPMENT = Entity(
    model=Shipment,
    slug="shipments",
    area="orders",
    icon="truck",
    order=20,
    title="number",
    subtitle="order",
    columns=(
        "number",
        "order",
        "state",
        "carrier",
        "tracking_number",
        "shipped_at",
        "delivered_at",
    ),
    form=(
        Section(
            title=_("Shipment"),
            fields=(*("carrier", "tracking_number", "delivered_at", "received_by", "note"),),
        ),
    ),
    search=("number", "tracking_number"),
    filters=("state", "carrier", "shipped_at", "delivered_at"),
    sort="-shipped_at",
    readonly=("number", "order", "state", "shipped_at", "delivered_at", "received_by"),
    creatable=False,
    lines=(
        Lines(
            model=ShipmentLine,
            parent="shipment",
            fields=(),
            computed=("order_line", "quantity", "delivered"),
            title=_("Lines"),
        ),
    ),
    verbs=(
        Verb(
            name="deliver",
            label=_("Mark delivered"),
            run=services.shipment_deliver,
            params={
                "received_by": forms.CharField(
                    label=_("Received by"), max_length=120, required=False
                )
            },
            parts=ON_BOARD,
            when=in_state("shipped", reason=_("This shipment has arrived already.")),
            icon="circle-check",
            tone="success",
            primary=True,
        ),
    ),
    views=(
        View(
            name="under_way",
            title=_("On its way"),
            condition={"all": [{"field": "state", "op": "=", "value": "shipped"}]},
            pinned=True,
        ),
    ),
    scope={"owner": "order__owner", "department": "order__department", "parents": ("order",)},
    empty=_("What left for customers. Ship an order, and its shipment stands here."),
)

RETURN = Entity(
    model=OrderReturn,
    slug="returns",
    area="orders",
    icon="arrow-back-up",
    order=30,
    title="number",
    subtitle="order",
    columns=("number", "order", "reason", "amount", "returned_at", "note"),
    form=(Section(title=_("Return"), fields=("note",)),),
    search=("number",),
    filters=("reason", "returned_at"),
    sort="-returned_at",
    readonly=("number", "order", "reason", "returned_at", "currency", "amount"),
    creatable=False,
    lines=(
        Lines(
            model=OrderReturnLine,
            parent="order_return",
            fields=(),
            computed=("order_line", "quantity", "amount"),
            title=_("Lines"),
        ),
    ),
    scope={"owner": "order__owner", "department": "order__department", "parents": ("order",)},
    empty=_("What customers sent back, and why."),
)
