"""A small world to judge in: territories stand for owned records, the cast for people, and each test issues its own policy."""

from __future__ import annotations

import pytest

from tonglu.directory.models import Person, Territory
from tonglu.policy import Scope, presets, scopes

KIND = "directory.territory"


@pytest.fixture(autouse=True)
def world(monkeypatch, db):
    """Only two kinds are known, and no module's sample is loaded."""
    known = {
        KIND: Scope(kind=KIND, model=Territory, parents=("parent",)),
        "directory.person": Scope(kind="directory.person", model=Person, owner="pk"),
        "policy": Scope(kind="policy", owner=None, department=None, acts=("read", "manage")),
    }
    monkeypatch.setattr(scopes, "_scopes", known)
    monkeypatch.setattr(presets, "_sample", presets._Sample())
    presets.grant("administrator", "policy", ("read", "manage"), "all")


@pytest.fixture
def rows(world, cast):
    """One territory of each person of the sales cast, by the short name of its owner."""
    owners = {name: getattr(cast, name) for name in ("ana", "ben", "cy", "lee", "dee", "max")}
    return {
        name: Territory.objects.create(
            code=name, name=name, owner=owner, department=owner.department
        )
        for name, owner in owners.items()
    }


@pytest.fixture
def seen(actor):
    """`seen(cast.ana)`: the codes of the territories the person may act on."""

    def codes(person, act="read", **more):
        from tonglu import policy

        found = policy.visible(actor(person), Territory.objects.all(), act, **more)
        return "".join(f"{code} " for code in sorted(found.values_list("code", flat=True))).strip()

    return codes
