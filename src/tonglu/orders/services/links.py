"""The link of a quote: its id and its random key, signed, so that it can neither be guessed nor changed."""

from __future__ import annotations

from django.core.signing import Signer
from django.urls import reverse

from tonglu.kernel.errors import DomainError
from tonglu.kernel.text import N_
from tonglu.orders.models import Quote


def quote_token(row: Quote) -> str:
    """What the link of a sent quote ends with; a refusal while there is none."""
    if not row.link_key:
        raise DomainError(
            N_("This quote has no link."), code="no_link", next_step=N_("Send the quote.")
        )
    return signer().sign(f"{row.pk}.{row.link_key}")


def quote_url(row: Quote) -> str:
    """The path of the quote's public page."""
    return reverse("orders:quote_public", kwargs={"token": quote_token(row)})


def signer() -> Signer:
    """What signs the links, with a salt of its own."""
    return Signer(salt="tonglu.orders.quote", sep="~")
