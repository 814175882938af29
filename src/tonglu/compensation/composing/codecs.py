"""Values of the neutral form as rows and groups that a person can edit, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .shapes import Codec, Misfit

DEFAULT, OTHER, NUMBER = "default", "*", "number"
_NO_VALUE = ("is_set", "is_empty")
_SEPARATOR = "/"


def _amounts_unpack(raw: Any) -> dict[str, Any]:
    """A number for everybody, and numbers by name; nested names are joined by a slash."""
    if not isinstance(raw, Mapping):
        return {"all": raw}
    found = list(_amounts_flat(raw, ()))
    default = [value for path, value in found if not path]
    by = [{"name": f" {_SEPARATOR} ".join(path), "amount": value} for path, value in found if path]
    return {**({"all": default[0]} if default else {}), "by": by}


def _amounts_flat(raw: Mapping[Any, Any], path: tuple[str, ...]) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    for name, value in raw.items():
        here = path if name == DEFAULT else (*path, str(name))
        if isinstance(value, Mapping):
            found += _amounts_flat(value, here)
        else:
            found.append((here, value))
    return found


def _amounts_pack(typed: Mapping[str, Any]) -> Any:
    rows = typed.get("by", ())
    if not rows:
        return typed.get("all")
    tree: dict[str, Any] = {} if "all" not in typed else {DEFAULT: typed["all"]}
    for row in rows:
        path = [part.strip() for part in str(row.get("name", "")).split(_SEPARATOR)]
        _put(tree, [part for part in path if part] or [DEFAULT], row.get("amount"))
    return tree


def _put(tree: dict[str, Any], path: list[str], value: Any) -> None:
    head, *rest = path
    if not rest:
        tree[head] = value
        return
    inner = tree.get(head)
    if not isinstance(inner, dict):
        inner = tree[head] = {} if inner is None else {DEFAULT: inner}
    _put(inner, rest, value)


def _pairs_unpack(raw: Any) -> list[dict[str, Any]]:
    if not isinstance(raw, Mapping):
        raise Misfit
    return [{"name": str(name), "amount": value} for name, value in raw.items()]


def _pairs_pack(typed: list[Mapping[str, Any]]) -> dict[str, Any] | None:
    return {str(row.get("name", "")): row.get("amount") for row in typed} or None


def _points_unpack(raw: Any) -> list[dict[str, Any]]:
    if any(isinstance(point, Mapping) or len(point) != 2 for point in raw):
        raise Misfit
    return [{"x": point[0], "y": point[1]} for point in raw]


def _points_pack(typed: list[Mapping[str, Any]]) -> list[list[Any]] | None:
    return [[point.get("x", "0"), point.get("y", "0")] for point in typed] or None


def _tiers_unpack(raw: Any) -> list[dict[str, Any]]:
    found = []
    for tier in raw:
        if isinstance(tier, Mapping):
            if set(tier) - {"from", "to", "value"}:
                raise Misfit
            found.append(dict(tier))
        elif len(tier) == 3:
            found.append({"from": tier[0], "to": tier[1], "value": tier[2]})
        else:
            raise Misfit
    return found


def _tiers_pack(typed: list[Mapping[str, Any]]) -> list[list[Any]] | None:
    return [
        [tier.get("from", "0"), tier.get("to"), tier.get("value", "")] for tier in typed
    ] or None


def _filter_unpack(raw: Any) -> list[dict[str, Any]]:
    if not isinstance(raw, Mapping):
        raise Misfit
    if set(raw) == {"all"} and isinstance(raw["all"], (list, tuple)):
        return [row for part in raw["all"] for row in _filter_unpack(part)]
    if set(raw) in ({"field", "op"}, {"field", "op", "value"}):
        return [_condition(raw["field"], raw["op"], raw.get("value"))]
    return [row for field, wanted in raw.items() for row in _wanted(str(field), wanted)]


def _wanted(field: str, wanted: Any) -> list[dict[str, Any]]:
    if field in ("all", "any", "not"):
        raise Misfit
    if isinstance(wanted, Mapping):
        return [_condition(field, op, value) for op, value in wanted.items()]
    if isinstance(wanted, (list, tuple)):
        return [_condition(field, "in", wanted)]
    return [_condition(field, "==", wanted)]


def _condition(field: Any, op: Any, value: Any) -> dict[str, Any]:
    if isinstance(value, Mapping) or str(op) not in OPERATORS:
        raise Misfit
    if isinstance(value, (list, tuple)):
        value = ", ".join(str(one) for one in value)
    if isinstance(value, bool):
        value = str(value).lower()
    return {"field": str(field), "op": str(op), "value": value}


def _filter_pack(typed: list[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The shortest form: equal values by field, otherwise a list of conditions."""
    found = [_packed(row) for row in typed if row.get("field")]
    fields = [one["field"] for one in found]
    if all(one["op"] == "==" for one in found) and len(set(fields)) == len(fields):
        return {one["field"]: one.get("value") for one in found} or None
    return {"all": found}


