"""Every declared kind of record opens: its list, board, form and trash, for everybody who may."""

from __future__ import annotations

from typing import Any

import pytest

from tonglu import policy
from tonglu.entities.filters import condition_read
from tonglu.entities.registry import all_entities
from tonglu.entities.spec import Entity
from tonglu.entities.views import views_of
from tonglu.policy import actor_of

KINDS = [pytest.param(entity, id=entity.slug) for entity in all_entities()]
MOST = 12


def person_who_may(cast: Any, act: str, kind: str) -> Any:
    """The first of the cast who may do the act on the kind, if there is one."""
    people = cast.people.values()
    return next((one for one in people if policy.may(actor_of(one), act, kind)), None)


@pytest.mark.parametrize("entity", KINDS)
def test_a_list_opens_within_twelve_queries(
    selling: Any, browse: Any, entity: Entity, django_assert_max_num_queries: Any
) -> None:
    reader = person_who_may(selling, "read", entity.kind)
    assert reader is not None, f"nobody in the sample policy may read {entity.kind}"
    client = browse(reader)

    with django_assert_max_num_queries(MOST):
        answer = client.get(entity.url())

    assert answer.status_code == 200


@pytest.mark.parametrize("entity", [one for one in KINDS if one.values[0].board])
def test_a_board_opens(selling: Any, browse: Any, entity: Entity) -> None:
    reader = person_who_may(selling, "read", entity.kind)

    assert browse(reader).get(entity.url("board")).status_code == 200


@pytest.mark.parametrize("entity", [one for one in KINDS if one.values[0].creatable])
def test_a_form_opens(selling: Any, browse: Any, entity: Entity) -> None:
    maker = person_who_may(selling, "create", entity.kind)
    if maker is None:
        pytest.skip("nobody makes these by hand")

    assert browse(maker).get(entity.url("new")).status_code == 200


@pytest.mark.parametrize("entity", KINDS)
def test_shipped_views_open(selling: Any, browse: Any, entity: Entity) -> None:
    reader = person_who_may(selling, "read", entity.kind)
    client = browse(reader)

    for view in views_of(actor_of(reader), entity).views:
        answer = client.get(entity.url(), {"view": view.key})
        assert answer.status_code == 200, view.key


@pytest.mark.parametrize("entity", KINDS)
def test_shipped_views_speak_the_rule_language(entity: Entity, db: Any) -> None:
    for view in entity.views:
        condition_read(policy.Actor.system(), entity, view.condition)
