"""The OpenAPI 3.1 document of every entity, written from the same fields that the views obey."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import override

from tonglu import policy
from tonglu.entities.fields import Field, Type, fields_of, lines_fields
from tonglu.entities.forms import line_key
from tonglu.entities.registry import all_entities
from tonglu.entities.spec import Entity, Lines, Verb

Json = dict[str, Any]

_SHAPES: dict[Type, Json] = {
    Type.INTEGER: {"type": "integer"},
    Type.DECIMAL: {"type": "string", "format": "decimal"},
    Type.MONEY: {"type": "string", "format": "decimal", "description": "Money, to the cent."},
    Type.PERCENT: {
        "type": "string",
        "format": "decimal",
        "description": "A fraction: 0.125 is 12.5 %.",
    },
    Type.DATE: {"type": "string", "format": "date"},
    Type.DATETIME: {"type": "string", "format": "date-time"},
    Type.BOOL: {"type": "boolean"},
    Type.MULTI: {"type": "array", "items": {"type": "string"}},
    Type.MANY: {"type": "array", "items": {"type": "integer"}},
    Type.FK: {"type": "integer"},
    Type.JSON: {},
}
_LOOKUP: Json = {
    "oneOf": [
        {"type": "integer"},
        {"type": "string"},
        {"type": "object", "properties": {"external_id": {"type": "string"}}},
        {"type": "null"},
    ]
}
_ABOUT = """Every row has a `version`, which is also its `ETag`: send it as `If-Match: "v3"` with PATCH, DELETE and acts, and a row that
somebody changed since answers 409. Send an `Idempotency-Key` with POST: the same call again within 48 hours gets the first answer, and
does nothing. A list answers `next`, the `cursor` of the page that follows. In `errors`, the rows of a bulk call are counted from 0, as in
JSON, and the lines of a record from 1, as on its page. An act answers its row, and in `result` and `result_url` the record it made."""
_PROBLEM: Json = {
    "type": "object",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "next_step": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}


def describe(title: str, version: str, more_paths: Json) -> Json:
    """The whole document."""
    with override("en"):
        paths: Json = dict(more_paths)
        schemas: Json = {"Problem": _PROBLEM}
        for entity in all_entities():
            schemas.update(_schemas(entity))
            paths.update(_paths(entity))
        return {
            "openapi": "3.1.0",
            "info": {
                "title": title,
                "version": version,
                "description": _ABOUT,
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": "/api/v1"}],
            "security": [{"token": []}, {"session": []}],
            "tags": [{"name": e.slug, "description": str(e.plural)} for e in all_entities()],
            "paths": paths,
            "components": {
                "schemas": schemas,
                "securitySchemes": {
                    "token": {"type": "http", "scheme": "bearer"},
                    "session": {
                        "type": "apiKey",
                        "in": "cookie",
                        "name": settings.SESSION_COOKIE_NAME,
                    },
                },
                "responses": {
                    "Problem": _content(
                        {"$ref": "#/components/schemas/Problem"}, "Refused", problem=True
                    )
                },
            },
        }


def _schemas(entity: Entity) -> Json:
    name = schema_name(entity)
    fields = fields_of(entity).values()
    lines = {line_key(one): _lines(one, write=False) for one in entity.lines}
    read = _object([f for f in fields if not f.is_custom], write=False)
    read["properties"].update(
        {"version": {"type": "integer"}, "custom": {"type": "object"}, **lines}
    )
    write = _object([f for f in fields if _is_written(entity, f)], write=True)
    write["properties"].update({"custom": {"type": "object"}})
    write["properties"].update({line_key(one): _lines(one, write=True) for one in entity.lines})
    write["additionalProperties"] = False
    return (
        {name: read, f"{name}Write": write} if entity.creatable or entity.editable else {name: read}
    )


def schema_name(entity: Entity) -> str:
    """The name of the entity's schema."""
    return entity.model.__name__


def _is_written(entity: Entity, field: Field) -> bool:
    declared = {*entity.form_fields, "external_id"}
    return not field.readonly and not field.is_custom and field.name in declared


def _object(fields: Iterable[Field], *, write: bool) -> Json:
    return {"type": "object", "properties": {f.name: _shape(f, write=write) for f in fields}}