def _packed(row: Mapping[str, Any]) -> dict[str, Any]:
    op = row.get("op") or "=="
    if op in _NO_VALUE:
        return {"field": row["field"], "op": op}
    value: Any = row.get("value", "")
    if op in ("in", "not_in"):
        parts = str(value).replace("，", ",").replace("、", ",").split(",")
        value = [part.strip() for part in parts if part.strip()]
    elif str(value).lower() in ("true", "false"):
        value = str(value).lower() == "true"
    return {"field": row["field"], "op": op, "value": value}


def _goals_unpack(raw: Any) -> list[dict[str, Any]]:
    """Goals by person as rows; one list is everybody's."""
    by_payee = raw if isinstance(raw, Mapping) else {"*": raw}
    return [{"payee": str(payee), **goal} for payee, goals in by_payee.items() for goal in goals]


def _goals_pack(typed: list[Mapping[str, Any]]) -> dict[str, Any] | None:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in typed:
        goal = {key: value for key, value in row.items() if key != "payee"}
        found.setdefault(str(row.get("payee") or "*"), []).append(goal)
    return found or None


def _words_unpack(raw: Any) -> dict[str, Any]:
    return dict(raw) if isinstance(raw, Mapping) else {"en": str(raw)}


def _words_pack(typed: Mapping[str, Any]) -> dict[str, Any] | None:
    return dict(typed) or None


def measure(*words: str) -> Codec:
    """One of the usual measures, or another field of the deal."""

    def unpack(raw: Any) -> dict[str, Any]:
        given = dict(raw) if isinstance(raw, Mapping) else {"name": raw}
        name = str(given.get("name", "amount"))
        return given if name in words else {**given, "name": OTHER, "field": name}

    def pack(typed: Mapping[str, Any]) -> Any:
        name = typed.get("name", "amount")
        name = typed.get("field", "amount") if name == OTHER else name
        return {"name": name, "floor_zero": True} if typed.get("floor_zero") else name

    return Codec(unpack=unpack, pack=pack)


def _examples_unpack(raw: Any) -> list[dict[str, Any]]:
    return [{"yaml": example} for example in raw]


def _examples_pack(typed: list[Mapping[str, Any]]) -> list[Any] | None:
    return [row["yaml"] for row in typed if row.get("yaml")] or None


def either(*words: str) -> Codec:
    """One of some words, or a number of one's own."""

    def unpack(raw: Any) -> dict[str, Any]:
        if isinstance(raw, (Mapping, list, tuple)):
            raise Misfit
        return {"word": raw} if str(raw) in words else {"word": NUMBER, "number": raw}

    def pack(typed: Mapping[str, Any]) -> Any:
        return typed.get("number") if typed.get("word") == NUMBER else typed.get("word")

    return Codec(unpack=unpack, pack=pack)


OPERATORS = (
    "==", "!=", ">=", ">", "<=", "<", "in", "not_in", "contains", "starts", "is_set", "is_empty",
)  # fmt: skip
AMOUNTS = Codec(unpack=_amounts_unpack, pack=_amounts_pack)
PAIRS = Codec(unpack=_pairs_unpack, pack=_pairs_pack)
POINTS = Codec(unpack=_points_unpack, pack=_points_pack)
TIERS = Codec(unpack=_tiers_unpack, pack=_tiers_pack)
FILTER = Codec(unpack=_filter_unpack, pack=_filter_pack)
GOALS = Codec(unpack=_goals_unpack, pack=_goals_pack)
WORDS = Codec(unpack=_words_unpack, pack=_words_pack)
EXAMPLES = Codec(unpack=_examples_unpack, pack=_examples_pack)
