"""Who can sign in to the demo: one person for each role, with a random password that is kept in a file only its owner reads."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from .output import table

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another
HEADER = ("Role", "Name", "E-mail", "Password")


def password_random() -> str:
    """Sixteen letters in four groups."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def sign_ins_make(path: Path) -> None:
    """Give one person of each role a password, and write the table down."""
    rows = [HEADER, *_people()]
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(table(rows) + "\n")
    draft.replace(path)


def _people() -> Iterator[tuple[str, str, str, str]]:
    from tonglu.directory.selectors import people_with_role, role_label, roles_all

    seen: set[int] = set()
    for role in roles_all():
        people = people_with_role(role.code).exclude(email=None).exclude(pk__in=seen)
        person = people.order_by("pk").first()
        if person is None or person.email is None:
            continue
        seen.add(person.pk)
        password = password_random()
        person.set_password(password)
        person.save(update_fields=("password",))
        yield role_label(role.code), person.name, person.email, password
