"""Writing stock and purchases. Every change of a level locks it, writes a move and is refused below zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import F
from django.utils.translation import gettext as _

from tonglu.audit.services import context
from tonglu.entities.lines import lines_of
from tonglu.entities.services import record_create, record_update
from tonglu.entities.spec import Refusal
from tonglu.kernel.errors import DomainError
from tonglu.kernel.text import N_
from tonglu.policy import Actor
from tonglu.toolkit.numbers import next_number

from .models import Purchase, PurchaseLine, StockLevel, StockMove

Kind = StockMove.Kind
ZERO = Decimal(0)
UNDER_WAY = frozenset({Purchase.State.ORDERED, Purchase.State.PARTLY})


def stock_count(*, actor: Actor, row: StockLevel, quantity: Decimal) -> StockLevel:
    """Set what is on hand to what was counted."""
    return _change(actor, row, Kind.COUNTED, on_hand=quantity - row.on_hand)


def stock_reserve(
    *, actor: Actor, quantities: Mapping[int, Decimal], reference: str
) -> dict[int, Decimal]:
    """Reserve products (id -> quantity) wherever they lie, the fullest warehouse first.

    Gives what is missing by product; a product that nobody keeps in stock is not missed.
    """
    missing: dict[int, Decimal] = {}
    with context(actor, verb="supply.stock.reserved", reason=reference):
        for product_id, wanted in sorted(quantities.items()):
            levels = _levels(product_id)
            left = wanted
            for level in sorted(levels, key=lambda one: (-one.available, one.pk)):
                part = min(left, level.available)
                if part > 0:
                    _change(actor, level, Kind.RESERVED, reserved=part, reference=reference)
                    left -= part
            if levels and left > 0:
                missing[product_id] = left
    return missing


def stock_release(*, actor: Actor, reference: str) -> None:
    """Give back what is still reserved for a reference, such as a cancelled order."""
    with context(actor, verb="supply.stock.released", reason=reference):
        for level_id, quantity in _still_reserved(reference).items():
            level = StockLevel.objects.select_for_update().get(pk=level_id)
            _change(actor, level, Kind.RELEASED, reserved=-quantity, reference=reference)


def stock_ship(*, actor: Actor, quantities: Mapping[int, Decimal], reference: str) -> None:
    """Take products out, first from what is reserved for the reference; refused when there is not enough."""
    with context(actor, verb="supply.stock.shipped", reason=reference):
        reserved = _still_reserved(reference)
        for product_id, wanted in sorted(quantities.items()):
            _ship_product(actor, product_id, wanted, reserved, reference)


def stock_take_back(*, actor: Actor, quantities: Mapping[int, Decimal], reference: str) -> None:
    """Put returned products back where they are kept."""
    with context(actor, verb="supply.stock.returned", reason=reference):
        for product_id, quantity in sorted(quantities.items()):
            levels = _levels(product_id)
            if levels:
                _change(actor, levels[0], Kind.RETURNED, on_hand=quantity, reference=reference)


def purchase_prepare(_actor: Actor, row: Purchase, before: Purchase | None) -> None:
    """Number and amounts; only a draft accepts edits."""
    if before is not None and before.state != Purchase.State.DRAFT and row.state == before.state:
        raise DomainError(N_("A purchase that was ordered cannot be changed."), code="ordered")
    if before is None and not row.number:
        row.number = next_number("purchase", "P{year}-{n:05}")
    for line in lines_of(row, PurchaseLine):
        bought = line.quantity - line.called_off
        line.amount = (bought * line.price).quantize(Decimal("0.01"), ROUND_HALF_UP)
    row.amount = sum((line.amount for line in lines_of(row, PurchaseLine)), ZERO)


def purchase_order(*, actor: Actor, row: Purchase) -> Purchase:
    """Send the order to the supplier."""
    return _state(actor, row, Purchase.State.ORDERED)


def purchase_receive(
    *, actor: Actor, row: Purchase, quantities: Mapping[int, Decimal] | None = None
) -> Purchase:
    """Take goods in, all that is missing or so much of each line: each raises the level in the purchase's warehouse."""
    with context(actor, verb="supply.purchase.received"):
        lines = list(row.lines.select_for_update(of=("self",)).order_by("pk"))
        taken = _received(lines, quantities)
        for line in lines:
            if line.pk in taken:
                _take_in(actor, row, line, taken[line.pk])
        complete = not any(line.missing for line in lines)
        return _state(actor, row, Purchase.State.RECEIVED if complete else Purchase.State.PARTLY)


def purchase_cancel(*, actor: Actor, row: Purchase) -> Purchase:
    """Call the order off."""
    return _state(actor, row, Purchase.State.CANCELLED)


def purchase_call_off_rest(*, actor: Actor, row: Purchase, reason: str) -> Purchase:
    """Call off what has not come in of a purchase; it is closed with what came, and costs only that."""
    with context(actor, verb="supply.purchase.rest_called_off", reason=reason):
        lines = list(row.lines.select_for_update(of=("self",)).order_by("pk"))
        for line in lines:
            line.called_off += line.missing
            line.save(update_fields=["called_off", "updated_at"])
        values = {"state": Purchase.State.RECEIVED, "called_off_because": reason}
        closed: Purchase = record_update(actor=actor, row=row, values=values, act=None)
        return closed


