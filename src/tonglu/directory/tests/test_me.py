"""What a person sets for themselves, and what they cannot."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from tonglu.directory import services
from tonglu.directory.models import Person

SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "dark"),
        ("density", "compact"),
        ("language", "zh-hans"),
        ("timezone", "Asia/Shanghai"),
    ],
)
def test_a_quick_switch_changes_one_preference_and_nothing_else(cast, browse, name, value):
    before = Person.objects.values().get(pk=cast.ana.pk)

    response = browse(cast.ana).post("/me/preferences", {name: value})

    after = Person.objects.values().get(pk=cast.ana.pk)
    assert response.status_code == 204
    assert {key for key in after if after[key] != before[key]} <= {name, "updated_at", "last_login"}
    assert after[name] == value


@pytest.mark.parametrize(
    ("name", "value"),
    [("theme", "pink"), ("language", "tlh"), ("timezone", "Mars/Olympus"), ("density", "")],
)
def test_an_unknown_preference_is_refused(cast, browse, name, value):
    response = browse(cast.ana).post("/me/preferences", {name: value})

    assert response.status_code == 422
    assert name in response.json()["errors"]


def test_the_profile_page_speaks_the_chosen_language(cast, browse):
    client = browse(cast.ana)
    page = client.get("/me/").content.decode()
    assert "Salesperson" in page
    assert "Team East" in page

    client.post("/me/preferences", {"language": "zh-hans"})

    page = client.get("/me/").content.decode()
    assert "销售人员" in page
    assert "东区" in page


def test_a_person_cannot_change_their_address_rights_or_department_through_the_profile(
    cast, browse
):
    form = {
        "name": "Ana M", "language": "en", "timezone": "UTC", "theme": "dark", "density": "compact",
        "email": "boss@example.com", "department": cast.west.pk, "is_active": "", "epoch": 1,
        "manager": cast.max.pk, "password": "x",
    }  # fmt: skip

    response = browse(cast.ana).post("/me/", form)

    ana = Person.objects.get(pk=cast.ana.pk)
    assert response.status_code == 302
    assert (ana.name, ana.email) == ("Ana M", "ana@example.com")
    assert (ana.department, ana.manager, ana.password) == (cast.east, None, cast.ana.password)


def test_the_profile_names_who_stands_in_for_whom(cast, browse):
    services.deputy_appoint(person=cast.lee, deputy=cast.ana, valid_from=timezone.localdate())

    assert "You stand in for Lee" in browse(cast.ana).get("/me/").content.decode()
    assert "Ana stands in for you" in browse(cast.lee).get("/me/").content.decode()


def session_on(person, user_agent):
    client = Client(headers={"user-agent": user_agent})
    client.force_login(person)
    request = client.get("/me/").wsgi_request
    UserSession.objects.create_from_request(request)
    return client


def test_a_session_is_named_by_its_device_and_ended_from_another(cast, browse):
    phone = session_on(cast.ana, SAFARI)
    desk = browse(cast.ana)

    page = desk.get("/account/sessions/").content.decode()
    assert "Safari · iPhone" in page
    desk.post("/account/sessions/", {"session": UserSession.objects.get().pk})

    assert phone.get("/me/").status_code == 302
    assert desk.get("/me/").status_code == 200


def test_nobody_ends_the_session_of_another(cast, browse):
    phone = session_on(cast.ana, SAFARI)

    browse(cast.cy).post("/account/sessions/", {"session": UserSession.objects.get().pk})
    browse(cast.cy).post("/account/sessions/", {})

    assert phone.get("/me/").status_code == 200


def test_all_other_sessions_end_at_once(cast, browse):
    phones = [session_on(cast.ana, SAFARI) for _ in range(2)]
    desk = browse(cast.ana)

    desk.post("/account/sessions/", {})

    assert [phone.get("/me/").status_code for phone in phones] == [302, 302]
    assert desk.get("/me/").status_code == 200
