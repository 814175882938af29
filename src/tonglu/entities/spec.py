"""What an entity declares about itself; every page, import, export and API route is derived from this value.

An *entity* is one kind of record with its columns, form, search, board, lines and verbs. A *verb* is a business act beyond
create, read, update and delete: it gets a button (disabled with its reason), a bulk action, a palette entry and an API route.
*Lines* are the rows that belong to one record, such as the products of a quote. A *view* is a shipped saved list. All are frozen
values and plain functions; nothing is discovered, and grep finds every use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Model
from django.urls import reverse

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from tonglu.policy.actors import Actor

    from .listing import Query

    Text = str | _StrPromise
else:
    Text = Any

Prepare = Callable[["Actor", Any, Any], None]
"""(actor, row, before): derive and validate before the save; `before` is None for a new row; raises Invalid."""

Draft = Callable[["Actor", Any], None]
"""(actor, row): derive the amounts of an unsaved row from what is typed so far; no number is taken, nothing is written."""

Meant = Callable[[Sequence[Any], Mapping[str, Any], Any], Any]
"""(rows of one name, clean values beside it, the row they are for): the row that is meant, or None."""

Propose = Callable[["Actor"], Any]
"""(actor): what an empty form proposes for a field, such as today."""

After = Callable[["Actor", Any, Any], None]
"""(actor, row, before): in the same transaction after the save; publishes events, writes related rows."""

AfterMany = Callable[["Actor", Sequence[Any]], None]
"""(actor, rows): what `After` does, for many new rows at once."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why a verb may not be used now: a sentence, and the next step that would allow it."""

    reason: Text
    next_step: Text = ""
    missing: tuple[Text, ...] = ()
    fields: tuple[str, ...] = ()
    """For each thing missing the field or the lines that would hold it, if there is one."""

    @property
    def sentence(self) -> Text:
        """The reason, and what is missing, for a door that cannot show a list."""
        missing = "; ".join(str(one) for one in self.missing)
        return f"{self.reason} {missing}" if missing else self.reason


When = Callable[["Actor", Any], Refusal | None]


@dataclass(frozen=True, kw_only=True)
class Section:
    """A titled group of form fields."""

    title: Text
    fields: tuple[str, ...]
    folded: bool = False
    help: Text = ""
    """What to know before filling it in."""


@dataclass(frozen=True, kw_only=True)
class Board:
    """A column per value of `column` (a choice or a foreign key); dropping a card calls `move(actor=, row=, to=)`.

    `lanes(actor, params)` gives the (value, label) pairs in order when they are not simply the field's choices; `total` is
    the money field summed in the head of a lane, in base currency.
    """

    column: str
    move: Callable[..., Any]
    card: tuple[str, ...] = ()
    total: str = ""
    lanes: Callable[[Actor, Mapping[str, str]], Sequence[tuple[Any, Text]]] | None = None
    group: str = ""
    """A foreign key whose rows give one board each, such as the pipeline."""
    totals: Callable[[Actor, Query], Mapping[str, tuple[int, Decimal]] | None] | None = None
    """Count and sum by lane from running totals, or None when it has no answer to this query and the rows must be counted."""


@dataclass(frozen=True, kw_only=True)
class Lines:
    """Rows that belong to one record and are edited in its form; `amount` names the field that is summed below them.

    `list_price` names the list price of a line whose price is what is paid: its discount follows the price, and its price the
    discount. Without it a line's price is before its discount. `worded` says texts of a line as its reader says them, by field.
    """

    model: type[Model]
    parent: str
    fields: tuple[str, ...]
    amount: str = ""
    title: Text = ""
    computed: tuple[str, ...] = ()
    list_price: str = ""
    worded: Callable[[Any], Mapping[str, str]] | None = None


@dataclass(frozen=True, kw_only=True)
class Part:
    """A line in the table of a verb: what it is, its facts, how much is open, and how much is taken unless said otherwise."""

    id: int
    name: Text
    open: Decimal
    facts: tuple[Any, ...] = ()
    take: Decimal | None = None
    """What stands in the box at first; everything that is open when left out."""

    @property
    def first(self) -> Decimal:
        """How much is taken unless a person says otherwise."""
        return self.open if self.take is None else self.take


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The table in the dialog of a verb that asks how much of each line: `run` gets `{line id: amount}` as `name`.

    Left out, as in a bulk act, `run` takes what it would take by itself, which is everything that is open.
    """

    name: str
    find: Callable[[Actor, Any], Sequence[Part]]
    title: Text
    heads: tuple[Text, ...] = ()
    take: Text = ""
    money: bool = False
    """Amounts of the row's currency, summed below the table."""
    limit: str = ""
    """The field of the row that says how much there is to give away in all."""
    empty: Text = ""