def _lines(lines: Lines, *, write: bool) -> Json:
    fields = list(lines_fields(lines.model, lines.fields).values())
    if not write:
        fields += list(lines_fields(lines.model, lines.computed).values())
    item = _object(fields, write=write)
    item["properties"]["id"] = {"type": "integer"}
    return {"type": "array", "items": item}


def _shape(field: Field, *, write: bool) -> Json:
    if field.type is Type.FK and write:
        return {**_LOOKUP, "description": str(field.label)}
    shape = dict(_SHAPES.get(field.type, {"type": "string"}))
    if field.choices and field.type is Type.CHOICE:
        values = [value for value, _label in field.choices]
        shape = {"enum": [*values, "", None] if not field.required else values}
    elif not write or not field.required:
        shape = _nullable(shape)
    if field.type is Type.DECIMAL and write:
        shape = {"oneOf": [{"type": "string"}, {"type": "number"}, {"type": "null"}]}
    return {**shape, "title": str(field.label)}


def _nullable(shape: Json) -> Json:
    if "type" not in shape:
        return shape
    return {**shape, "type": [shape["type"], "null"]}


def _paths(entity: Entity) -> Json:
    """The addresses of one kind: its list, its rows, and an address for each verb; what nobody can do is left out."""
    ref = {"$ref": f"#/components/schemas/{schema_name(entity)}"}
    write = {"$ref": f"#/components/schemas/{schema_name(entity)}Write"}
    return {**_list_paths(entity, ref, write), **_row_paths(entity, ref, write)}


def _list_paths(entity: Entity, ref: Json, write: Json) -> Json:
    page = {
        "type": "object",
        "properties": {
            "data": {"type": "array", "items": ref},
            "next": {"type": ["string", "null"]},
            "count": {"type": "integer"},
            "count_is_exact": {"type": "boolean"},
        },
    }
    rows = {"get": _act(entity, "list", f"List {entity.plural}", _content(page), query=_LIST)}
    paths: Json = {f"/{entity.slug}": rows}
    if takes(entity, "post"):
        rows["post"] = _act(
            entity,
            "create",
            f"Make {_one(entity)}",
            _content(ref),
            body=_whole(entity, write),
            status="201",
        )
    if entity.creatable and entity.editable:
        done, many = _content({"type": "object"}), f"Make or change many {entity.plural}"
        paths[f"/{entity.slug}/bulk"] = {
            "post": _act(entity, "bulk", many, done, body=_bulk(write))
        }
    return paths


def _whole(entity: Entity, write: Json) -> Json:
    """What a new row must name, which a change of one need not."""
    must = [f.name for f in fields_of(entity).values() if f.required and _is_written(entity, f)]
    return {"allOf": [write, {"required": must}]} if must else write


def takes(entity: Entity, method: str) -> bool:
    """Whether the list or a row of the kind takes this method from anybody."""
    scope = policy.scope_of(entity.kind)
    told = {
        "post": entity.creatable,
        "patch": entity.editable,
        "delete": scope is not None and "delete" in scope.acts,
    }
    return told.get(method, True)


def _row_paths(entity: Entity, ref: Json, write: Json) -> Json:
    row, one, answer = f"/{entity.slug}/{{id}}", _one(entity), _content(ref)
    gone, done = {"description": "Gone"}, _content({"type": "object"})
    acts = {"get": _act(entity, "read", f"Read {one}", answer, query=_FIELDS, row=True)}
    paths: Json = {row: acts}
    if takes(entity, "patch"):
        acts["patch"] = _act(entity, "change", f"Change {one}", answer, body=write, row=True)
    if takes(entity, "delete"):
        acts["delete"] = _act(
            entity, "trash", f"Put {one} into the trash", gone, row=True, status="204"
        )
        back = _act(entity, "restore", f"Take {one} out of the trash", answer, row=True)
        paths[f"{row}/restore"] = {"post": back}
    paths[f"{row}/history"] = {
        "get": _act(entity, "history", f"The changes of {one}", done, row=True)
    }
    for verb in entity.verbs:
        body, label = _params(verb), str(verb.label)
        paths[f"{row}/{verb.name}"] = {
            "post": _act(
                entity,
                f"act_{verb.name}",
                label,
                answer,
                body=body,
                row=True,
            )
        }
    return paths


def _one(entity: Entity) -> str:
    """One of the kind, with its article."""
    label = str(entity.label)
    return f"{'an' if label[:1].lower() in 'aeio' else 'a'} {label}"


