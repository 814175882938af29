"""Every address of the house stands in this table with who may open it; one that is missing fails.

OPEN needs nobody signed in; OWN shows only what belongs to whoever asks; KIND asks the policy about a kind, ROW about one record
(the matrix walks both); the others name the roles that may open the page. Planted mutant: an address added to `urls.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from tonglu.entities.testing import JSON, Untouched

from .conftest import Company
from .expected import PEOPLE

OPEN, OWN, KIND, ROW = "open", "own", "kind", "row"
POLICY_READERS = ("administrator", "managing_director", "data_steward", "hr")

ADMINISTRATORS = ("administrator",)
PAY_CLOSERS = ("compensation_administrator", "managing_director", "finance")

PAY_COMPOSERS = ("administrator", "compensation_administrator")

PAY_READERS = (*PAY_COMPOSERS, "managing_director", "finance")

ROUTES: dict[str, Any] = {
    "healthz": OPEN,
    "health/live": OPEN,
    "health/ready": OPEN,
    "metrics": OPEN,
    "pulse/": ADMINISTRATORS,
    "account/": OPEN,
    "i18n/setlang/": OPEN,
    "q/<str:token>/": OPEN,
    "q/<str:token>/pdf/": OPEN,
    "": OWN,
    "me/": OWN,
    "me/preferences": OWN,
    "me/tokens/": OWN,
    "me/tokens/<int:pk>/revoke/": OWN,
    "tokens/": ADMINISTRATORS,
    "tokens/<int:pk>/revoke/": ADMINISTRATORS,
    "me/notifications/": OWN,
    "notifications/": OWN,
    "notifications/read/": OWN,
    "notifications/<int:pk>/": OWN,
    "administration/": OWN,
    "search/": OWN,
    "styleguide/": OWN,
    "styleguide/<slug:name>/": OWN,
    "my-pay/": OWN,
    "my-pay/<int:pk>/": ROW,
    "my-pay/<int:pk>/pdf/": ROW,
    "pay-calendar/": PAY_CLOSERS,
    "pay-calendar/<int:pk>/": PAY_CLOSERS,
    "pay-calendar/<int:pk>/changes/": PAY_CLOSERS,
    "pay-calendar/<int:pk>/payroll/": PAY_CLOSERS,
    "pay-calendar/<int:pk>/accruals/": PAY_CLOSERS,
    "pay-calendar/<int:pk>/accruals/file/": PAY_CLOSERS,
    "my-pay/next-deals/": OWN,
    "my-pay/what-if/": OWN,
    "works/": OWN,
    "works/<int:pk>/": OWN,
    "works/<int:pk>/file/": OWN,
    "works/<int:pk>/cancel/": OWN,
    "<slug:slug>/import/<int:pk>/": OWN,
    "<slug:slug>/import/<int:pk>/values/": OWN,
    "<slug:slug>/import/<int:pk>/bring/": OWN,
    "<slug:slug>/import/<int:pk>/undo/": OWN,
    "<slug:slug>/import/<int:pk>/to-mend/": OWN,
    "<slug:slug>/changes/<int:pk>/": OWN,
    "<slug:slug>/changes/<int:pk>/undo/": OWN,
    "api/v1/openapi.json": OWN,
    "api/v1/me": OWN,
    "api/v1/changesets/<int:pk>/undo": OWN,
    "api/v1/pay/run": PAY_COMPOSERS,
    "api/v1/pay/run/<int:pk>": OWN,
    "api/v1/plan-versions/<int:pk>/plan": ROW,
    "api/v1/<path:rest>": OWN,
    "policy/": POLICY_READERS,
    "policy/rules/": POLICY_READERS,
    "policy/fields/": POLICY_READERS,
    "policy/fields/set/": POLICY_READERS,
    "policy/walls/": POLICY_READERS,
    "policy/versions/": POLICY_READERS,
    "policy/versions/<int:number>/": POLICY_READERS,
    "policy/issue/": POLICY_READERS,
    "policy/discard/": POLICY_READERS,
    "policy/preview/": POLICY_READERS,
    "policy/people/": POLICY_READERS,
    "why/<str:kind>/<int:pk>/": ROW,
    "audit/": ADMINISTRATORS,
    "audit/people/": ADMINISTRATORS,
    "audit/verify/": ADMINISTRATORS,
    "audit/export/": ADMINISTRATORS,
    "audit/<int:pk>/": ADMINISTRATORS,
    "networks/": ADMINISTRATORS,
    "networks/save/": ADMINISTRATORS,
    "backups/": ADMINISTRATORS,
    "backups/take/": ADMINISTRATORS,
    "background/": ADMINISTRATORS,
    "background/retry/": ADMINISTRATORS,
    "background/<int:pk>/retry/": ADMINISTRATORS,
    "background/<int:pk>/give-up/": ADMINISTRATORS,
    "team-pay/": OWN,
    "pay-plans/gallery/": PAY_COMPOSERS,
    "plan-people/": PAY_READERS,
    "pay-lab/": PAY_CLOSERS,
    "pay-lab/<int:pk>/": PAY_CLOSERS,
    "pay-lab/<int:pk>/csv/": PAY_CLOSERS,
    "pay-lab/<int:pk>/draft/": PAY_CLOSERS,
    "plan-versions/<int:pk>/compose/": ROW,
    "plan-versions/<int:pk>/compose/preview/": ROW,
    "plan-versions/<int:pk>/compare/": ROW,
    "insights/sales/": KIND,
    "insights/receivables/": KIND,
    "insights/dead-leads/": KIND,
    "quotes/<int:pk>/pdf/": ROW,
    "quotes/<int:pk>/compare/": ROW,
    "contracts/<int:pk>/pdf/": ROW,
    "api/v1/<slug:slug>": KIND,
    "api/v1/<slug:slug>/bulk": KIND,
    "api/v1/<slug:slug>/<int:pk>": ROW,
    "api/v1/<slug:slug>/<int:pk>/restore": ROW,
    "api/v1/<slug:slug>/<int:pk>/history": ROW,
    "api/v1/<slug:slug>/<int:pk>/<str:verb>": ROW,
    "api/v1/<slug:slug>/<int:pk>/follow-ups": ROW,
    "api/v1/<slug:slug>/<int:pk>/tasks": ROW,
    "api/v1/<slug:slug>/<int:pk>/files": ROW,
    "api/v1/documents/<int:pk>/file": ROW,
    "on/<slug:slug>/<int:pk>/log/": ROW,
    "on/<slug:slug>/<int:pk>/tasks/": ROW,
    "on/<slug:slug>/<int:pk>/tasks/<int:task_pk>/done/": ROW,
    "on/<slug:slug>/<int:pk>/files/": ROW,
    "documents/<int:pk>/versions/": ROW,
    "files/<int:pk>/": ROW,
    "my-approvals/": OWN,
    "my-approvals/<int:pk>/": ROW,
    "approvals/<int:pk>/pdf/": ROW,
    "calendar/": OWN,
    "calendar/new/": OWN,
    "calendar/<slug:whose>/events/": OWN,
    "calendar/events/<int:pk>/move/": ROW,
    "calendar/feed/": OWN,
    "calendar/feed/<str:token>.ics": OPEN,
    "<slug:slug>/": KIND,
    "<slug:slug>/import/": KIND,
    "<slug:slug>/export/": KIND,
    "<slug:slug>/count/": KIND,
    "<slug:slug>/columns/": KIND,
    "<slug:slug>/columns/save/": KIND,
    "<slug:slug>/widths/": KIND,
    "<slug:slug>/views/new/": KIND,
    "<slug:slug>/views/<int:pk>/": KIND,
    "<slug:slug>/views/<int:pk>/delete/": KIND,
    "<slug:slug>/views/<slug:key>/default/": KIND,
    "<slug:slug>/views/<slug:key>/pin/": KIND,
    "<slug:slug>/lookup/": KIND,
    "<slug:slug>/duplicates/": KIND,
    "<slug:slug>/bulk/edit/": KIND,
    "<slug:slug>/bulk/trash/": KIND,
    "<slug:slug>/bulk/<slug:verb>/": KIND,
    "<slug:slug>/board/": KIND,
    "<slug:slug>/board/<str:value>/": KIND,
    "<slug:slug>/trash/": KIND,
    "<slug:slug>/new/": KIND,
    "<slug:slug>/new/panels/<str:name>/": KIND,
    "<slug:slug>/<int:pk>/edit/panels/<str:name>/": ROW,
    "pay-estimate/<slug:slug>/<int:pk>/": ROW,
    "<slug:slug>/<int:pk>/": ROW,
    "<slug:slug>/<int:pk>/edit/": ROW,
    "<slug:slug>/<int:pk>/delete/": ROW,
    "<slug:slug>/<int:pk>/restore/": ROW,
    "<slug:slug>/<int:pk>/merge/<int:other>/": ROW,
    "<slug:slug>/<int:pk>/move/": ROW,
    "<slug:slug>/<int:pk>/verbs/<slug:verb>/": ROW,
    "<slug:slug>/<int:pk>/fields/<str:name>/": ROW,
    "<slug:slug>/<int:pk>/panels/<str:name>/": ROW,
    "<slug:slug>/<int:pk>/lines/": ROW,
    "<slug:slug>/<int:pk>/timeline/": ROW,
    "<slug:slug>/<int:pk>/walk/<str:way>/": ROW,
}
CLOSED_TO_STRANGERS = [route for route, who in ROUTES.items() if who != OPEN]


def routes(patterns: Any = None, prefix: str = "") -> Iterator[str]:
    """All addresses of the house."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        where = f"{prefix}{pattern.pattern}"
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, where)
        else:
            yield where


