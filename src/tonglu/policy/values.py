"""The words of the policy as values: Reach, Level, Scope, Verdict."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Model, Q
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tonglu.directory.selectors import role_label
from tonglu.toolkit.ui.navigation import AREAS

if TYPE_CHECKING:
    from .actors import Actor


class Reach(enum.IntEnum):
    """How far a grant reaches from the seat of the role; wider is greater."""

    OWN = 1
    TEAM = 2
    DEPARTMENT = 3
    ALL = 4

    @classmethod
    def of(cls, word: str | Reach) -> Reach:
        """The reach of that name."""
        return word if isinstance(word, Reach) else cls[word.upper()]

    @property
    def word(self) -> str:
        """The name as stored."""
        return self.name.lower()

    @property
    def label(self) -> str:
        """The name for people."""
        return str(REACH_LABELS[self])


class Level(enum.IntEnum):
    """What may be done with a field; more is greater."""

    HIDDEN = 0
    READ = 1
    WRITE = 2

    @classmethod
    def of(cls, word: str | Level) -> Level:
        """The level of that name."""
        return word if isinstance(word, Level) else cls[word.upper()]

    @property
    def word(self) -> str:
        """The name as stored."""
        return self.name.lower()

    @property
    def label(self) -> str:
        """The name for people."""
        return str(LEVEL_LABELS[self])


REACH_LABELS = {
    Reach.OWN: _("own"),
    Reach.TEAM: _("team"),
    Reach.DEPARTMENT: _("department and below"),
    Reach.ALL: _("all"),
}
LEVEL_LABELS = {
    Level.HIDDEN: _("hidden"),
    Level.READ: _("read"),
    Level.WRITE: _("write"),
}
ACT_LABELS: dict[str, Any] = {
    "read": _("read"),
    "create": _("create"),
    "update": _("change"),
    "delete": _("delete"),
    "export": _("export"),
    "import": _("import"),
    "assign": _("assign"),
    "merge": _("merge"),
    "close": _("close"),
    "approve": _("approve"),
    "manage": _("manage"),
    "allocate": pgettext_lazy("act", "allocate"),
    "answer": pgettext_lazy("act", "answer"),
    "calculate": pgettext_lazy("act", "calculate"),
    "convert": pgettext_lazy("act", "convert"),
    "count": pgettext_lazy("act", "count"),
    "decide": pgettext_lazy("act", "decide"),
    "invoice": pgettext_lazy("act", "invoice"),
    "issue": pgettext_lazy("act", "issue"),
    "pay": pgettext_lazy("act", "pay"),
    "publish": pgettext_lazy("act", "publish"),
    "refund": pgettext_lazy("act", "refund"),
    "reopen": pgettext_lazy("act", "reopen"),
    "reprice": pgettext_lazy("act", "reprice"),
    "urge": pgettext_lazy("act", "urge"),
    "verify": pgettext_lazy("act", "verify"),
    "withdraw": pgettext_lazy("act", "withdraw"),
}


MODULE_AREAS = {
    "support": "service",
    "catalog": "supply",
    "approvals": "collaboration",
    "directory": "administration",
    "policy": "administration",
    "audit": "administration",
    "entities": "administration",
    "toolkit": "administration",
    "integrations": "administration",
}
BOOKKEEPING = frozenset(
    {"version", "created_by", "deleted_at", "custom", "search", "password", "epoch", "last_login"}
    | {"name_key", "phone_key", "mobile_key"}
)
"""Columns that the house keeps for itself; rules about fields do not speak of them."""


def act_label(act: str) -> str:
    """The act for people; modules add theirs to ACT_LABELS."""
    return str(ACT_LABELS.get(act, act.replace("_", " ")))


@dataclass(frozen=True, kw_only=True)
class Strays:
    """A table that names at least the rows whose owner or department is not that of their parent.

    Its rows have `row_id`, and `owner_id` and `department_id` of the parent; or no `row_id`, for all rows of the parent with `parent_id`.
    Who reaches no further among the parents than among the rows sees only such rows through a parent alone.
    """

    parent: str
    model: type[Model]


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Where the rows of a kind keep what reach is measured by.

    `owner` and `department` are lookups ("owner", "account__owner", "pk"), or None. `parents` are foreign keys: a row is within
    reach also when its parent is. `shared(actor, act)` may add rows, such as those of a project team. A scope without a model is
    a right that is not about rows, such as managing the policy.
    """

    kind: str
    model: type[Model] | None = None
    owner: str | None = "owner"
    department: str | None = "department"
    acts: tuple[str, ...] = ("read", "create", "update", "delete", "export", "assign")
    parents: tuple[str, ...] = ()
    shared: Callable[[Actor, str], Q | None] | None = None
    strays: Strays | None = None
    label: Any = ""
    fields: Callable[[], Sequence[tuple[str, Any]]] | None = None
    """Names and labels of the fields a policy may speak of; the model's own fields when not given."""

    @property
    def title(self) -> str:
        """The name of the kind for people, in the plural."""
        named = self.model._meta.verbose_name_plural if self.model else self.label
        return str(named or self.kind)

    @property
    def area(self) -> str:
        """The corner of the navigation the kind's module stands in, as people name it."""
        module = self.model._meta.app_label if self.model else self.kind.partition(".")[0]
        name = MODULE_AREAS.get(module, module)
        return next((str(area.title) for area in AREAS if area.name == name), "")

    def field_labels(self) -> dict[str, str]:
        """The fields a policy may speak of, with their names for people."""
        if self.fields is not None:
            return {name: str(label) for name, label in self.fields()}
        if self.model is None:
            return {}
        return {
            f.name: str(f.verbose_name)
            for f in self.model._meta.fields
            if f.name not in BOOKKEEPING and not f.primary_key
        }


@dataclass(frozen=True)
class Verdict:
    """Whether an act is allowed; true or false in a condition, with the reason and who could."""

    allowed: bool
    sentence: Any = ""
    params: Mapping[str, str] = field(default_factory=dict)
    roles: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.allowed

    @property
    def reason(self) -> str:
        """Why not, as a sentence in the active language; empty when allowed."""
        return translate(str(self.sentence)) % self.params if self.sentence else ""

    @property
    def who(self) -> tuple[str, ...]:
        """The names of the roles that could."""
        return tuple(role_label(role) for role in self.roles)


ALLOWED = Verdict(True)
