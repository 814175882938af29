"""Canaries: what a person may not see holds unique words, and no answer to them may contain one.

Rows: Ana's records, all their texts filled with canaries, before Cy, Tess and Hue. Fields: the hidden fields of records that the
person does see. Answers: pages, fragments, lookups, counts, duplicates, search, palette, timeline, history, API, board, export.
Planted mutants: a lookup from `_default_manager`; a timeline without `may_read`; an export with all columns.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import models, transaction

from tonglu.catalog.models import Product
from tonglu.customers.models import Account
from tonglu.entities.registry import entity_of
from tonglu.entities.testing.files import csv_bytes
from tonglu.entities.transfer.exporting import ExportRows
from tonglu.policy import Actor, actor_of

from .conftest import MADE, SYSTEM, TRASHED, Company

WORD = "Kanarienvogel"
HIDDEN: dict[str, dict[str, tuple[str, ...]]] = {
    "customers.account": {
        "lee": ("bank_name", "bank_account"),
        "mia": ("bank_name", "bank_account", "credit_limit", "payment_days"),
        "eng": ("bank_name", "bank_account", "credit_limit", "payment_days"),
        "cam": ("bank_name", "bank_account", "credit_limit", "payment_days"),
        "ali": ("bank_name", "bank_account"),
        "ana": ("bank_name", "bank_account"),
    },
    "catalog.product": dict.fromkeys(("ana", "lee", "tess", "mia", "pia", "eng"), ("cost",)),
    "sales.opportunity": dict.fromkeys(("mia", "eng"), ("cost_estimate", "margin_estimate")),
    "orders.contract": dict.fromkeys(
        ("ana", "oli", "eng", "sid"),
        ("cost_amount", "margin_amount", "margin_rate", "base_cost_amount", "terms_at_signing"),
    ),
    "orders.quote": dict.fromkeys(
        ("ana", "oli", "sid"), ("cost_amount", "margin_amount", "margin_rate")
    ),
    "directory.person": dict.fromkeys(("ana", "lee", "fay"), ("employee_number", "joined_on")),
}
"""kind -> person -> the fields hidden from them, by hand."""

OPEN = {"marketing.campaign", "support.article"}
"""What salespeople read of one another's: no canary sits in it."""

CANARY_NUMBER = 918273645
CANARY_TEXTS = {
    "bank_name": f"{WORD} bank",
    "bank_account": f"{WORD} account",
    "employee_number": WORD,
}


@pytest.fixture
def caged(company: Company) -> Company:
    """Ana's records, with a canary in every text column."""
    for kind in sorted(set(MADE) - OPEN):
        for owner in ("ana", TRASHED):
            row = company.rows[kind][owner]
            texts = {
                f.name: f"{WORD} {owner} {kind} {f.name}"[: f.max_length or 80]
                for f in row._meta.concrete_fields
                if isinstance(f, (models.CharField, models.TextField))
                and not f.choices
                and not isinstance(f, models.EmailField)
                and not f.unique
                and f.name not in {"currency", "vat_currency"}
                and (f.max_length or 80) >= len(WORD)
            }
            type(row)._default_manager.filter(pk=row.pk).update(**texts)
    return company


@pytest.mark.parametrize("person", ["cy", "tess", "hue", "pat"])
def test_no_answer_to_others_contains_a_canary_of_anas_records(caged: Company, person: str) -> None:
    client, sung = caged.client(person), []
    for kind in MADE:
        row = caged.rows[kind]["ana"]
        if caged.client(person).get(f"/api/v1/{entity_of(kind).slug}/{row.pk}").status_code == 200:
            continue
        for url in _addresses(kind, row, caged.rows[kind][TRASHED]):
            answer = client.get(url)
            if _sings(answer, url):
                sung.append(url)

    assert sung == []


