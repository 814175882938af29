"""How history is written: in one piece, and without waking anybody.

The sample company is made as a whole or not at all, so its steps need no savepoints of their own; two of three round trips to the
database are saved by that. What happened is told at once to those whose figures depend on it, and the rest of the news is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from tonglu.audit.services import told_late
from tonglu.customers.events import ContactLeft
from tonglu.finance.events import ContractCollected
from tonglu.kernel.errors import DomainError
from tonglu.orders.events import ContractSigned
from tonglu.toolkit.events import Gathered, gathered


@contextmanager
def history() -> Iterator[Gathered]:
    """Let pay and deals hear of contracts, receipts and people who left, whenever told to; nobody is to be mailed, now or later."""
    facts = (ContractSigned, ContractCollected, ContactLeft)
    with _savepoints(False), told_late(), gathered(*facts) as news:
        yield news
        news.tell()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")


class Attempt:
    """Whether something that a rule may refuse was done."""

    refused = False


@contextmanager
def attempt() -> Iterator[Attempt]:
    """Something that a rule may refuse: then nothing of it stays."""
    done = Attempt()
    try:
        with _savepoints(True), transaction.atomic(), _savepoints(False):
            yield done
    except DomainError:
        done.refused = True


@contextmanager
def _savepoints(wanted: bool) -> Iterator[None]:
    """Use savepoints within this transaction, or do not."""
    before = connection.features.uses_savepoints
    connection.features.uses_savepoints = wanted
    try:
        yield
    finally:
        connection.features.uses_savepoints = before
