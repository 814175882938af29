"""What must never be read in the trail."""

from __future__ import annotations

from tonglu.audit.models import Entry
from tonglu.directory.models import Person


def test_a_new_password_leaves_its_trace_but_not_its_hash(cast):
    cast.ana.set_password("correct horse battery staple")
    cast.ana.save()

    entry = Entry.objects.filter(kind="directory.person", row_id=cast.ana.pk).latest("pk")
    old, new = entry.changes["password"]
    assert old != new
    assert len(new) == 9
    stored = Person.objects.values_list("password", flat=True)
    assert not any(value in str(list(Entry.objects.values_list("changes"))) for value in stored)
