"""Filling an empty installation: with the sample company, or, where the product carries none, with one administrator; and telling
either from a company of flesh and blood.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from .output import Refused, say

ADMINISTRATOR = "admin@example.com"


def sample_load(*, size: str, seed: int, language: str) -> None:
    """Call the loader that the settings name, unless there are people already."""
    from tonglu.directory.selectors import people_active

    if people_active().exists():
        return
    try:
        load = _of_sample("load")
    except ImportError:
        say("This version carries no sample company: an administrator is made instead.")
        first_administrator(email=ADMINISTRATOR, name="Administrator")
        return
    load(size=size, seed=seed)
    if language:
        people_active().update(language=language)


def refuse_strangers() -> None:
    """The sample company goes into a database of its own: nobody else's people are given new passwords."""
    found = _strangers()
    if found:
        raise Refused(
            f"This database is not the demo's: it holds {_named(found)}. Nothing was changed. Give the demo a database of its own:"
            " tonglu demo --data DIR, without DATABASE_URL."
        )


def refuse_real_data(since: datetime, way_out: str) -> None:
    """Only the sample company is wiped: not people of another one, nor what was imported."""
    found = _strangers()
    if found:
        raise Refused(
            f"This database holds people who are not of the sample company: {_named(found)}. Nothing was deleted. {way_out}"
        )
    count = _of_sample("brought_in")(since)
    if count:
        raise Refused(
            f"{count} records were imported from files since the demo was made. Nothing was deleted. {way_out}"
        )


def _of_sample(name: str) -> Any:
    """A function of the module that makes the sample company."""
    return import_string(f"{settings.TONGLU_SAMPLE.rpartition('.')[0]}.{name}")


def _strangers() -> list[str]:
    try:
        found = _of_sample("inhabitants")()
    except ImportError:
        return []
    return list(found.strangers)


def _named(names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def first_administrator(*, email: str, name: str) -> None:
    """What a company begins with, its one department, and a person who may set up the rest.

    Pipelines, reasons, discount limits, pick lists and currencies are the company's own from then on.
    """
    from tonglu.audit.services import context
    from tonglu.catalog.services import currencies_load_standard
    from tonglu.customers.services import lists_load_standard
    from tonglu.directory import services as directory
    from tonglu.orders.sample import orders_load_sample
    from tonglu.policy import Actor
    from tonglu.policy.presets import policy_load_sample
    from tonglu.sales.sample import sales_load_sample

    system = Actor.system("cli")
    with context(system):
        policy_load_sample()
        company = directory.department_create(name="Company", name_zh="公司")
        person = directory.person_create(name=name, email=email, department=company)
        directory.role_assign(person=person, role="administrator")
        lists_load_standard(actor=system)
        currencies_load_standard(actor=system)
        sales_load_sample(actor=system)
        orders_load_sample(actor=system)
