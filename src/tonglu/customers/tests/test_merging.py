"""Two accounts become one, with the consequences shown first, and become two again."""

from __future__ import annotations

from typing import Any

import pytest

from tonglu.customers import selectors, services
from tonglu.customers.models import Account, Contact
from tonglu.entities.changesets import changeset_undo
from tonglu.entities.models import ChangeSet
from tonglu.entities.services import record_run, record_update
from tonglu.kernel.errors import Denied, DomainError, Invalid
from tonglu.policy.testing import Cast

Pair = tuple[Account, Account]


@pytest.fixture
def pair(cast: Cast, actor: Any) -> Pair:
    """The account that stays, and its duplicate with a contact and a subsidiary."""
    ana = actor(cast.ana)
    kept = services.account_create(
        actor=ana, values={"name": "上海华辰科技有限公司", "city": "上海"}
    )
    values = {"name": "华辰科技", "city": "苏州", "phone": "021-55551234", "external_id": "old-7"}
    duplicate = services.account_create(actor=ana, values=values)
    services.contact_create(actor=ana, values={"name": "李雷", "account": duplicate})
    services.account_create(actor=ana, values={"name": "华辰苏州", "parent": duplicate})
    return kept, duplicate


def test_a_merge_is_shown_before_it_is_done(cast: Cast, actor: Any, pair: Pair) -> None:
    kept, duplicate = pair

    preview = services.account_merge_preview(actor=actor(cast.lee), row=duplicate, into=kept)

    assert preview.moving == {
        "customers.account": 1,
        "customers.contact": 1,
        "customers.employment": 1,
    }
    assert preview.plan.taken == {"phone": "021-55551234", "external_id": "old-7"}
    assert preview.plan.differing == {"city": ("上海", "苏州")}
    assert "City stays 上海; the other record has 苏州." in preview.sentences
    assert Account.objects.filter(state="merged").count() == 0


def test_a_merge_offers_accounts_that_are_not_like_the_one_that_goes(
    cast: Cast, browse: Any, pair: Pair
) -> None:
    kept, duplicate = pair
    Account.objects.filter(pk=duplicate.pk).update(parent=kept)

    page = browse(cast.lee).get(f"/accounts/{duplicate.pk}/verbs/merge/").content.decode()

    assert 'data-url="/accounts/lookup/"' in page


def test_a_merge_moves_everything_and_leaves_one_account(
    cast: Cast, actor: Any, pair: Pair
) -> None:
    kept, duplicate = pair

    services.account_merge(actor=actor(cast.lee), row=duplicate, into=kept)

    kept.refresh_from_db()
    duplicate.refresh_from_db()
    assert (kept.phone, kept.city, kept.external_id) == ("021-55551234", "上海", "old-7")
    assert (duplicate.state, duplicate.merged_into_id) == ("merged", kept.pk)
    assert Contact.objects.get(name="李雷").account == kept
    assert Account.objects.get(name="华辰苏州").parent == kept
    assert duplicate not in selectors.accounts(actor(cast.ana))
    assert selectors.account_by_id(actor(cast.ana), duplicate.pk) == kept


def test_a_merge_is_undone_as_a_whole(cast: Cast, actor: Any, pair: Pair) -> None:
    kept, duplicate = pair
    services.account_merge(actor=actor(cast.lee), row=duplicate, into=kept)

    undone = changeset_undo(actor=actor(cast.lee), changeset=ChangeSet.objects.get(act="merge"))

    kept.refresh_from_db()
    duplicate.refresh_from_db()
    assert undone.kept == []
    assert (kept.phone, kept.external_id) == ("", None)
    assert (duplicate.state, duplicate.external_id) == ("provisional", "old-7")
    assert duplicate.deleted_at is None
    assert Contact.objects.get(name="李雷").account == duplicate
    assert Account.objects.get(name="华辰苏州").parent == duplicate


def test_a_parent_merged_into_its_subsidiary_leaves_no_circle(cast: Cast, actor: Any) -> None:
    lee = actor(cast.lee)
    group = services.account_create(actor=lee, values={"name": "华辰集团"})
    parent = services.account_create(actor=lee, values={"name": "华辰", "parent": group})
    child = services.account_create(actor=lee, values={"name": "华辰科技", "parent": parent})

    services.account_merge(actor=lee, row=parent, into=child)

    child.refresh_from_db()
    assert child.parent == group


def test_a_salesperson_may_not_merge(cast: Cast, actor: Any, pair: Pair) -> None:
    kept, duplicate = pair

    with pytest.raises(Denied):
        services.account_merge(actor=actor(cast.ana), row=duplicate, into=kept)

    duplicate.refresh_from_db()
    assert duplicate.state == "provisional"
    assert ChangeSet.objects.count() == 0


def test_an_account_merges_neither_into_itself_nor_twice(
    cast: Cast, actor: Any, pair: Pair
) -> None:
    kept, duplicate = pair
    lee = actor(cast.lee)

    with pytest.raises(Invalid):
        services.account_merge(actor=lee, row=kept, into=kept)
    services.account_merge(actor=lee, row=duplicate, into=kept)
    with pytest.raises(DomainError):
        services.account_merge(actor=lee, row=duplicate, into=kept)


def test_the_act_shows_the_consequences_until_they_are_confirmed(
    cast: Cast, actor: Any, pair: Pair
) -> None:
    kept, duplicate = pair
    lee = actor(cast.lee)

    with pytest.raises(Invalid) as shown:
        record_run(actor=lee, row=duplicate, verb="merge", params={"into": kept})

    assert shown.value.code == "preview"
    assert "City stays 上海; the other record has 苏州." in shown.value.errors["confirmed"]
    duplicate.refresh_from_db()
    assert duplicate.state == "provisional"

    record_run(actor=lee, row=duplicate, verb="merge", params={"into": kept, "confirmed": True})
    duplicate.refresh_from_db()
    assert duplicate.state == "merged"


def test_undoing_keeps_what_was_changed_since(cast: Cast, actor: Any, pair: Pair) -> None:
    kept, duplicate = pair
    lee = actor(cast.lee)
    merged = services.account_merge(actor=lee, row=duplicate, into=kept)
    record_update(actor=lee, row=merged, values={"phone": "010-1"})

    undone = changeset_undo(actor=lee, changeset=ChangeSet.objects.get(act="merge"))

    kept.refresh_from_db()
    assert kept.phone == "010-1"
    assert undone.kept[0] == f"{kept.name}: Telephone was changed since"
