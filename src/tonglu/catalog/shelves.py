"""Under which names a product is counted: its number, and its category with all that this one stands in, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tonglu.directory.memory import remember_reading

from .models import Category, Product

Shelf = tuple[str, str, int | None]


def names_of_products(ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """By product the names that it is counted under."""
    known: dict[int, frozenset[str]] = remember_reading("product names", dict)
    wanted = set(ids)
    if missing := wanted - known.keys():
        shelves = remember_reading("product shelves", _shelves)
        found = Product.objects.filter(pk__in=missing)
        for pk, sku, category_id in found.values_list("pk", "sku", "category_id"):
            known[pk] = frozenset({sku, *_above(category_id, shelves)})
    return {pk: known[pk] for pk in wanted if pk in known}


def names_known(names: Iterable[str]) -> set[str]:
    """Those of some names that a product or a category has."""
    wanted = set(names)
    if not wanted:
        return set()
    shelves = remember_reading("product shelves", _shelves).values()
    called = {name for *both, _parent in shelves for name in both} & wanted
    return called | set(Product.objects.filter(sku__in=wanted).values_list("sku", flat=True))


def _above(category_id: int | None, shelves: Mapping[int, Shelf]) -> Iterable[str]:
    seen: set[int] = set()
    while category_id is not None and category_id not in seen:
        seen.add(category_id)
        name, chinese, category_id = shelves[category_id]
        yield from (one for one in (name, chinese) if one)


def _shelves() -> dict[int, Shelf]:
    found = Category.objects.values_list("pk", "name", "name_zh", "parent_id")
    return {pk: (name, chinese, parent) for pk, name, chinese, parent in found}
