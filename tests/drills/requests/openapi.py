"""Calls made up from the OpenAPI document, good ones and senseless ones, and whether an answer keeps to the document."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from jsonschema import Draft202012Validator

Json = Any
WILD: tuple[Json, ...] = (
    None, True, False, 0, -1, 1.5, 2**31, 2**63, -(2**63), 1e308, [], {}, [[]], {"a": {"b": []}}, [None],
    "", " ", "0", "-0.005", "1e999", "NaN", "Infinity", "9" * 60, "0000-00-00", "2026-02-30", "9999-12-31", "0001-01-01T00:00Z",
    "2026-01-31T25:61:00+99:99", "\x00", "a\x00b", "x" * 5000, "𠮷野家", "٣٤", "１２３", "\u202eabc", "ﷺ" * 300, "\ud7ff\ufffd",
    "'; --", "%s%s%n", "{{7*7}}", "<script>", "../../etc/passwd", "me", "true", "null", {"external_id": "x"}, {"external_id": []},
    {"field": "name", "op": "is_set"}, {"id": 1}, "owner__password", "custom.x",
)  # fmt: skip
CONDITIONS = (
    "=",
    "!=",
    "<",
    ">=",
    "in",
    "not_in",
    "contains",
    "starts",
    "is_empty",
    "between",
    "within",
    "me",
    "nonsense",
)
MALFORMED = (
    b"",
    b"{",
    b"\xff\xfe",
    b"[" * 2000,
    b'{"a":1,"a":2}',
    b"nul",
    b"null",
    b"[1]",
    b"1",
    b'"x"',
)
HEADERS: Mapping[str, tuple[str, ...]] = {
    "if-match": ('"v1"', '"v2"', "*", "v1", '"v99999999999999999999"', '""'),
    "if-none-match": ('"v1"', "*", "x"),
    "accept-language": ("zh-hans", "en", "xx-YY;q=9", "*", "," * 300),
    "idempotency-key": ("one", "x" * 300, "two\tthree"),
    "accept": ("application/json", "text/html", "nonsense"),
}


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation of the document."""

    method: str
    path: str
    told: Json


