"""The lead: its list, board, form and acts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tonglu.entities.merging import merge_verb
from tonglu.entities.registry import entity_declared, entity_of
from tonglu.entities.spec import Board, Entity, Refusal, Section, StageBar, Verb, View
from tonglu.marketing import rules, services
from tonglu.marketing.converting import opportunity_name
from tonglu.marketing.merging import lead_merge
from tonglu.marketing.models import Lead
from tonglu.toolkit.money import MoneyFormField

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tonglu.policy import Actor

MINE = {"field": "owner", "op": "=", "value": "me"}
OPEN = {"field": "status", "op": "in", "value": ["new", "nurturing", "qualified"]}
LIVE = {"field": "lead_class", "op": "=", "value": "live"}
PATH = ("new", "nurturing", "qualified", "converted")


def _must_be_open(_actor: Actor, row: Any) -> Refusal | None:
    if row.status == Lead.Status.CONVERTED:
        return Refusal(
            reason=_("This lead has been converted and changes no more."),
            next_step=_("Work on the account, contact or opportunity it became."),
        )
    if row.status == Lead.Status.DEAD:
        return Refusal(
            reason=_("A dead lead must be revived first."),
            next_step=_("Use Revive, and say what changed."),
        )
    return None


def _must_be_dead(_actor: Actor, row: Any) -> Refusal | None:
    if row.lead_class != Lead.Class.DEAD:
        return Refusal(reason=_("Only a dead lead can be revived."))
    return None


def _may_qualify(actor: Actor, row: Any) -> Refusal | None:
    refusal = _must_be_open(actor, row)
    if refusal is not None:
        return refusal
    if row.status == Lead.Status.QUALIFIED:
        return Refusal(reason=_("This lead is qualified."))
    missing = tuple(_(sentence) for sentence in services.qualify_missing(row))
    return (
        Refusal(reason=_("This lead is not qualified yet."), missing=missing) if missing else None
    )


def _may_become(class_: str, reason: Any) -> Any:
    def check(actor: Actor, row: Any) -> Refusal | None:
        if row.lead_class == class_:
            return Refusal(reason=reason)
        return _must_be_open(actor, row)

    return check


def _never(_actor: Actor, _row: Any) -> Refusal | None:
    return Refusal(
        reason=_("Leads are never deleted: what they died of is worth knowing."),
        next_step=_("Use Mark dead, and give the cause."),
    )


def _refuse_delete(*, actor: Actor, row: Any) -> Any:
    return services.lead_delete(actor=actor, row=row)


def _stages(_actor: Actor, row: Any) -> Sequence[tuple[Any, Any, str]]:
    if row.status == Lead.Status.DEAD:
        return [("dead", Lead.Status.DEAD.label, "current")]
    labels = dict(Lead.Status.choices)
    here = PATH.index(row.status)
    states = ["done"] * here + ["current"] + ["ahead"] * (len(PATH) - here - 1)
    return [(value, labels[value], state) for value, state in zip(PATH, states, strict=True)]


def _guidance(_actor: Actor, row: Any) -> Sequence[Any]:
    said = [f"{given['points']:+d} {given['reason']}" for given in row.score_reasons]
    missing = services.qualify_missing(row) if row.is_open and row.status != "qualified" else []
    return [*(_(sentence) for sentence in missing), *said]


def _convert_initial(actor: Actor, row: Any) -> Mapping[str, Any]:
    """The existing records a conversion should use, where there is no doubt about them."""
    preview = services.lead_convert_preview(actor=actor, row=row)
    accounts = [found.pk for found in preview.accounts if found.is_certain and found.pk]
    contacts = [found.pk for found in preview.contacts if found.is_certain and found.pk]
    return {
        "account": accounts[0] if accounts else None,
        "contact": contacts[0] if contacts else None,
        "create_opportunity": True,
        "opportunity_name": opportunity_name(row, row.company)[:200] if row.company else "",
        "amount": row.budget,
    }


def _convert_known(actor: Actor, row: Any) -> Sequence[Any]:
    """What the new records would probably repeat, as far as the reader may know."""
    preview = services.lead_convert_preview(actor=actor, row=row)
    return [found.sentence for found in (*preview.accounts, *preview.contacts)]


def _converted_address(row: Any) -> str:
    """The opportunity the lead became; without one, the account."""
    if row.converted_opportunity_id and entity_declared("sales.opportunity"):
        return entity_of("sales.opportunity").url("detail", row.converted_opportunity_id)
    return entity_of("customers.account").url("detail", row.converted_account_id)


def _text(label: Any, *, required: bool = True, rows: int = 2) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=300, required=required, widget=widget)


CONVERT = Verb(
    name="convert",
    label=_("Convert"),
    run=services.lead_convert,
    act="convert",
    params={
        "account": forms.IntegerField(label=_("Existing account"), required=False),
        "contact": forms.IntegerField(label=_("Existing contact"), required=False),
        "create_opportunity": forms.BooleanField(
            label=_("Open an opportunity"), required=False, initial=True
        ),
        "opportunity_name": forms.CharField(
            label=_("Name of the opportunity"), required=False, max_length=200
        ),
        "amount": MoneyFormField(
            label=_("Amount"), required=False, max_digits=18, decimal_places=2
        ),
        "new_anyway": forms.BooleanField(
            label=_("Make new records although similar ones exist"), required=False
        ),
    },
    related={"account": "customers.account", "contact": "customers.contact"},
    when=_must_be_open,
    initial=_convert_initial,
    known=_convert_known,
    url=_converted_address,
    icon="transform",
    tone="success",
    primary=True,
    bulk=False,
    help=_("Leave account and contact empty to make new ones. The history of the lead stays."),
)

VERBS = (
    CONVERT,
    Verb(
        name="qualify",
        label=_("Qualify"),
        help=_("There is a need and somebody to talk to. The next step is to convert it."),
        run=services.lead_qualify,
        when=_may_qualify,
        icon="circle-check",
        primary=True,
    ),
    Verb(
        name="assign",
        label=_("Assign"),
        run=services.lead_assign,
        act="assign",
        params={
            "to": forms.IntegerField(label=_("New owner")),
            "reason": _text(_("Reason"), required=False),
        },
        related={"to": "directory.person"},
        required=("to",),
        when=_must_be_open,
        icon="user-share",
    ),
    Verb(
        name="assign_by_rules",
        label=_("Assign by the rules"),
        help=_("The first assignment rule that fits names the owner, who is told."),
        run=services.lead_assign_by_rules,
        act="assign",
        when=_must_be_open,
        icon="arrows-split-2",
    ),
    Verb(
        name="mark_live",
        label=_("Mark live"),
        run=services.lead_mark_live,
        when=_may_become(Lead.Class.LIVE, _("This lead is live.")),
        icon="bolt",
        help=_("They asked for something: for telesales."),
    ),
    Verb(
        name="mark_name",
        label=_("Mark as name only"),
        run=services.lead_mark_name,
        when=_may_become(Lead.Class.NAME, _("This lead is a name only.")),
        icon="id",
        help=_("They fit and have not asked: for nurturing."),
    ),
    Verb(
        name="mark_dead",
        label=_("Mark dead"),
        run=services.lead_mark_dead,
        params={
            "cause": forms.ChoiceField(label=_("Cause of death"), choices=Lead.DeadCause.choices),
            "note": _text(_("Note on the cause"), required=False),
        },
        when=_must_be_open,
        icon="skull",
        tone="danger",
    ),
    Verb(
        name="revive",
        label=_("Revive"),
        run=services.lead_revive,
        params={"reason": _text(_("What changed"))},
        when=_must_be_dead,
        icon="heartbeat",
    ),
    Verb(
        name="discard",
        label=_("Delete"),
        run=_refuse_delete,
        when=_never,
        icon="trash",
        bulk=False,
    ),
)

VIEWS = (
    View(
        name="my_live",
        title=_("My live leads"),
        condition={"all": [MINE, OPEN, LIVE]},
        sort="-score",
        pinned=True,
    ),
    View(
        name="due",
        title=_("To contact today"),
        condition={"all": [MINE, OPEN, {"field": "next_contact_on", "op": "<=", "value": "today"}]},
        sort="next_contact_on",
        pinned=True,
    ),
    View(name="live", title=_("Live"), condition={"all": [OPEN, LIVE]}, sort="-score", pinned=True),
    View(
        name="names",
        title=_("Names to nurture"),
        condition={"all": [OPEN, {"field": "lead_class", "op": "=", "value": "name"}]},
        sort="-created_at",
    ),
    View(
        name="unassigned",
        title=_("Without an owner"),
        condition={"all": [OPEN, {"field": "owner", "op": "is_empty"}]},
        sort="created_at",
    ),
    View(
        name="converted",
        title=_("Converted"),
        condition={"all": [{"field": "status", "op": "=", "value": "converted"}]},
        sort="-converted_at",
    ),
    View(
        name="dead",
        title=_("Dead"),
        condition={"all": [{"field": "lead_class", "op": "=", "value": "dead"}]},
        sort="-dead_at",
        columns=("name", "company", "dead_cause", "dead_note", "source", "campaign", "dead_at"),
    ),
)

_MERGE = merge_verb(
    "marketing.lead", _("Follow-ups and campaign answers move along. The merge can be undone.")
)

LEAD = Entity(
    model=Lead,
    slug="leads",
    area="marketing",
    closed={"field": "status", "op": "in", "value": ["converted", "dead"]},
    icon="user-plus",
    order=10,
    columns=(
        "name",
        "company",
        "lead_class",
        "status",
        "score",
        "source",
        "mobile",
        "owner",
        "next_contact_on",
    ),
    form=(
        Section(
            title=_("Who"),
            fields=("name", "company", "title", "mobile", "phone", "email", "wechat", "website"),
        ),
        Section(
            title=_("What they need"),
            fields=("need", "product", "budget", "currency", "expected_on"),
        ),
        Section(
            title=_("Where from"),
            fields=("source", "channel", "campaign", "industry", "territory", "province", "city"),
        ),
        Section(
            title=_("Care"),
            fields=(
                "owner",
                "assignment_reason",
                "lead_class",
                "status",
                "score",
                "next_contact_on",
                "employees",
                "do_not_mail",
            ),
        ),
        Section(title=_("If dead"), fields=("dead_cause", "dead_note"), folded=True),
        Section(title=_("Description"), fields=("description",), folded=True),
    ),
    subtitle="company",
    search=("name", "company", "mobile", "phone", "email", "wechat", "city"),
    quick=("name", "company", "mobile", "source", "need"),
    filters=(
        "lead_class",
        "status",
        "source",
        "channel",
        "campaign",
        "industry",
        "territory",
        "owner",
        "dead_cause",
        "created_at",
    ),
    sort="-created_at",
    importable=("dead_cause",),
    readonly=(
        "score",
        "dead_at",
        "assigned_at",
        "assignment_reason",
        "last_contact_at",
        "converted_at",
        "converted_account",
        "converted_contact",
        "converted_opportunity_id",
    ),
    hidden=("company_key", "mobile_key", "phone_key", "score_reasons"),
    import_key=("external_id", "mobile", "email"),
    duplicate_keys=("name", "company", "mobile", "phone", "email"),
    merge=lead_merge,
    board=Board(
        column="status",
        move=services.lead_move,
        card=("company", "score", "source", "owner", "next_contact_on"),
    ),
    stage_bar=StageBar(stages=_stages, guidance=_guidance),
    verbs=(*VERBS, _MERGE),
    views=VIEWS,
    prepare=rules.lead_prepare,
    after=rules.lead_after,
    empty=_(
        "People and companies that might buy. They come in by web form, file, e-mail or hand; the rules say who calls them."
    ),
)
