"""A file that gives records to other people tells each of them once, however many portions it takes."""

from __future__ import annotations

import pytest

from tonglu.customers.models import Account
from tonglu.entities.services import record_create
from tonglu.entities.transfer import portions
from tonglu.entities.transfer.plans import ColumnPlan, ImportPlan
from tonglu.entities.transfer.reading import table_read
from tonglu.entities.transfer.run import changeset_start, import_run
from tonglu.notifications.models import Notice
from tonglu.notifications.selectors import told

ACCOUNT = "customers.account"


@pytest.mark.parametrize("killed", [False, True])
def test_a_file_tells_each_person_once_of_all_it_gave_them(
    cast, actor, worker, browse, monkeypatch, killed
):
    monkeypatch.setattr(portions, "PORTION", 2)
    lee = actor(cast.lee)
    kept = [record_create(actor=lee, model=Account, values={"name": f"Old {n}"}) for n in range(5)]
    plan = ImportPlan(
        kind=ACCOUNT,
        key="name",
        columns=(
            ColumnPlan(field="name", header="Name"),
            ColumnPlan(field="owner", header="Owner"),
        ),
    )
    owners = [cast.ben, cast.ben, cast.ana, cast.ben, cast.lee]
    rows = [f"{row.name},{owner.email}" for row, owner in zip(kept, owners, strict=True)]
    table = table_read("\n".join(["Name,Owner", *rows, "Old 9,nobody@x"]).encode(), "a.csv")
    changeset = changeset_start(lee, plan)
    if killed:
        with pytest.raises(ZeroDivisionError):
            import_run(
                actor=lee, plan=plan, table=table, changeset=changeset,
                progress=lambda done, _total: 1 // (4 - done),
            )  # fmt: skip

    import_run(actor=lee, plan=plan, table=table, changeset=changeset)
    worker()

    found = Notice.objects.order_by("person__name").values_list("person", "topic", "count")
    assert list(found) == [(cast.ana.pk, "assigned", 1), (cast.ben.pk, "assigned", 3)]
    (told_ben,) = told(actor(cast.ben), Notice.objects.filter(person=cast.ben))
    assert told_ben.text == "Lee gave you 3 accounts"
    page = browse(cast.ben).get(told_ben.url).content.decode()
    assert [f"Old {n}" in page for n in range(5)] == [True, True, False, True, False]


@pytest.mark.parametrize(
    ("kind", "header", "more"),
    [("collaboration.task", "subject", {}), ("marketing.lead", "company", {"lead_class": "live"})],
)
def test_what_a_file_makes_for_others_is_told_once_too(cast, actor, worker, kind, header, more):
    columns = [
        *(ColumnPlan(field=name, header=name) for name in (header, "owner")),
        *(ColumnPlan(field=name, constant=value) for name, value in more.items()),
    ]
    plan = ImportPlan(kind=kind, key="external_id", columns=tuple(columns))
    rows = [f"Row {n},{cast.ben.email}" for n in range(3)]
    table = table_read("\n".join([f"{header},owner", *rows]).encode(), "a.csv")

    report = import_run(actor=actor(cast.lee), plan=plan, table=table)
    worker()

    assert (report.created, report.problems) == (3, [])
    found = Notice.objects.values_list("person", "topic", "kind", "count")
    assert list(found) == [(cast.ben.pk, "assigned", kind, 3)]
