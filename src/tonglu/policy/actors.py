"""On whose behalf something happens: a person through a door, or the system itself.

Every read and write takes an actor. It carries the seats the person acts from today, those of people they stand in for
included, so that a permission needs no query of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tonglu.directory.memory import remember
from tonglu.directory.selectors import Seat, seats_of

if TYPE_CHECKING:
    from tonglu.directory.models import Person


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts, through which door ("page", "api", "import", "job", "sql", "cli"), from which seats."""

    person_id: int | None
    name: str
    language: str = "en"
    timezone: str = "UTC"
    seats: tuple[Seat, ...] = ()
    own_ids: frozenset[int] = frozenset()
    is_system: bool = False
    door: str = "page"

    @classmethod
    def system(cls, door: str = "job") -> Actor:
        """The system itself, which may do everything and is named in the audit trail."""
        return cls(person_id=None, name="System", is_system=True, door=door)

    @classmethod
    def anonymous(cls, door: str = "page") -> Actor:
        """Somebody who has not signed in, and may nothing."""
        return cls(person_id=None, name="", door=door)

    @property
    def roles(self) -> frozenset[str]:
        """The codes of the roles this actor acts in today."""
        return frozenset(seat.role for seat in self.seats)

    @property
    def department_ids(self) -> frozenset[int]:
        """The departments of the seats."""
        return frozenset(s.department_id for s in self.seats if s.department_id is not None)


def actor_of(person: Person | Any, door: str = "page") -> Actor:
    """The actor for a person, with the people they stand in for today; one query, once per request."""
    if person is None or person.pk is None:
        return Actor.anonymous(door)
    return remember(("actor", person.pk, door), lambda: _actor_make(person, door))


def _actor_make(person: Person, door: str) -> Actor:
    usable = person.is_active and person.deleted_at is None
    seats = remember(("seats", person.pk), lambda: seats_of(person.pk)) if usable else ()
    return Actor(
        person_id=person.pk,
        name=person.name,
        language=person.language,
        timezone=person.timezone,
        seats=seats,
        own_ids=frozenset({person.pk, *(seat.person_id for seat in seats)}),
        door=door,
    )