def test_every_address_stands_in_the_table() -> None:
    found = {"account/" if route.startswith("account/") else route for route in routes()}

    assert found - set(ROUTES) == set()
    assert set(ROUTES) - found == set()


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_enters_without_signing_in(company: Company, method: str) -> None:
    stranger, untouched = Client(), Untouched.now(exact=True)
    let_in = {}
    for route in CLOSED_TO_STRANGERS:
        url = f"/{_filled(route, company, 'ana')}"
        status = _asked(stranger, method, url).status_code
        if status not in ({401} if url.startswith("/api/") else {302, 403, 404, 405}):
            let_in[url] = status

    assert let_in == {}
    untouched.check("a visitor")


@pytest.mark.parametrize("owner", ["ana", "cy"])
def test_a_kind_closed_to_the_role_is_closed_at_every_address(company: Company, owner: str) -> None:
    """HR has no business with accounts: no address of theirs lets Hue in, or changes anything."""
    untouched = Untouched.now(exact=True)
    let_in = {}
    for route in [r for r, who in ROUTES.items() if who in {KIND, ROW} and "<slug:slug>" in r]:
        for method in ("get", "post"):
            url = f"/{_filled(route, company, owner)}"
            status = _asked(company.client("hue"), method, url).status_code
            if status not in {403, 404, 405}:
                let_in[method, url] = status

    assert let_in == {}
    untouched.check("somebody without the kind")