class Caller:
    """Makes calls up. `ids` gives numbers of records that exist, by slug."""

    def __init__(
        self, document: Json, dice: random.Random, ids: Callable[[str], list[int]]
    ) -> None:
        self.document, self.dice, self.ids = document, dice, ids
        self.operations = [
            Operation(method=method, path=path, told=told)
            for path, item in document["paths"].items()
            for method, told in item.items()
        ]
        self._validators: dict[tuple[str, str], Draft202012Validator] = {}

    def call(self) -> tuple[Operation, str, bytes | None, dict[str, str]]:
        """An operation, its address with a query, its body and further headers."""
        operation = self.dice.choice(self.operations)
        headers = {
            name: self.dice.choice(values)
            for name, values in HEADERS.items()
            if self.dice.random() < 0.06
        }
        return operation, self._url(operation), self._body(operation), headers

    def breach(self, operation: Operation, answer: Json) -> str:
        """What of the answer is not as the document says; nothing when it keeps to it."""
        status, responses = str(answer.status_code), operation.told["responses"]
        if answer.status_code >= 500:
            return f"answered {status}"
        if answer.status_code in {304, 405}:
            return ""
        told = responses.get(status) or (responses["default"] if int(status) >= 400 else None)
        if told is None:
            return f"answered {status}, which is not described"
        contents = self._resolved(told).get("content", {})
        kind = answer.get("Content-Type", "").partition(";")[0]
        if "*/*" in contents:  # somebody's file, whatever it is
            return ""
        if not contents:
            return "" if not answer.content else f"{status} has a body"
        if kind not in contents:
            return f"{status} is {kind}"
        return self._unlike(operation, status, contents[kind]["schema"], answer.content)

    def _unlike(self, operation: Operation, status: str, schema: Json, content: bytes) -> str:
        where = (operation.told["operationId"], status)
        if where not in self._validators:
            whole = {**schema, "components": self.document["components"]}
            self._validators[where] = Draft202012Validator(whole)
        error = next(self._validators[where].iter_errors(orjson.loads(content)), None)
        return f"{status}: {error.json_path}: {error.message[:200]}" if error else ""

    def _url(self, operation: Operation) -> str:
        slug = operation.path.split("/")[1]
        path = operation.path
        for parameter in operation.told.get("parameters", ()):
            if parameter["in"] == "path":
                known = self.ids(slug) or [1]
                given = self.dice.choice([*known, *known, 0, 2**31, 2**63, "x", "%00"])
                path = path.replace("{" + parameter["name"] + "}", str(given))
        asked = [
            (p["name"], self._query(p))
            for p in operation.told.get("parameters", ())
            if p["in"] == "query" and self.dice.random() < 0.3
        ]
        tail = urlencode(asked, quote_via=quote)
        return f"/api/v1{path}" + (f"?{tail}" if tail else "")

    def _query(self, parameter: Json) -> str:
        dice, name = self.dice, parameter["name"]
        if name in {"sort", "fields", "filter"} and dice.random() < 0.7:
            field = dice.choice(self._names())
            if name == "filter":
                return orjson.dumps(self._condition(2)).decode()
            return dice.choice((field, f"-{field}", f"{field},id", f"{field}.name"))
        value = self._value(parameter["schema"], 0)
        return value if isinstance(value, str) else orjson.dumps(value, option=_LAX).decode()

    def _condition(self, depth: int) -> Json:
        dice = self.dice
        if depth and dice.random() < 0.4:
            parts = [self._condition(depth - 1) for _ in range(dice.randrange(3))]
            return dice.choice(({"all": parts}, {"any": parts}, {"not": parts[0] if parts else {}}))
        value = dice.choice((*WILD, "this_month", "last_30_days", ["1", "2"], "2026-01-31"))
        return {"field": dice.choice(self._names()), "op": dice.choice(CONDITIONS), "value": value}

    def _names(self) -> list[str]:
        schemas = self.document["components"]["schemas"]
        schema = schemas[self.dice.choice(list(schemas))]
        return [
            *schema.get("properties", {}),
            "id",
            "owner.name",
            "account.owner.email",
            "custom.x",
        ]

    def _body(self, operation: Operation) -> bytes | None:
        if "requestBody" not in operation.told:
            return None if operation.method in {"get", "delete"} else b"{}"
        if self.dice.random() < 0.06:
            return self.dice.choice(MALFORMED)
        (content,) = operation.told["requestBody"]["content"].values()
        schema = content["schema"]
        return orjson.dumps(self._value(schema, 0), option=_LAX)

    def _value(self, schema: Json, depth: int) -> Json:
        """A value of the schema, or, one time in six, anything at all."""
        dice, schema = self.dice, self._resolved(schema)
        if (depth and dice.random() < 0.16) or depth > 6:
            return _fit(dice.choice(WILD))
        for many in ("oneOf", "anyOf"):
            if many in schema:
                return self._value(dice.choice(schema[many]), depth + 1)
        if "enum" in schema:
            return dice.choice(schema["enum"])
        types = schema.get("type", "string")
        kind = types if isinstance(types, str) else dice.choice(types)
        return getattr(self, f"_{kind}")(schema, depth)

    def _object(self, schema: Json, depth: int) -> Json:
        share = self.dice.choice((0.1, 0.4, 0.9))
        made = {
            name: self._value(one, depth + 1)
            for name, one in schema.get("properties", {}).items()
            if name in schema.get("required", ()) or self.dice.random() < share
        }
        if self.dice.random() < 0.05:
            made[self.dice.choice(("nonsense", "id", "owner_id", "\x00", "custom"))] = 1
        return made

    def _array(self, schema: Json, depth: int) -> Json:
        return [
            self._value(schema.get("items", {}), depth + 1) for _ in range(self.dice.randrange(4))
        ]

    def _string(self, schema: Json, _depth: int) -> str:
        dice = self.dice
        day = f"20{dice.randrange(10, 40)}-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}"
        match schema.get("format"):
            case "date":
                return day
            case "date-time":
                return f"{day}T{dice.randrange(24):02}:00:00Z"
            case "decimal":
                return dice.choice(
                    ("0", "1", "100.00", "0.1250", "-5", "1234567.891", "99999999999999999.99")
                )
        return dice.choice(
            ("Pump", "水泵", "a@b.cn", "13800138000", "open", "CNY", day, "1", "https://x.cn/a")
        )

    def _integer(self, _schema: Json, _depth: int) -> int:
        return self.dice.choice((1, 2, 5, 10, 0, -1, 10**6, *self.ids("accounts")[:2]))

    def _number(self, _schema: Json, _depth: int) -> float:
        return self.dice.choice((1, 0, -1, 0.5, 1e9))

    def _boolean(self, _schema: Json, _depth: int) -> bool:
        return self.dice.random() < 0.5

    def _null(self, _schema: Json, _depth: int) -> None:
        return None

    def _resolved(self, schema: Json) -> Json:
        if "allOf" in schema:
            parts = [self._resolved(part) for part in schema["allOf"]]
            return {key: value for part in parts for key, value in part.items()}
        while "$ref" in schema:
            found: Json = self.document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            schema = found
        return schema


_LAX = orjson.OPT_NON_STR_KEYS


def _fit(value: Json) -> Json:
    return value if not isinstance(value, int) or -(2**63) <= value < 2**64 else 0
