"""Races through the API: everybody calls about one record, each from the version they read."""

from __future__ import annotations

from decimal import Decimal

from tests.drills.business import Business
from tonglu.customers.models import Account
from tonglu.entities.services import record_create
from tonglu.entities.testing import api, signed_in
from tonglu.sales.models import Opportunity, StageMove

from .together import Race, at_once


def moves(business: Business, number: int, turns: int = 6) -> Race:
    """Everybody changes one record again and again, each time from the version they read."""
    row = record_create(actor=business.actor("ana"), model=Account, values={"name": "Acme"})
    clients = [signed_in(business.cast.ana) for _ in range(number)]
    bases: list[int] = []

    def move(place: int) -> str:
        for turn in range(turns):
            read = api(clients[place], "get", f"accounts/{row.pk}").json()["version"]
            body = {"city": f"City {place}-{turn}"}
            given = api(clients[place], "patch", f"accounts/{row.pk}", body, If_Match=f'"v{read}"')
            if given.status_code == 200:
                bases.append(read)
            elif given.status_code != 409:
                return f"error: {given.status_code}"
        return "done"

    outcomes = at_once(number, move)
    row.refresh_from_db()
    return Race(outcomes=outcomes, found=sorted(bases), due=list(range(1, row.version)))


def stages(business: Business, number: int, turns: int = 6) -> Race:
    """Everybody moves one deal to and fro between two stages, each time from the version they read: each move is in its trail once."""
    ana = business.actor("ana")
    account = record_create(actor=ana, model=Account, values={"name": "Acme"})
    values = {"name": "Pumps", "account": account, "amount": Decimal(100)}
    row = record_create(actor=ana, model=Opportunity, values=values)
    row.pipeline.stages.update(criteria={}, required_fields=[], required_roles=[], required_files=0)
    there = list(row.pipeline.stages.filter(kind="open").order_by("position")[:2])
    clients = [signed_in(business.cast.ana) for _ in range(number)]
    known, bases = StageMove.objects.count(), []

    def move(place: int) -> str:
        for _turn in range(turns):
            read = api(clients[place], "get", f"opportunities/{row.pk}").json()
            body = {"to": there[read["stage"] == there[0].pk].pk, "reason": "To and fro"}
            path, version = f"opportunities/{row.pk}/move", f'"v{read["version"]}"'
            given = api(clients[place], "post", path, body, If_Match=version)
            if given.status_code == 200:
                bases.append(read["version"])
            elif given.status_code != 409:
                return f"error: {given.status_code} {given.content[:200]!r}"
        return "done"

    first = row.version
    outcomes = at_once(number, move)
    row.refresh_from_db()
    kept = StageMove.objects.count() - known
    due = list(range(first, row.version))
    return Race(outcomes=outcomes, found=(sorted(bases), kept), due=(due, len(due)))


def same_keys(business: Business, number: int) -> Race:
    """Everybody sends the same request under the same key."""
    clients = [signed_in(business.cast.ana) for _ in range(number)]

    def send(place: int) -> str:
        body = {"name": "Once", "external_id": "once"}
        given = api(clients[place], "post", "accounts", body, Idempotency_Key="key")
        return (
            f"{given.json()['id']}" if given.status_code == 201 else f"error: {given.status_code}"
        )

    outcomes = at_once(number, send)
    return Race(outcomes=outcomes, found=(Account.objects.count(), len(outcomes)), due=(1, 1))
