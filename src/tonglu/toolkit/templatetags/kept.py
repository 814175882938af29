"""`{% kept name=value … %}…{% endkept %}`: a fragment that is drawn once for each set of values it speaks of.

The frame of a page and the bars of a list are the same text for the same menu, rights and views, and took a third of the drawing of a
page. What is inside sees only the values that are named, not the page's other variables, so that the text is theirs alone, whoever
asks: no epoch, no time of keeping, nothing to forget. The language belongs to every key. The token against forged requests stands in the
kept text as a mark, which each request replaces by its own.

Name plain values: texts, numbers, tuples and frozen dataclasses of these, and no text that is safe in one place and not in another. A
fragment with a value that has no hash is drawn anew. With DEBUG on nothing is kept.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from threading import Lock
from typing import Any

from django import template
from django.conf import settings
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

MOST = 1000
"""So many fragments are kept in a process, some 5 KB each; the one that was not asked for longest makes room."""
MARK = secrets.token_hex(32)
"""Stands for the token of the request; nobody can write it into a value, for it is known to this process only."""

_kept: OrderedDict[Hashable, str] = OrderedDict()
_turn = Lock()


class KeptNode(template.Node):
    """A fragment that depends on its named values and the language, and on nothing else."""

    def __init__(self, values: Mapping[str, FilterExpression], inside: NodeList) -> None:
        self.values, self.inside = values, inside

    def render(self, context: Context) -> SafeString:
        """The kept text, with this request's own token."""
        values = {name: value.resolve(context) for name, value in self.values.items()}
        text = self._text(context, values)
        if MARK in text:
            text = text.replace(MARK, str(context.get("csrf_token") or ""))
        return SafeString(text)

    def _text(self, context: Context, values: Mapping[str, Any]) -> str:
        key = (get_language(), self, tuple(values.values()))
        if settings.DEBUG or not _has_hash(key):
            return self._drawn(context, values)
        with _turn:
            found = _kept.get(key)
            if found is not None:
                _kept.move_to_end(key)
                return found
        drawn = self._drawn(context, values)
        with _turn:
            _kept[key] = drawn
            while len(_kept) > MOST:
                _kept.popitem(last=False)
        return drawn

    def _drawn(self, context: Context, values: Mapping[str, Any]) -> str:
        return self.inside.render(context.new({**values, "csrf_token": MARK}))


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """`{% kept items=shell.items %}{% for item in items %}…{% endfor %}{% endkept %}`."""
    bits = token.split_contents()[1:]
    values = token_kwargs(bits, parser)
    if bits:
        raise template.TemplateSyntaxError("Write {% kept name=value … %}: every value has a name.")
    inside = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(values, inside)


def _has_hash(key: Hashable) -> bool:
    try:
        hash(key)
    except TypeError:
        return False
    return True


def kept_count() -> int:
    """How many fragments are kept."""
    return len(_kept)
