"""The inherited tests themselves. Each names the mutant it is meant to catch."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from tonglu.entities.fields import Type, fields_of, value_of
from tonglu.entities.forms import line_key, may_write
from tonglu.entities.transfer.suggesting import importable_fields
from tonglu.policy.testing import Cast

from .asking import Raw, api, asked, posted, problems, queries_of
from .bench import Bench, fill
from .files import csv_of, export_bytes, import_bytes, sheet_values
from .together import chosen, left_by
from .trail import columns_of, entries_of
from .untouched import Untouched

MOST_QUERIES = 12

_STRICT = frozenset(
    {
        Type.INTEGER,
        Type.DECIMAL,
        Type.MONEY,
        Type.PERCENT,
        Type.DATE,
        Type.DATETIME,
        Type.CHOICE,
        Type.FK,
        Type.EMAIL,
        Type.URL,
    }
)


class EntityTests:
    """The inherited tests. Subclasses are collected by pytest when their name begins with Test."""

    kind: ClassVar[str]
    changed: ClassVar[Raw] = {}
    by: ClassVar[str] = "ana"
    stranger: ClassVar[str] = "cy"
    """May not see the record; "" where every role may read every row of the kind."""
    derived: ClassVar[frozenset[str]] = frozenset()
    """Columns that follow from the change."""
    deletable: ClassVar[bool] = True
    listed: ClassVar[str] = ""
    """A query that shows the record, where the kind's default view would not."""
    export_key: ClassVar[str] = "external_id"

    def arrange(self, cast: Cast) -> None:
        """Make what records of this kind need beforehand, once for the class."""

    def valid(self, cast: Cast, n: int) -> Raw:
        """The raw values of the n-th record; they differ where they must be unique."""
        raise NotImplementedError

    # Pages ------------------------------------------------------------------------------------------------------------

    def test_the_list_and_the_record_show_it(self, bench: Bench) -> None:
        shown = bench.author.get(f"{bench.entity.url()}?view=all&{self.listed}")
        page = bench.author.get(bench.url)

        assert (shown.status_code, page.status_code) == (200, 200)
        assert bench.url in shown.content.decode()

    def test_the_form_makes_one_and_the_trail_says_who(self, bench: Bench) -> None:
        if not bench.entity.creatable:
            pytest.skip("made by an act")
        sent = posted(bench.entity, self.valid(bench.cast, 2))

        answer = bench.author.post(bench.entity.url("new"), sent)

        assert answer.status_code == 302, problems(answer)
        made = bench.entity.model._default_manager.latest("pk")
        assert made.pk > bench.row.pk
        entry = entries_of(bench.entity, made.pk)[0]
        assert (entry.act, entry.door, entry.actor_id) == ("I", "page", bench.actor.person_id)

    def test_an_edit_records_only_what_changed(self, bench: Bench) -> None:
        """Planted mutant: `row_assign` adding every name to `changed` writes a version and fails the second half."""
        if not bench.entity.editable or not self.changed:
            pytest.skip("changed by its acts only")
        sent = bench.raw(bench.row) | posted(bench.entity, self._changed(bench.cast))

        answer = bench.author.post(bench.entity.url("edit", bench.row.pk), sent)

        assert answer.status_code == 302, problems(answer)
        entry = entries_of(bench.entity, bench.row.pk)[0]
        assert (entry.act, entry.door) == ("U", "page")
        wanted = columns_of(bench.entity, self._changed(bench.cast))
        assert set(entry.changes) - self.derived == wanted - self.derived
        fresh = bench.entity.model._default_manager.get(pk=bench.row.pk)
        untouched = Untouched.now()
        again = bench.author.post(bench.entity.url("edit", bench.row.pk), bench.raw(fresh))
        assert again.status_code == 302, problems(again)
        untouched.check("saving an unchanged form")

    def test_nonsense_is_refused_by_field_and_changes_nothing(self, bench: Bench) -> None:
        """Planted mutant: a form that drops errors of one type answers 201, or names too few fields."""
        if not (bench.entity.creatable and bench.entity.editable):
            pytest.skip("not written by hand")
        valid = self.valid(bench.cast, 3)
        bad = self._nonsense(bench)
        untouched = Untouched.now(exact=True)

        page = bench.author.post(bench.entity.url("new"), posted(bench.entity, {**valid, **bad}))
        edit = bench.author.post(
            bench.entity.url("edit", bench.row.pk),
            bench.raw(bench.row) | posted(bench.entity, bad),
        )
        call = api(bench.author, "post", bench.entity.slug, {**valid, **bad})

        assert (page.status_code, edit.status_code, call.status_code) == (422, 422, 422)
        assert set(bad) <= {error["field"] for error in call.json()["errors"]}
        untouched.check("a refused form")

    def test_one_field_in_place_and_a_stale_version(self, bench: Bench) -> None:
        """Planted mutant: `_refuse_stale` returning at once answers 200 to the stale save."""
        if not bench.entity.editable or not self.changed:
            pytest.skip("changed by its acts only")
        name, value = next(iter(self._changed(bench.cast).items()))
        url = f"{bench.url}fields/{name}/"
        sent = posted(bench.entity, {name: value})

        control = bench.author.get(url)
        saved = bench.author.post(url, {**sent, "version": str(bench.row.version)})
        untouched = Untouched.now(exact=True)
        old = bench.raw(bench.row)[name]
        stale = bench.author.post(url, {name: old, "version": str(bench.row.version)})

        assert (control.status_code, saved.status_code) == (200, 200), problems(saved)
        assert stale.status_code == 409
        untouched.check("a stale save")

    def test_trash_and_restore(self, bench: Bench) -> None:
        if not self.deletable:
            answer = bench.author.post(bench.entity.url("delete", bench.row.pk))
            assert answer.status_code in {403, 404, 409, 422}
            return

        gone = bench.author.post(bench.entity.url("delete", bench.row.pk))
        missing = api(bench.author, "get", bench.path)
        trash = bench.author.get(bench.entity.url("trash"))
        back = bench.author.post(bench.entity.url("restore", bench.row.pk))

        assert (gone.status_code, missing.status_code) == (302, 404)
        assert trash.status_code == 200
        assert back.status_code == 302
        assert bench.author.get(bench.url).status_code == 200
        acts = [entry.verb.rsplit(".", 1)[-1] for entry in entries_of(bench.entity, bench.row.pk)]
        assert acts[:2] == ["restored", "trashed"]

    def test_search_finds_it(self, bench: Bench) -> None:
        if not bench.entity.search:
            pytest.skip("declares no search")
        text = next(
            str(v)
            for v in (value_of(bench.row, n) for n in bench.entity.search)
            if v not in ("", None)
        )

        found = api(bench.author, "get", f"{bench.entity.slug}?fields=id&limit=200", q="").json()
        narrowed = bench.author.get(f"/api/v1/{bench.entity.slug}", {"q": text}).json()

        assert bench.row.pk in {row["id"] for row in found["data"]}
        assert bench.row.pk in {row["id"] for row in narrowed["data"]}

    # Strangers --------------------------------------------------------------------------------------------------------

    def test_for_a_stranger_it_does_not_exist(self, bench: Bench) -> None:
        """Every page and route by its id, for someone out of reach. Planted mutant: `selectors.row` without `visible`."""
        if bench.stranger is None:
            pytest.skip("every role may read it")
        untouched = Untouched.now(exact=True)
        own_kind = bench.stranger.get(bench.entity.url()).status_code
        refusal = 404 if own_kind == 200 else 403

        wrong = [
            (method, url, status)
            for method, url in self._doors(bench)
            if (status := asked(bench.stranger, method, url))
            != (404 if "/api/" in url else refusal)
        ]

        assert not wrong
        untouched.check("a stranger")

    # API --------------------------------------------------------------------------------------------------------------

    def test_the_api_makes_reads_changes_and_trashes(self, bench: Bench) -> None:
        if not bench.entity.creatable:
            pytest.skip("made by an act")
        made = api(bench.author, "post", bench.entity.slug, self.valid(bench.cast, 4))
        assert made.status_code == 201, made.content
        pk, tag = made.json()["id"], made["ETag"]
        path = f"{bench.entity.slug}/{pk}"
        assert made["Location"] == f"/api/v1/{path}"
        assert api(bench.author, "get", path, If_None_Match=tag).status_code == 304
        self._listed_like(bench, api(bench.author, "get", path).json())

        if bench.entity.editable and self.changed:
            self._patched(bench, path, tag)
        if self.deletable:
            assert api(bench.author, "delete", path).status_code == 204
            assert api(bench.author, "get", path).status_code == 404
            assert api(bench.author, "post", f"{path}/restore", {}).status_code == 200
        entry = entries_of(bench.entity, pk)[-1]
        assert (entry.act, entry.door) == ("I", "api")

    def test_a_retried_post_has_one_effect(self, bench: Bench) -> None:
        """Planted mutant: `answered_once` calling the view each time makes a second record."""
        if not bench.entity.creatable:
            pytest.skip("made by an act")
        body = self.valid(bench.cast, 5)
        count = bench.entity.model._default_manager.count

        first = api(bench.author, "post", bench.entity.slug, body, Idempotency_Key="k-1")
        after = count()
        again = api(bench.author, "post", bench.entity.slug, body, Idempotency_Key="k-1")
        other = api(
            bench.author,
            "post",
            bench.entity.slug,
            {**body, "external_id": "x"},
            Idempotency_Key="k-1",
        )

        assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
        assert (again.content, again["Idempotency-Replayed"]) == (first.content, "true")
        assert count() == after

    def test_only_declared_fields_can_be_written(self, bench: Bench) -> None:
        """Mass assignment: every other column of the table, and one that does not exist. Planted mutant: skipping
        `_refuse_strangers` answers 200."""
        declared = {*bench.entity.form_fields, "external_id", "custom"}
        declared -= {*bench.entity.readonly}
        columns = {f.name for f in bench.entity.model._meta.concrete_fields} - declared
        untouched = Untouched.now(exact=True)

        for name in sorted({*columns, "nonsense", "owner_id" if "owner" not in declared else "x"}):
            answer = api(bench.author, "patch", bench.path, {name: 1})
            assert answer.status_code in {403, 422}, f"{name}: {answer.status_code}"
            assert answer["Content-Type"] == "application/problem+json"
            assert answer.json()["status"] == answer.status_code
        untouched.check("an undeclared field")

    # Files ------------------------------------------------------------------------------------------------------------

    def test_what_is_exported_can_be_imported_and_changes_nothing(self, bench: Bench) -> None:
        if not (bench.entity.creatable and bench.entity.editable):
            pytest.skip("not imported")
        fields = self._exportable(bench)
        content = export_bytes(bench, fields)
        untouched = {bench.row.pk: bench.row.version}

        report = import_bytes(bench, content, fields, self._import_key(fields))

        assert report.problems == []
        assert (report.created, report.updated) == (0, 0)
        now = dict(bench.entity.model._default_manager.values_list("pk", "version"))
        assert now == {**now, **untouched}

    def test_a_bad_line_is_named_by_line_and_column(self, bench: Bench) -> None:
        if not (bench.entity.creatable and bench.entity.editable):
            pytest.skip("not imported")
        bad = self._nonsense(bench)
        name, value = next(iter(bad.items()))
        count = bench.entity.model._default_manager.count()
        good = sheet_values(bench.entity, self.valid(bench.cast, 6))
        names = list(dict.fromkeys([*good, name]))
        rows = [names, [good.get(n, "") for n in names]]
        rows[1][names.index(name)] = str(value)

        report = import_bytes(bench, csv_of(rows), names, "external_id")

        assert bench.entity.model._default_manager.count() == count
        assert (2, name) in {(problem.line, problem.header) for problem in report.problems}

    # Bulk acts --------------------------------------------------------------------------------------------------------

    def test_bulk_acts_are_the_same_row_by_row_and_together(self, bench: Bench) -> None:
        """Rows, refusals, trail and events. Planted mutant: versions left as they were."""
        if not bench.entity.creatable:
            pytest.skip("made by an act")
        fill(bench, range(20, 24))
        edited = self._changed(bench.cast) if bench.entity.editable else {}
        ids = chosen(bench, edited)

        for values in ([edited] if edited else []) + [None]:
            single, together = (left_by(bench, ids, values, size) for size in (1, 1000))
            assert together == single
            assert single["refused"]

    # Cost -------------------------------------------------------------------------------------------------------------

    def test_pages_cost_at_most_twelve_queries_whatever_the_rows(self, bench: Bench) -> None:
        """Planted mutant: a `str(row.account)` in a cell costs one query a row."""
        for n in range(10, 12):
            bench.make(n)
        few = {path: queries_of(bench.author, path) for path in self._costed(bench)}
        fill(bench, range(12, 69))
        many = {path: queries_of(bench.author, path) for path in self._costed(bench)}

        assert {path: count for path, count in many.items() if count > MOST_QUERIES} == {}
        grown = {p: (few[p], many[p]) for p in few if many[p] > few[p] + 2}
        assert grown == {}

    # Parts ------------------------------------------------------------------------------------------------------------

    def _changed(self, cast: Cast) -> Raw:
        return {name: v(cast) if callable(v) else v for name, v in self.changed.items()}

    def _patched(self, bench: Bench, path: str, tag: str) -> None:
        changed = self._changed(bench.cast)
        saved = api(bench.author, "patch", path, changed, If_Match=tag)
        assert saved.status_code == 200, saved.content
        assert saved["ETag"] != tag
        untouched = Untouched.now(exact=True)
        stale = api(bench.author, "patch", path, changed, If_Match=tag)
        assert stale.status_code == 409
        assert stale["Content-Type"] == "application/problem+json"
        untouched.check("a stale change")

    def _nonsense(self, bench: Bench) -> Raw:
        fields = fields_of(bench.entity)
        strict = [
            n
            for n in bench.entity.form_fields
            if fields[n].type in _STRICT and not fields[n].readonly
        ]
        if strict:
            return dict.fromkeys(strict, "no such value")
        required = [n for n in bench.entity.form_fields if fields[n].required]
        return {required[0]: ""}

    def _doors(self, bench: Bench) -> list[tuple[str, str]]:
        entity, pk = bench.entity, bench.row.pk
        pages = [
            ("get", entity.url("detail", pk)),
            ("get", entity.url("edit", pk)),
            ("post", entity.url("edit", pk)),
            ("get", entity.url("delete", pk)),
            ("post", entity.url("delete", pk)),
            ("post", entity.url("restore", pk)),
            ("get", entity.url("field", pk, name=entity.columns[0])),
            ("post", entity.url("field", pk, name=entity.columns[0])),
            ("get", entity.url("lines", pk)),
            ("get", entity.url("timeline", pk)),
        ]
        row = f"/api/v1/{bench.path}"
        calls = [("get", row), ("patch", row), ("delete", row), ("post", f"{row}/restore")]
        calls.append(("get", f"{row}/history"))
        if entity.board:
            pages.append(("post", entity.url("move", pk)))
        for verb in entity.verbs:
            pages += [(m, entity.url("verb", pk, verb=verb.name)) for m in ("get", "post")]
            calls.append(("post", f"{row}/{verb.name}"))
        return [*pages, *calls]

    def _listed_like(self, bench: Bench, one: dict[str, Any]) -> None:
        """The list writes rows from bare values, the record from objects: both say the same."""
        rows = bench.author.get(f"/api/v1/{bench.entity.slug}", {"limit": 200}).json()["data"]
        listed = next(row for row in rows if row["id"] == one["id"])
        assert listed == {name: one[name] for name in listed}
        assert one.keys() - listed.keys() == {line_key(lines) for lines in bench.entity.lines}

    def _costed(self, bench: Bench) -> list[str]:
        paths = [bench.entity.url(), bench.url, f"/api/v1/{bench.entity.slug}?limit=200"]
        return [*paths, bench.entity.url("board")] if bench.entity.board else paths

    def _exportable(self, bench: Bench) -> list[str]:
        known = importable_fields(bench.entity, bench.actor)
        return [
            name
            for name, found in known.items()
            if "." not in name
            and found.type is not Type.JSON
            and may_write(bench.actor, bench.entity, name)
        ]

    def _import_key(self, fields: list[str]) -> str:
        return self.export_key