def may_order(_actor: Actor, row: Purchase) -> Refusal | None:
    """Why a purchase cannot be ordered now."""
    if row.state != Purchase.State.DRAFT:
        return Refusal(reason=_("Only a draft can be ordered."))
    return None if row.amount else Refusal(reason=_("It has no lines yet."))


def may_receive(_actor: Actor, row: Purchase) -> Refusal | None:
    """Why goods cannot be taken in now."""
    if row.state in UNDER_WAY:
        return None
    return Refusal(reason=_("Only goods that were ordered can be taken in."))


def may_cancel(_actor: Actor, row: Purchase) -> Refusal | None:
    """Why a purchase cannot be called off now."""
    if row.state in {Purchase.State.DRAFT, Purchase.State.ORDERED}:
        return None
    if row.state == Purchase.State.PARTLY:
        return Refusal(
            reason=_("A part of it has come in already."), next_step=_("Call off the rest.")
        )
    return Refusal(reason=_("It is closed already."))


def may_call_off_rest(_actor: Actor, row: Purchase) -> Refusal | None:
    """Why the rest of a purchase cannot be called off now."""
    if row.state == Purchase.State.PARTLY:
        return None
    if row.state in {Purchase.State.DRAFT, Purchase.State.ORDERED}:
        return Refusal(reason=_("Nothing has come in yet."), next_step=_("Call off the whole."))
    return Refusal(reason=_("It is closed already."))


def _received(
    lines: Sequence[PurchaseLine], quantities: Mapping[int, Decimal] | None
) -> dict[int, Decimal]:
    """How much of each line comes in; refused when more than is missing."""
    missing = {line.pk: line.missing for line in lines}
    wanted = missing if quantities is None else quantities
    taken = {pk: quantity for pk, quantity in wanted.items() if quantity > 0}
    if any(quantity > missing.get(pk, ZERO) for pk, quantity in taken.items()):
        raise DomainError(N_("More would come in than was ordered."), code="too_much")
    if not taken:
        raise DomainError(N_("Everything has come in already."), code="nothing_left")
    return taken


def _take_in(actor: Actor, row: Purchase, line: PurchaseLine, quantity: Decimal) -> None:
    line.received += quantity
    line.save(update_fields=["received", "updated_at"])
    level, _new = StockLevel.objects.get_or_create(
        warehouse=row.warehouse, product_id=line.product_id
    )
    locked = StockLevel.objects.select_for_update().get(pk=level.pk)
    _change(actor, locked, Kind.RECEIVED, on_hand=quantity, reference=row.number)


def _ship_product(
    actor: Actor,
    product_id: int,
    wanted: Decimal,
    reserved: dict[int, Decimal],
    reference: str,
) -> None:
    levels = sorted(_levels(product_id), key=lambda one: -reserved.get(one.pk, ZERO))
    left = wanted
    for level in levels:
        held = reserved.get(level.pk, ZERO)
        part = min(left, held + level.available)
        if part > 0:
            released = min(held, part)
            _change(
                actor, level, Kind.SHIPPED, on_hand=-part, reserved=-released, reference=reference
            )
            reserved[level.pk] = held - released
            left -= part
    if levels and left > 0:
        raise DomainError(
            N_("%(missing)s of “%(product)s” are not in stock."),
            code="out_of_stock",
            params={"missing": left.normalize(), "product": levels[0].product},
            next_step=N_("Ship a part, or wait for the next delivery."),
        )


def _levels(product_id: int) -> list[StockLevel]:
    found = StockLevel.objects.select_for_update(of=("self",)).select_related("product")
    return list(found.filter(product_id=product_id, deleted_at__isnull=True).order_by("pk"))


def _still_reserved(reference: str) -> dict[int, Decimal]:
    """What moves for a reference have reserved and not yet released or shipped, by level."""
    held: dict[int, Decimal] = {}
    moves = StockMove.objects.filter(reference=reference).order_by("level_id", "pk")
    for move in moves:
        before = held.get(move.level_id, ZERO)
        if move.kind == Kind.RESERVED:
            held[move.level_id] = before + move.quantity
        elif move.kind in {Kind.RELEASED, Kind.SHIPPED}:
            held[move.level_id] = max(ZERO, before - move.quantity)
    return {level_id: quantity for level_id, quantity in held.items() if quantity}


def _change(
    actor: Actor,
    level: StockLevel,
    kind: str,
    *,
    on_hand: Decimal = ZERO,
    reserved: Decimal = ZERO,
    reference: str = "",
) -> StockLevel:
    with context(actor, verb=f"supply.stock.{kind}"):
        StockLevel.objects.filter(pk=level.pk).update(
            on_hand=F("on_hand") + on_hand,
            reserved=F("reserved") + reserved,
            version=F("version") + 1,
        )
        record_create(
            actor=actor,
            model=StockMove,
            values={
                "level": level,
                "kind": kind,
                "quantity": abs(on_hand or reserved),
                "reference": reference,
            },
            act=None,
        )
    level.refresh_from_db()
    return level


def _state(actor: Actor, row: Purchase, state: str) -> Purchase:
    saved: Purchase = record_update(
        actor=actor, row=row, values={"state": state}, act=None, verb=f"supply.purchase.{state}"
    )
    return saved
