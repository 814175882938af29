"""One act on many rows, told as plain data: done at once, or by a job when there are too many to wait for.

Either way it is one change-set in one transaction. A job shows its progress on the page of works; stopped half-way it leaves nothing
behind, and what it did can be undone as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils import translation

from tonglu import policy
from tonglu.directory.selectors import person_by_id
from tonglu.kernel.errors import NotFound
from tonglu.kernel.text import N_
from tonglu.toolkit.jobs import defer, task, work_finish, work_start, working
from tonglu.toolkit.models import Work

from .changesets import Outcome, Tick, bulk_run, bulk_trash, bulk_update
from .forms import EntityForm
from .registry import entity_by_slug
from .spec import Entity
from .verbs import verb_params

KIND = "entities.bulk"
AT_ONCE = 2_000
AT_MOST = 100_000
EDIT, TRASH, VERB = "edit", "trash", "verb"


@dataclass(frozen=True, kw_only=True)
class BulkAct:
    """What is done: `act` is edit, trash or verb; `names` are the fields that are edited, `raw` what was typed for them."""

    act: str
    title: str
    verb: str = ""
    names: Sequence[str] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)


def bulk_do(
    *,
    actor: policy.Actor,
    entity: Entity,
    ids: Sequence[int],
    act: BulkAct,
    tick: Tick | None = None,
) -> Outcome:
    """Do it now; Invalid when what was typed is not clean, before anything is changed."""
    told: dict[str, Any] = {
        "actor": actor,
        "model": entity.model,
        "ids": ids,
        "title": act.title,
        "tick": tick,
    }
    if act.act == TRASH:
        return bulk_trash(**told)
    if act.act == EDIT:
        form = EntityForm(entity, actor, act.raw, names=act.names, partial=True)
        return bulk_update(values=form.clean(), **told)
    verb = entity.verb(act.verb)
    if verb is None:
        raise NotFound(N_("There is no such act."))
    return bulk_run(verb=verb.name, params=verb_params(actor, verb, act.raw), **told)


def bulk_start(*, actor: policy.Actor, entity: Entity, ids: Sequence[int], act: BulkAct) -> Work:
    """Ask for it as a job."""
    work = work_start(actor=actor, kind=KIND, title=act.title, total=len(ids))
    defer(
        KIND,
        work_id=work.pk,
        person_id=actor.person_id,
        slug=entity.slug,
        ids=list(ids),
        act=asdict(act),
    )
    return work


@task(name=KIND, retries=0)
def bulk_job(
    *, work_id: int, person_id: int, slug: str, ids: list[int], act: dict[str, Any]
) -> None:
    """Do a bulk act with the rights its person has by now."""
    actor = policy.actor_of(person_by_id(person_id))
    entity = entity_by_slug(slug)
    with working(work_id) as progress, translation.override(actor.language):
        outcome = bulk_do(actor=actor, entity=entity, ids=ids, act=BulkAct(**act), tick=progress)
        changeset = outcome.changeset
        url = f"{entity.url()}changes/{changeset.pk}/" if changeset else ""
        result = {"rows": outcome.done, "refused": len(outcome.refused), "url": url}
        work_finish(work_id, result=result)
