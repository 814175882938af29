"""The one way a password is checked: by the address of an active person; an unknown address takes as long as a known one.

The person of a session is read once per request. A module that needs one number about them on every page, such as the unread notices
at the bell, has it read in the same query (`load_beside`) and finds it in the request's memory (`beside`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet

from tonglu.directory.memory import remember
from tonglu.directory.models import Person
from tonglu.toolkit.statements import ID, Columns, KeptStatement

_beside: dict[str, Callable[[], Any]] = {}


def load_beside(name: str, expression: Callable[[], Any]) -> None:
    """Read `expression()`, in terms of a person, with the person of every request; for `AppConfig.ready`.

    It is written once in a process, so it may not depend on the clock.
    """
    _beside[name] = expression


def beside(person_id: int, name: str, make: Callable[[], Any]) -> Any:
    """What was read with the person of this request; made anew for anybody else."""
    return remember(("beside", person_id, name), make)


class SignInBackend(ModelBackend):
    """Django's own check, for people who work here and are not in the trash."""

    def get_user(self, user_id: int) -> Any:
        """The person of a session, with what pages need to know of them."""
        rows = _PERSON.rows(pk=user_id)
        if not rows:
            return None
        person, found = _COLUMNS.row(rows[0]), rows[0][len(_COLUMNS.names) :]
        if not self.user_can_authenticate(person):
            return None
        for name, value in zip(_beside, found, strict=True):
            beside(person.pk, name, lambda value=value: value)  # type: ignore[misc]
        return person

    def user_can_authenticate(self, user: Any) -> bool:
        """Asked at sign-in and again for every request of a session."""
        return bool(user and user.is_active and user.deleted_at is None)


def _person(pk: int) -> QuerySet[Any, Any]:
    """The person of a key, with all that was asked to be read beside."""
    wanted = {f"beside_{name}": expression() for name, expression in _beside.items()}
    return Person.objects.annotate(**wanted).filter(pk=pk).values_list(*_COLUMNS.names, *wanted)


_COLUMNS = Columns(Person)
_PERSON = KeptStatement(_person, pk=ID)
