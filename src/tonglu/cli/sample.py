"""Filling an empty installation: with the sample company, or, where the product carries none, with one administrator."""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string

from .output import say

ADMINISTRATOR = "admin@example.com"


def sample_load(*, size: str, seed: int, language: str) -> None:
    """Call the loader that the settings name, unless there are people already."""
    from tonglu.directory.selectors import people_active

    if people_active().exists():
        return
    try:
        load = import_string(settings.TONGLU_SAMPLE)
    except ImportError:
        say("This version carries no sample company: an administrator is made instead.")
        first_administrator(email=ADMINISTRATOR, name="Administrator")
        return
    load(size=size, seed=seed)
    if language:
        people_active().update(language=language)


def first_administrator(*, email: str, name: str) -> None:
    """The sample policy and pick lists, a company of one department, and a person who may set up the rest."""
    from tonglu.catalog.services import currencies_load_standard
    from tonglu.customers.services import lists_load_standard
    from tonglu.directory import services as directory
    from tonglu.policy import Actor
    from tonglu.policy.presets import policy_load_sample

    policy_load_sample()
    company = directory.department_create(name="Company", name_zh="公司")
    person = directory.person_create(name=name, email=email, department=company)
    directory.role_assign(person=person, role="administrator")
    lists_load_standard(actor=Actor.system("cli"))
    currencies_load_standard(actor=Actor.system("cli"))