@dataclass(frozen=True, kw_only=True)
class Verb:
    """A business act on a row: `run(actor=, row=, **params)` does it, `when` explains a refusal beforehand.

    `params` are Django form fields by name; `related` names parameters that are records (name -> kind); `parts` is a table of
    lines. With `bulk` the act is offered for many selected rows at once.
    """

    name: str
    label: Text
    run: Callable[..., Any]
    act: str = "update"
    params: Mapping[str, forms.Field] = field(default_factory=dict)
    related: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    """The related parameters that must be given."""
    parts: Parts | None = None
    when: When | None = None
    icon: str = "bolt"
    tone: str = ""
    help: Text = ""
    primary: bool = False
    settled: Callable[[Any], bool] | None = None
    """Whether it was done to this row already: it may be done again, but waits in the menu."""
    bulk: bool = True
    initial: Callable[[Actor, Any], Mapping[str, Any]] | None = None
    known: Callable[[Actor, Any], Sequence[Text]] | None = None
    """Sentences on records that the act would probably repeat; they stand above the fields of its dialog."""
    asks: Callable[[Actor, Any], Text] | None = None
    """What its dialog says will happen to this row, where the name of the act does not say it all; "" for nothing more."""
    url: Callable[[Any], str] | None = None
    """Gives the page the person is taken to afterwards, from the result of `run`."""


@dataclass(frozen=True, kw_only=True)
class Fixed:
    """From when the content of a record is fixed, and the act by which it is changed then: it stands where Edit stood."""

    when: Callable[[Any], bool]
    verb: str


@dataclass(frozen=True, kw_only=True)
class View:
    """A shipped saved list: a condition in the rule language, with its sort and columns."""

    name: str
    title: Text
    condition: Mapping[str, Any] = field(default_factory=dict)
    sort: str = ""
    columns: tuple[str, ...] = ()
    pinned: bool = False
    opens: bool = False
    """Whether the list opens with it, until a person chooses another one."""


@dataclass(frozen=True, kw_only=True)
class StageBar:
    """The stages drawn above a record: `stages(row)` gives (value, label, state) with state done, current or ahead."""

    stages: Callable[[Actor, Any], Sequence[tuple[Any, Text, str]]]
    move: str = ""
    """The verb that a click on a stage runs, with parameter `to`."""
    guidance: Callable[[Actor, Any], Sequence[Text]] | None = None
    warnings: Callable[[Actor, Any], Sequence[Text]] | None = None
    """What is wrong with the record where it stands, as a stay beyond its time."""


_PK = "9007199254740993"
"""Stands for a record's id in an address that is kept; no record has it."""


@lru_cache(maxsize=4096)
def _address(slug: str, page: str, of_record: bool, more: tuple[tuple[str, Any], ...]) -> str:
    """An address looked up once: a list asks for hundreds that differ in the id alone."""
    where = {"slug": slug, **dict(more), **({"pk": int(_PK)} if of_record else {})}
    return reverse(f"entities:{page}", kwargs=where)


