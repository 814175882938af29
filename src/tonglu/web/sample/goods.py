"""What the sample company makes and keeps: products with cost and list price, warehouses, stock, suppliers."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

from django.db.models import Model

from tonglu.catalog.models import Category, Currency, ExchangeRate, Product
from tonglu.catalog.services import currencies_load_standard
from tonglu.entities.services import record_create
from tonglu.supply import services as supply
from tonglu.supply.models import Purchase, PurchaseLine, StockLevel, Supplier, Warehouse

from .people import People
from .world import SYSTEM, World

CATEGORIES = (
    ("Pumps", "泵"), ("Valves", "阀门"), ("Compressors", "压缩机"), ("Systems", "成套设备"), ("Services", "服务"),
)  # fmt: skip
PRODUCTS = (
    ("HY-CP15", "Centrifugal pump 15 kW", "离心泵 15 kW", 0, 18600, 0.62), ("HY-CP37", "Centrifugal pump 37 kW", "离心泵 37 kW", 0, 36800, 0.61),
    ("HY-CP75", "Centrifugal pump 75 kW", "离心泵 75 kW", 0, 68500, 0.60), ("HY-MP22", "Magnetic drive pump 22 kW", "磁力泵 22 kW", 0, 52400, 0.58),
    ("HY-SP11", "Sanitary pump 11 kW", "卫生泵 11 kW", 0, 28900, 0.57), ("HY-DP05", "Dosing pump", "计量泵", 0, 9800, 0.55),
    ("HY-SL90", "Slurry pump 90 kW", "渣浆泵 90 kW", 0, 96000, 0.64), ("HY-BV80", "Ball valve DN80", "球阀 DN80", 1, 1650, 0.52),
    ("HY-BV200", "Ball valve DN200", "球阀 DN200", 1, 6900, 0.53), ("HY-CV50", "Control valve DN50", "调节阀 DN50", 1, 12800, 0.50),
    ("HY-CV150", "Control valve DN150", "调节阀 DN150", 1, 29600, 0.51), ("HY-GV300", "Gate valve DN300", "闸阀 DN300", 1, 11200, 0.56),
    ("HY-SV40", "Safety valve DN40", "安全阀 DN40", 1, 4300, 0.48), ("HY-SC55", "Screw compressor 55 kW", "螺杆压缩机 55 kW", 2, 128000, 0.63),
    ("HY-SC110", "Screw compressor 110 kW", "螺杆压缩机 110 kW", 2, 236000, 0.62), ("HY-OF75", "Oil-free compressor 75 kW", "无油压缩机 75 kW", 2, 318000, 0.60),
    ("HY-DR10", "Refrigeration dryer", "冷冻式干燥机", 2, 21500, 0.55), ("HY-WS100", "Water supply station", "成套供水站", 3, 486000, 0.66),
    ("HY-CA300", "Compressed air station", "成套空压站", 3, 892000, 0.67), ("HY-SVC1", "Commissioning, per day", "调试服务（天）", 4, 3200, 0.45),
    ("HY-SVC2", "Yearly maintenance", "年度维保", 4, 36000, 0.50), ("HY-TRN1", "Operator training", "操作培训", 4, 8000, 0.40),
)  # fmt: skip
SUPPLIERS = (
    ("宁波精铸机械有限公司", "a", "叶轮、泵壳铸件"), ("无锡恒速电机有限公司", "a", "电机"), ("温州三力密封件厂", "b", "机械密封"),
    ("Ruhr Lager GmbH", "b", "Bearings"), ("苏州科控仪表有限公司", "b", "仪表与定位器"), ("佛山不锈钢管业有限公司", "c", "管件"),
)  # fmt: skip


def goods_make(random: Random, people: People, *, start: date) -> list[Product]:
    """Currencies, categories and products, two warehouses with stock, and suppliers behind their wall."""
    _money(start)
    products = _products()
    _stock(random, people, products)
    _suppliers(random, people)
    return products


def _money(start: date) -> None:
    currencies_load_standard(actor=SYSTEM)
    for code, rate in (("USD", "7.18"), ("EUR", "7.82")):
        if Currency.objects.filter(code=code).exists():
            values = {"currency": code, "valid_from": start, "rate": Decimal(rate)}
            record_create(actor=SYSTEM, model=ExchangeRate, values=values)


def _products() -> list[Product]:
    categories = [
        record_create(actor=SYSTEM, model=Category, values={"name": en, "name_zh": zh})
        for en, zh in CATEGORIES
    ]
    made = []
    for sku, name, name_zh, category, price, share in PRODUCTS:
        values: dict[str, Any] = {
            "sku": sku,
            "name": name,
            "name_zh": name_zh,
            "category": categories[category],
            "series": sku[3:5],
            "list_price": Decimal(price),
            "cost": (Decimal(price) * Decimal(str(share))).quantize(Decimal("0.01")),
            "vat_rate": Decimal("0.06" if category == 4 else "0.13"),
            "kind": Product.Kind.SERVICE if category == 4 else Product.Kind.GOOD,
            "warranty_months": 0 if category == 4 else 18,
            "lead_time_days": (14, 7, 30, 60, 0)[category],
        }
        made.append(record_create(actor=SYSTEM, model=Product, values=values))
    return made


def _stock(random: Random, people: People, products: list[Product]) -> None:
    keeper = people.first("order_operations")
    for name, name_zh, address in (
        ("Suzhou plant", "苏州工厂仓", "苏州工业园区星湖街 328 号"),
        ("Foshan depot", "佛山中转仓", "佛山市南海区科技路 66 号"),
    ):
        warehouse = record_create(
            actor=SYSTEM,
            model=Warehouse,
            values={"name": name, "name_zh": name_zh, "address": address, "keeper": keeper},
        )
        for product in products[:17]:
            values = {"warehouse": warehouse, "product": product, "low_below": Decimal(6)}
            level = record_create(actor=SYSTEM, model=StockLevel, values=values)
            supply.stock_count(actor=SYSTEM, row=level, quantity=Decimal(random.randrange(2, 22)))


def _suppliers(random: Random, people: People) -> None:
    for name, rating, note in SUPPLIERS:
        buyer = random.choice(people.by_role["procurement"])
        values = {"name": name, "rating": rating, "note": note, "owner": buyer}
        record_create(actor=SYSTEM, model=Supplier, values=values)


def restock(world: World, day: date) -> None:
    """Procurement orders what runs low, and what open orders wait for; most of it arrives within weeks."""
    low = [level for level in _levels() if level.available < (level.low_below or 0)]
    suppliers = list(Supplier.objects.select_related("owner").order_by("pk"))
    for level in low:
        supplier = suppliers[level.product_id % len(suppliers)]
        price = (level.product.cost or Decimal(0)) * Decimal("0.7")
        quantity = max(level.reserved - level.on_hand, Decimal(0)) + world.random.randrange(12, 50)
        line = {
            "product": level.product,
            "quantity": quantity,
            "price": price.quantize(Decimal("0.01")),
        }
        expected = world.after(day, 14, 35)
        values = {
            "supplier": supplier,
            "warehouse": level.warehouse,
            "owner": supplier.owner,
            "expected_on": expected,
        }
        lines: dict[type[Model], list[dict[str, Any]]] = {PurchaseLine: [line]}
        actor = world.people.actor(supplier.owner)
        row = record_create(actor=actor, model=Purchase, values=values, lines=lines)
        row = supply.purchase_order(actor=actor, row=row)
        if world.random.random() < 0.95:
            arrives = expected + timedelta(days=world.random.randrange(-4, 9))
            world.agenda.put(arrives, partial(_arrive, world, row.pk))


def _arrive(world: World, pk: int, _day: date) -> None:
    keeper = world.people.actor(world.people.first("order_operations"))
    supply.purchase_receive(
        actor=keeper, row=Purchase.objects.select_related("warehouse").get(pk=pk)
    )


def _levels() -> list[StockLevel]:
    """The stock levels for which nothing is on its way."""
    ordered = PurchaseLine.objects.filter(purchase__state=Purchase.State.ORDERED)
    coming = set(ordered.values_list("purchase__warehouse_id", "product_id"))
    found = StockLevel.objects.select_related("product", "warehouse").order_by("pk")
    return [level for level in found if (level.warehouse_id, level.product_id) not in coming]
