"""Nobody climbs through the directory's own pages: not by an address, not by standing in."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tonglu.directory.models import Deputy, Person
from tonglu.entities.services import record_create, record_update
from tonglu.kernel.errors import DomainError, Invalid


def test_who_keeps_the_directory_cannot_take_over_an_administrator_by_their_address(cast, actor):
    with pytest.raises(Invalid):
        record_update(actor=actor(cast.hue), row=cast.ada, values={"email": "mine@example.com"})

    assert Person.objects.get(pk=cast.ada.pk).email == "ada@example.com"
    record_update(actor=actor(cast.hue), row=cast.ana, values={"email": "ana.new@example.com"})
    record_update(actor=actor(cast.ada), row=cast.cam, values={"email": "cam.new@example.com"})


def test_nobody_names_themselves_the_deputy_of_another(cast, actor):
    day = timezone.localdate()
    values = {"person": cast.max, "deputy": cast.hue, "valid_from": day}

    with pytest.raises(Invalid):
        record_create(actor=actor(cast.hue), model=Deputy, values=values)

    assert not Deputy.objects.exists()


def test_a_person_names_their_own_deputy_and_nobody_elses(cast, actor):
    day = timezone.localdate()
    mine = {"person": cast.ana, "deputy": cast.ben, "valid_from": day}

    record_create(actor=actor(cast.ana), model=Deputy, values=mine)

    with pytest.raises(DomainError):
        record_create(actor=actor(cast.ana), model=Deputy, values={**mine, "person": cast.cy})
    assert Deputy.objects.count() == 1