@pytest.mark.parametrize("person", ["cy", "hue"])
def test_searching_for_the_word_finds_nothing(caged: Company, person: str) -> None:
    client = caged.client(person)

    palette = client.get("/search/", {"q": WORD, "as": "json"})
    page = client.get("/search/", {"q": f"{WORD} ana"})

    assert caged.rows["customers.account"]["ana"].pk
    assert f"{WORD} ana customers.account" not in palette.content.decode()
    assert f"{WORD} ana customers.account" not in page.content.decode()
    for kind in MADE:
        slug = entity_of(kind).slug
        counted = client.get(f"/api/v1/{slug}", {"q": WORD, "count": "1"})
        if counted.status_code == 200 and person == "hue":
            assert counted.json()["count"] == 0
        looked = client.get(f"/{slug}/lookup/", {"q": WORD})
        if looked.status_code == 200:
            assert WORD not in looked.content.decode()


@pytest.mark.parametrize("kind", sorted(HIDDEN))
def test_hidden_fields_sing_nowhere(company: Company, kind: str) -> None:
    sung = []
    for person, names in HIDDEN[kind].items():
        with transaction.atomic():
            sung += _heard(company, person, kind, names)
            transaction.set_rollback(True)

    assert sung == []


@pytest.mark.parametrize("kind", sorted(HIDDEN))
def test_hidden_fields_cannot_be_asked_about(company: Company, kind: str) -> None:
    """Filtering, sorting and choosing by a hidden field is refused: its order would tell its value."""
    slug, told = entity_of(kind).slug, []
    for person, names in HIDDEN[kind].items():
        for name in names:
            condition = json.dumps({"field": name, "op": "is_set"})
            for query in (
                {"filter": condition},
                {"sort": name},
                {"sort": f"-{name}"},
                {"fields": name},
                {f"f.{name}": "1"},
            ):
                status = company.client(person).get(f"/api/v1/{slug}", query).status_code
                if status != 422:
                    told.append((person, query, status))
            page = company.client(person).get(f"/{slug}/", {"condition": condition}).status_code
            if page not in {400, 422}:
                told.append((person, name, page))

    assert told == []


@pytest.mark.parametrize("person", ["ada", "dee", "lee", "ana", "oli", "sid", "ali", "mia"])
def test_the_procurement_wall_stands_before_everybody_else(company: Company, person: str) -> None:
    """A wall is not opened by any grant, not even an administrator's. Planted mutant: `walls` left out of `reaches`."""
    client, seen = company.client(person), {}
    for kind in ("supply.supplier", "supply.purchase"):
        slug, row = entity_of(kind).slug, company.rows[kind][person if person != "cy" else "ana"]
        for url in (
            f"/{slug}/",
            f"/{slug}/{row.pk}/",
            f"/{slug}/lookup/?q=",
            f"/api/v1/{slug}",
            f"/api/v1/{slug}/{row.pk}",
            f"/{slug}/export/",
            f"/{slug}/import/",
        ):
            status = client.get(url).status_code
            if status not in {403, 404}:
                seen[url] = status
    found = client.get("/search/", {"q": "Foundry", "as": "json"}).json()

    assert seen == {}
    assert found["results"] == []


def _addresses(kind: str, row: Any, gone: Any) -> list[str]:
    entity = entity_of(kind)
    slug, pk = entity.slug, row.pk
    return [
        f"/{slug}/?view=all",
        f"/{slug}/?q={WORD}",
        f"/{slug}/count/?q={WORD}",
        f"/{slug}/lookup/?q={WORD}",
        f"/{slug}/duplicates/?name={WORD}&company={WORD}&mobile={WORD}",
        f"/{slug}/trash/",
        f"/{slug}/{pk}/",
        f"/{slug}/{pk}/timeline/",
        f"/{slug}/{pk}/edit/",
        f"/{slug}/{pk}/walk/next/",
        f"/{slug}/{gone.pk}/",
        f"/why/{kind}/{pk}/",
        f"/api/v1/{slug}?limit=200",
        f"/api/v1/{slug}/{pk}",
        f"/api/v1/{slug}/{pk}/history",
        *([f"/{slug}/board/"] if entity.board else []),
    ]


def _sings(answer: Any, url: str) -> bool:
    """Whether the answer holds a canary; the word itself comes back where it was asked for."""
    text = answer.content.decode()
    return f"{WORD} " in text or f"{WORD}-" in text if WORD in url else WORD in text