@dataclass(frozen=True, kw_only=True, eq=False)
class Entity:
    """One kind of record, declared once. Field names may be `custom.<key>` for custom fields, and `a.b` for related ones in columns."""

    model: type[Model]
    slug: str
    area: str
    icon: str
    columns: tuple[str, ...]
    form: tuple[Section, ...]
    title: str = "name"
    main: str = ""
    """The yes-or-no field that marks the one record which is meant where nobody says: the main contact of an account."""
    numbered: str = ""
    """The column with the number of a version of what the title names: “Field sales v2”."""
    subtitle: str = ""
    search: tuple[str, ...] = ()
    search_related: tuple[str, ...] = ()
    quick: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    sort: str = "-updated_at"
    readonly: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    import_key: tuple[str, ...] = ("external_id",)
    importable: tuple[str, ...] = ()
    """Fields that only an import may write, such as the stage and the dates of deals from another system."""
    meant: Meant | None = None
    """Which of several rows that bear one name is meant, given the other values and the row they are for; None: cannot be told."""
    duplicate_keys: tuple[str, ...] = ()
    board: Board | None = None
    stage_bar: StageBar | None = None
    fixed: Fixed | None = None
    closed: Mapping[str, Any] = field(default_factory=dict)
    """The condition under which a record is done with and waits for nobody; empty for a kind whose records have no end."""
    proposed: Mapping[str, Propose] = field(default_factory=dict)
    """What the empty form of a page fills in, to be changed or left; other doors say what they mean."""
    lines: tuple[Lines, ...] = ()
    verbs: tuple[Verb, ...] = ()
    views: tuple[View, ...] = ()
    prepare: Prepare | None = None
    draft: Draft | None = None
    after: After | None = None
    after_many: AfterMany | None = None
    """Stands in for `after` where many rows are made at once, so that an import costs a few statements and not some per row."""
    one_by_one: tuple[str, ...] = ()
    """Fields whose value in one row changes or forbids another row of the kind: such rows are never stored together."""
    empty: Text = ""
    creatable: bool = True
    editable: bool = True
    menu: bool = True
    order: int = 100
    also_called: tuple[str, ...] = ()
    """What other systems call the kind, by which the columns of their files are recognised."""
    choices: Mapping[str, Callable[[], Sequence[tuple[str, Text]]]] = field(default_factory=dict)
    """Text fields whose values come from a list that only exists at run time; a JSON field holds several of them."""
    merge: Callable[..., Any] | None = None
    """Makes one record of two: `merge(actor=, row=, into=, values=)`, with the values that were chosen for the one that stays."""
    conditions: Mapping[str, str] = field(default_factory=dict)
    """JSON fields that hold a condition: the kind it speaks of, or the field of the row that names the kind."""
    told: Mapping[str, Callable[[Any], Text]] = field(default_factory=dict)
    """JSON fields that the record and its timeline tell in a sentence instead of leaf by leaf."""
    units: Mapping[str, Callable[[Any], Text]] = field(default_factory=dict)
    """What a number of a row counts: a currency, or a word for it; nothing where nobody has said."""
    nothing: Mapping[str, Text] = field(default_factory=dict)
    """What an empty field means, where that says something: "everybody" for an announcement to no department."""
    opens: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    """Numbers that lead to what they are made of: the address for a row, or nothing where there is none."""
    depth: Callable[[Any], int] | None = None
    """How far down a tree a row stands: as long as the list keeps its own order, names are set in by it."""
    late: Mapping[str, Callable[[Any], bool]] = field(default_factory=dict)
    """Days and times by which something was to be done: whether that is over and it is not, given the row."""
    scope: Mapping[str, Any] = field(default_factory=dict)
    """Extra keyword arguments of the policy scope, such as parents=("account",)."""

    @property
    def kind(self) -> str:
        """The name of the kind in policy, audit and API: `app.model`."""
        return self.model._meta.label_lower

    @property
    def label(self) -> Text:
        """One record, in the reader's language."""
        return self.model._meta.verbose_name or self.kind

    @property
    def plural(self) -> Text:
        """Many records, in the reader's language."""
        return self.model._meta.verbose_name_plural or self.kind

    @property
    def form_fields(self) -> tuple[str, ...]:
        """The names of all form fields in reading order."""
        return tuple(name for section in self.form for name in section.fields)

    def verb(self, name: str) -> Verb | None:
        """The declared verb of that name."""
        return next((verb for verb in self.verbs if verb.name == name), None)

    def is_alone(self, name: str) -> bool:
        """Whether rows are changed one after the other when this field is among what changes, as a parent of the same kind is."""
        if name in self.one_by_one:
            return True
        field = next((f for f in self.model._meta.concrete_fields if f.name == name), None)
        return field is not None and field.related_model is self.model

    def url(self, page: str = "list", pk: int | None = None, **more: Any) -> str:
        """The address of a page of this entity: list, board, new, detail, edit, import, export, trash, verb."""
        found = _address(self.slug, page, pk is not None, tuple(more.items()))
        return found if pk is None else found.replace(_PK, str(pk))