def _act(entity: Entity, name: str, summary: str, answer: Json, **more: Any) -> Json:
    act = "act" if name.startswith("act_") else name
    headers = tuple(said for acts, *said in _HEADERS if act in acts)
    return operation(
        f"{entity.slug}_{name}", summary, answer, tag=entity.slug, headers=headers, **more
    )


def operation(  # noqa: PLR0913 - each parameter is a part of the OpenAPI operation
    name: str,
    summary: str,
    answer: Json,
    *,
    tag: str,
    body: Json | None = None,
    query: tuple[tuple[str, Json, str], ...] = (),
    row: bool = False,
    status: str = "200",
    headers: Iterable[Iterable[str]] = (),
) -> Json:
    """One operation of the document."""
    parameters: list[Json] = [
        {"name": key, "in": "query", "schema": schema, "description": text}
        for key, schema, text in query
    ]
    if row:
        parameters.insert(
            0, {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
        )
    parameters += [
        {"name": key, "in": "header", "schema": _STRING, "description": text}
        for key, text in headers
    ]
    made: Json = {
        "tags": [tag],
        "operationId": name,
        "summary": summary,
        "responses": {status: answer, "default": {"$ref": "#/components/responses/Problem"}},
    }
    if parameters:
        made["parameters"] = parameters
    if body is not None:
        made["requestBody"] = {"content": {"application/json": {"schema": body}}}
    return made


def _content(schema: Json, text: str = "Done", *, problem: bool = False) -> Json:
    kind = "application/problem+json" if problem else "application/json"
    return {"description": text, "content": {kind: {"schema": schema}}}


def _bulk(write: Json) -> Json:
    return {
        "type": "object",
        "required": ["rows"],
        "properties": {
            "rows": {"type": "array", "items": write, "maxItems": 1000},
            "match": {"type": "string", "description": "external_id, or another import key"},
        },
    }


def _params(verb: Verb) -> Json:
    properties = {name: _param(form_field) for name, form_field in verb.params.items()}
    properties.update(dict.fromkeys(verb.related, _LOOKUP))
    if verb.parts:
        amounts = {"type": "object", "additionalProperties": {"type": ["string", "number"]}}
        text = f"{verb.parts.title}: the id of each to how much of it; everything that is open when left out"
        properties[verb.parts.name] = {**amounts, "description": text}
    required = [name for name, form_field in verb.params.items() if form_field.required]
    schema: Json = {"type": "object", "properties": properties, "additionalProperties": False}
    if required or verb.required:
        schema["required"] = list(dict.fromkeys([*required, *verb.required]))
    return schema


def _param(form_field: forms.Field) -> Json:
    """A parameter with its name in words; one that is chosen from a list with the list."""
    shape = _param_shape(form_field)
    return {**shape, "title": str(form_field.label)} if form_field.label else shape


def _param_shape(form_field: forms.Field) -> Json:
    if type(form_field) is forms.ChoiceField and isinstance(form_field.choices, list):
        values = [value for value, _label in form_field.choices]
        return {"enum": values if form_field.required else [*dict.fromkeys([*values, ""]), None]}
    if isinstance(form_field, forms.BooleanField):
        return {"type": "boolean"}
    blank = [] if form_field.required else ["null"]
    if isinstance(form_field, (forms.DecimalField, forms.IntegerField)):
        return {"type": ["string", "number", *blank]}
    if isinstance(form_field, forms.DateField):
        return {"type": ["string", *blank], "format": "date"}
    return {"type": ["string", *blank]}


_STRING: Json = {"type": "string"}
_HEADERS = (
    (
        {"create", "bulk", "act"},
        "Idempotency-Key",
        "The same key again within 48 hours gets the first answer",
    ),
    (
        {"change", "trash", "act"},
        "If-Match",
        'The version it was decided on, as "v3"; another answers 409',
    ),
)
_FIELDS = (("fields", _STRING, "Only these fields, separated by commas"),)
_LIST = (
    ("q", _STRING, "Search text"),
    ("filter", _STRING, "A condition of the rule language, as JSON"),
    ("sort", _STRING, "A field; -field for descending"),
    ("cursor", _STRING, "The cursor of the page before"),
    ("limit", {"type": "integer", "minimum": 1, "maximum": 200}, "Rows in a page"),
    ("count", {"enum": ["1"]}, "Count the rows, up to 10,000"),
    *_FIELDS,
)