def _filled(company: Company, kind: str, names: tuple[str, ...]) -> Any:
    """A record the person may read, with canaries in the fields that are hidden from them, and only in those."""
    row: Any
    if kind == "catalog.product":
        row = Product.objects.get(sku="P-1")
    elif kind == "directory.person":
        row = company.cast.oli
    else:
        row = company.rows[kind]["ana"]
    rows = type(row)._default_manager.filter(pk=row.pk)
    values: dict[str, Any] = {}
    for name in names:
        field = row._meta.get_field(name)
        if name in CANARY_TEXTS:
            values[name] = CANARY_TEXTS[name]
        elif isinstance(field, models.JSONField):
            values[name] = {"note": WORD}
        elif isinstance(field, models.DateField):
            values[name] = "1971-07-17"
        elif isinstance(field, models.DecimalField) and field.max_digits > 12:
            values[name] = CANARY_NUMBER
    rows.update(**values)
    return row


def _heard(company: Company, person: str, kind: str, names: tuple[str, ...]) -> list[str]:
    """The answers that tell the person what those fields of a record hold."""
    entity, client = entity_of(kind), company.client(person)
    row = _filled(company, kind, names)
    urls = [
        f"/{entity.slug}/{row.pk}/",
        f"/{entity.slug}/{row.pk}/edit/",
        f"/{entity.slug}/{row.pk}/timeline/",
        f"/{entity.slug}/?columns={','.join((*entity.columns, *names))}&view=all",
        f"/api/v1/{entity.slug}/{row.pk}",
        f"/api/v1/{entity.slug}/{row.pk}/history",
        f"/api/v1/{entity.slug}?limit=200",
        f"/why/{kind}/{row.pk}/",
        *(f"/{entity.slug}/{row.pk}/fields/{name}/?as=value" for name in names),
    ]
    heard = [f"{person}: {url}" for url in urls if _is_canary(client.get(url).content.decode())]
    exported = _exported(company, person, kind, names)
    return [*heard, f"{person}: export"] if _is_canary(exported) else heard


def _is_canary(text: str) -> bool:
    return any(one in text for one in (WORD, str(CANARY_NUMBER), "918,273,645"))


def _exported(company: Company, person: str, kind: str, names: tuple[str, ...]) -> str:
    actor: Actor = actor_of(getattr(company.cast, person))
    rows = ExportRows(actor, entity_of(kind), f"columns={','.join(names)},id&view=all", "list")
    whole = ExportRows(actor, entity_of(kind), "", "all")
    return (csv_bytes(rows) + csv_bytes(whole)).decode()


def test_an_export_takes_out_only_what_may_be_exported(company: Company) -> None:
    """Everybody reads the calendars of their team, but takes out their own. Planted mutant: rows of "read" in the export."""
    from tonglu.collaboration.models import CalendarEvent
    from tonglu.entities.services import record_create

    for owner, title in ((company.cast.ana, "Visit of Ana"), (company.cast.ben, "Visit of Ben")):
        values = {
            "title": title,
            "starts_at": "2031-01-31T09:00Z",
            "ends_at": "2031-01-31T10:00Z",
            "owner": owner,
        }
        record_create(actor=SYSTEM, model=CalendarEvent, values=_times(values))
    shown = company.client("ben").get("/api/v1/events?fields=title").content.decode()

    rows = ExportRows(
        actor_of(company.cast.ben), entity_of("collaboration.calendarevent"), "", "all"
    )
    text = csv_bytes(rows).decode()

    assert "Visit of Ana" in shown
    assert "Visit of Ben" in text
    assert "Visit of Ana" not in text


def _times(values: dict[str, Any]) -> dict[str, Any]:
    from datetime import datetime

    return {
        name: datetime.fromisoformat(value.replace("Z", "+00:00"))
        if name.endswith("_at")
        else value
        for name, value in values.items()
    }


def test_a_canary_would_be_heard(caged: Company) -> None:
    """The cage is not empty: Ana's own page and the director's list hold the words."""
    pk = caged.rows["customers.account"]["ana"].pk

    assert WORD in caged.client("ana").get(f"/accounts/{pk}/").content.decode()
    assert WORD in caged.client("dee").get("/accounts/?view=all").content.decode()
    assert Account.objects.filter(name__startswith=WORD).count() == 2