@pytest.mark.parametrize("person", ["ben", "cy", "tess"])
def test_a_record_out_of_reach_is_missing_at_every_address(company: Company, person: str) -> None:
    """They have accounts of their own; Ana's does not exist for them, whatever they ask about it."""
    untouched = Untouched.now(exact=True)
    let_in = {}
    for route in [r for r, who in ROUTES.items() if who == ROW and "<slug:slug>" in r]:
        for method in ("get", "post"):
            url = f"/{_filled(route, company, 'ana')}"
            status = _asked(company.client(person), method, url).status_code
            if status not in {404, 405}:
                let_in[method, url] = status

    assert let_in == {}
    untouched.check("somebody out of reach")


@pytest.mark.parametrize("route", [r for r, who in ROUTES.items() if isinstance(who, tuple)])
def test_pages_for_some_roles_are_closed_to_the_others(company: Company, route: str) -> None:
    untouched = Untouched.now(exact=True)
    let_in = {}
    for role in set(PEOPLE) - set(ROUTES[route]):
        for method in ("get", "post"):
            answer = _asked(
                company.client(PEOPLE[role]), method, f"/{_filled(route, company, 'ana')}"
            )
            if answer.status_code not in {403, 404, 405}:
                let_in[role, method] = answer.status_code

    assert let_in == {}
    untouched.check("somebody without the role")


@pytest.mark.parametrize(
    "path", ["quotes/{quote}/pdf/", "quotes/{quote}/compare/", "contracts/{contract}/pdf/"]
)
def test_papers_out_of_reach_are_missing(company: Company, path: str) -> None:
    rows = company.rows
    url = "/" + path.format(
        quote=rows["orders.quote"]["ana"].pk, contract=rows["orders.contract"]["ana"].pk
    )

    answers = {
        p: company.client(p).get(url).status_code for p in ("ben", "cy", "hue", "mia", "pat")
    }

    assert {person: status for person, status in answers.items() if status not in {403, 404}} == {}


def _filled(route: str, company: Company, owner: str) -> str:
    values = {
        "<slug:slug>": "accounts",
        "<int:pk>": str(company.rows["customers.account"][owner].pk),
        "<int:task_pk>": "1",
        "<slug:whose>": "mine",
        "<slug:verb>": "archive",
        "<str:verb>": "archive",
        "<str:name>": "name",
        "<slug:name>": "buttons",
        "<str:value>": "x",
        "<str:way>": "next",
        "<slug:key>": "all",
        "<str:kind>": "customers.account",
        "<int:number>": "1",
        "<path:rest>": "a/b/c",
        "<str:token>": "x",
    }
    for hole, value in values.items():
        route = route.replace(hole, value)
    return route


def _asked(client: Client, method: str, url: str) -> Any:
    if url.startswith("/api/") and method == "post":
        return client.post(url, data="{}", content_type=JSON)
    return getattr(client, method)(url)
