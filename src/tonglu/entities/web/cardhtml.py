"""The cards of a board as HTML, put together in Python like the rows of a list, and for the same reason.

Every value passes `conditional_escape`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from .boards import Card
    from .cells import Shown


def cards_html(cards: Iterable[Card]) -> SafeString:
    """One article a card: its name as a link, and a line for each fact."""
    return SafeString("".join(_card(card) for card in cards))


def _card(card: Card) -> str:
    url, title = conditional_escape(card.url), conditional_escape(card.title)
    move = f' data-move-url="{card.move_url}"' if card.move_url else ""
    lines = "".join(_line(fact) for fact in card.facts)
    return (
        f'<article class="board-card" data-card="{card.row.pk}"{move} tabindex="0" aria-label="{title}">'
        f'<a class="card-name" href="{url}">{title}</a>{lines}</article>'
    )


def _line(fact: Shown) -> str:
    label = conditional_escape(fact.field.label)
    named = f"{label} " if fact.bare else ""
    return f'<div class="card-line" title="{label}"><span>{named}{fact.html}</span></div>'
