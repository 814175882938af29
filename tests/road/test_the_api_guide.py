"""What `docs/modules/api.md` says is sent as it stands there, and answered as it says.

Planted mutants: a status, a code, a message or a member that differs in the document.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from tonglu.api.tokens import token_create
from tonglu.policy.testing import Cast

GUIDE = Path(__file__).parents[2] / "docs/modules/api.md"
STEPS = re.compile(r"```http\n(.+?)```\n\n```json (\d+)\n(.+?)```", re.DOTALL)
NAMED = re.compile(r"<(\w+)>")


@pytest.mark.usefixtures("trading")
def test_the_walk_of_the_guide_is_answered_as_it_says(cast: Cast) -> None:
    steps = STEPS.findall(GUIDE.read_text())
    assert len(steps) >= 10
    known: dict[str, Any] = {
        "token": token_create(person=cast.ana, name="guide", scopes=["all"]).secret
    }

    for asked, status, shown in steps:
        answer = _sent(asked, known)
        assert answer.status_code == int(status), f"{asked}\n{answer.content.decode()}"
        _held(json.loads(shown), answer.json(), known, asked)


def _sent(asked: str, known: dict[str, Any]) -> Any:
    """Send a request as it is written: the first line, the headers, and the body behind an empty line."""
    head, _, body = NAMED.sub(lambda name: str(known[name[1]]), asked).partition("\n\n")
    (method, _, address), *headers = (line.partition(" ") for line in head.splitlines())
    sent = {name.rstrip(":"): value for name, _, value in headers}
    sent = {"Authorization": f"Bearer {known['token']}", **sent}
    more = {"data": body, "content_type": "application/json"} if body else {}
    return getattr(Client(), method.lower())(quote(address, safe="/?&=,"), headers=sent, **more)


def _held(shown: Any, told: Any, known: dict[str, Any], asked: str) -> None:
    """Every member that the guide shows is in the answer; a name in angle brackets is kept, or as it was kept."""
    if isinstance(shown, dict):
        for name, value in shown.items():
            assert name in told, f"{asked}\nhas no {name}: {told}"
            _held(value, told[name], known, asked)
    elif isinstance(shown, list):
        assert len(shown) == len(told), f"{asked}\n{told}"
        for one, other in zip(shown, told, strict=True):
            _held(one, other, known, asked)
    elif isinstance(shown, str) and (name := NAMED.fullmatch(shown)):
        assert known.setdefault(name[1], told) == told
    else:
        assert shown == told, f"{asked}\n{told}"
