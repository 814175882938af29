"""Browsers and programs that ask, what they send, and what an answer costs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tonglu.directory.models import Person
from tonglu.entities.fields import Field, Type, fields_of
from tonglu.entities.spec import Entity

JSON = "application/json"
Raw = dict[str, Any]


def signed_in(person: Person) -> Client:
    """A browser in which the person is signed in, and whose API calls need no CSRF token."""
    client = Client()
    client.force_login(Person.objects.get(pk=person.pk))
    return client


def posted(entity: Entity, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Raw values as a browser posts them."""
    fields = fields_of(entity)
    sent: dict[str, Any] = {}
    for name, value in raw.items():
        found = fields.get(name)
        if found is None:
            continue
        sent[name] = _as_text(found, value)
    return sent


def _as_text(field: Field, value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if field.type in {Type.MULTI, Type.MANY}:
        return [str(one) for one in value or []]
    if field.type is Type.JSON:
        return json.dumps(value)
    return "" if value is None else str(value)


def api(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    """A call of the API as a program makes it."""
    more: dict[str, Any] = {"headers": {k.replace("_", "-"): v for k, v in headers.items()}}
    if body is not None:
        more |= {"data": json.dumps(body), "content_type": JSON}
    return getattr(client, method)(f"/api/v1/{path}", **more)


def queries_of(client: Client, path: str) -> int:
    """How many queries an answer of 200 costs."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path, follow=True)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return len(captured)


def asked(client: Client, method: str, url: str) -> int:
    send: Callable[..., Any] = getattr(client, method)
    if "/api/" in url and method != "get":
        return int(send(url, data="{}", content_type=JSON).status_code)
    return int(send(url).status_code)


def problems(answer: Any) -> str:
    """The sentences of a refused form, for the message of a failing test."""
    text = answer.content.decode()
    found = re.findall(r"invalid-feedback[^>]*>([^<]+)<|alert[^>]*>\s*([^<]+)<", text)
    return f"{answer.status_code}: {[' '.join(x).strip() for x in found][:6]}"
