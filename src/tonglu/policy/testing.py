"""The fixed cast for tests: the same people with the same roles everywhere.

Ana owns the record, Ben is her teammate, Cy a stranger from another team; Lee leads Ana's team, Dee directs sales, Max runs the
company. The others each stand for one role. `cast` gives them; `actor(cast.ana)` acts for one; `browse(cast.ana)` signs in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from tonglu.directory import services as directory
from tonglu.directory.models import Department, Person

from . import presets
from .actors import Actor, actor_of
from .presets import policy_load_sample


@dataclass(frozen=True, kw_only=True)
class Cast:
    """The people and the departments they work in."""

    company: Department
    sales: Department
    east: Department
    west: Department
    office: Department
    ana: Person
    ben: Person
    cy: Person
    lee: Person
    dee: Person
    max: Person
    fay: Person
    pat: Person
    ada: Person
    cam: Person
    tess: Person
    mia: Person
    eng: Person
    oli: Person
    pia: Person
    sid: Person
    ali: Person
    hue: Person

    @property
    def people(self) -> dict[str, Person]:
        """Everybody by short name."""
        return {name: value for name, value in vars(self).items() if isinstance(value, Person)}


ROLES = {
    "ana": ("salesperson", "east"),
    "ben": ("salesperson", "east"),
    "cy": ("salesperson", "west"),
    "lee": ("team_leader", "east"),
    "dee": ("sales_director", "sales"),
    "max": ("managing_director", "company"),
    "fay": ("finance", "office"),
    "pat": ("procurement", "office"),
    "ada": ("administrator", "company"),
    "cam": ("compensation_administrator", "office"),
    "tess": ("telesales", "sales"),
    "mia": ("marketing", "office"),
    "eng": ("service_engineer", "office"),
    "oli": ("order_operations", "office"),
    "pia": ("presales", "sales"),
    "sid": ("data_steward", "company"),
    "ali": ("analyst", "company"),
    "hue": ("hr", "company"),
}


def cast_make() -> Cast:
    """Create the cast, with the sample policy in force."""
    policy_load_sample()
    company = directory.department_create(name="Tonglu", name_zh="通路")
    sales = directory.department_create(name="Sales", name_zh="销售部", parent=company)
    places: dict[str, Any] = {
        "company": company,
        "sales": sales,
        "east": directory.department_create(name="Team East", name_zh="东区", parent=sales),
        "west": directory.department_create(name="Team West", name_zh="西区", parent=sales),
        "office": directory.department_create(name="Office", name_zh="后台", parent=company),
    }
    people: dict[str, Any] = {
        name: _member(name, role, places[place]) for name, (role, place) in ROLES.items()
    }
    return Cast(**places, **people)


def _member(name: str, role: str, department: Department) -> Person:
    person = directory.person_create(
        name=name.capitalize(), email=f"{name}@example.com", department=department
    )
    directory.role_assign(person=person, role=role)
    person.refresh_from_db()
    return person


@pytest.fixture(autouse=True)
def _sample_stays() -> Iterator[None]:
    """What a test grants beside the sample policy is gone with it."""
    now = presets._sample
    walls = {name: (set(kinds), set(roles)) for name, (kinds, roles) in now.walls.items()}
    kept = presets._Sample(grants=dict(now.grants), fields=dict(now.fields), walls=walls)
    yield
    presets._sample = kept


@pytest.fixture
def cast(db: Any) -> Cast:
    """The people of the tests."""
    return cast_make()


@pytest.fixture
def actor() -> Callable[..., Actor]:
    """`actor(cast.ana)`: an actor for the person, as they are now in the database."""

    def make(person: Person, door: str = "page") -> Actor:
        return actor_of(Person.objects.get(pk=person.pk), door)

    return make


@pytest.fixture
def browse() -> Callable[[Person], Client]:
    """`browse(cast.ana)`: a test client in which the person is signed in."""

    def sign_in(person: Person) -> Client:
        client = Client()
        client.force_login(Person.objects.get(pk=person.pk))
        return client

    return sign_in
