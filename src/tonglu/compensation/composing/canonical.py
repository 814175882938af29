"""A plan's neutral form in one spelling, and what keeps it from being read, piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tonglu.compensation.core.clawback import clawback_from
from tonglu.compensation.core.faults import PayFault, fault
from tonglu.compensation.core.model.component import component_from
from tonglu.compensation.core.model.plan import Plan, plan_from_dict, version_from_dict
from tonglu.compensation.core.model.writing import plain, plan_to_dict
from tonglu.compensation.core.payment.rule import rule_from
from tonglu.compensation.core.release import schedule_from
from tonglu.kernel.text import N_

_SHARED = ("quota", "window", "target_incentive", "measure", "starting_value")
ORDER = (
    "id", "title", "currency", "effective_from", "effective_to", "version_select", "components",
    "release", "payment", "clawback", "caps", "floors", "rounding", "examples",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Unread:
    """A piece the engine refuses: which component (None: the plan), where in the neutral form, and why."""

    component: int | None
    path: tuple[str | int, ...]
    message: str


def canonical(raw: Any) -> dict[str, Any]:
    """The plan in one spelling and order; PayFault when the engine cannot read it."""
    return canonical_of(plan_from_dict(raw))


def canonical_of(plan: Plan) -> dict[str, Any]:
    """One version's fields side by side; several versions as they are."""
    written = plan_to_dict(plan)
    versions = written.pop("versions", None)
    if versions is not None and len(versions) == 1:
        written = {**written, **versions[0]}
    elif versions is not None:
        return {**written, "versions": versions}
    for key, spell in _PARTS.items():
        if written.get(key):
            written[key] = _spelt(spell, written[key])
    known = {key: written.pop(key) for key in ORDER if key in written}
    return {**known, **written}


def one_version(raw: Any) -> bool:
    """Whether the form can show it: one version, given by its fields."""
    return isinstance(raw, Mapping) and "versions" not in raw


def unread(raw: Any) -> list[Unread]:
    """Every component and part that cannot be read, in reading order; empty when the plan can."""
    if not isinstance(raw, Mapping):
        return [Unread(component=None, path=(), message=_("A plan is a set of named fields."))]
    found = list(_components(raw)) if one_version(raw) else []
    if not found:
        found = list(_whole(raw))
    return found


def readable_part(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The plan without the components that cannot be read, so that the rest can be worked out."""
    bad = {one.component for one in _components(raw)}
    kept = [one for at, one in enumerate(raw.get("components") or ()) if at not in bad]
    return {**raw, "components": kept}


def _components(raw: Mapping[str, Any]) -> Iterator[Unread]:
    shared = {key: raw[key] for key in _SHARED if key in raw}
    components = raw.get("components") or ()
    if not isinstance(components, (list, tuple)):
        return
    for at, one in enumerate(components):
        error = _refusal({**shared, **one} if isinstance(one, Mapping) else one)
        if error is not None:
            field = error.params.get("field") or _culprit(one, error)
            path: tuple[str | int, ...] = ("components", at, *((str(field),) if field else ()))
            yield Unread(component=at, path=path, message=error.text(_))


def _refusal(component: Any) -> PayFault | None:
    try:
        component_from(component)
    except PayFault as error:
        return error
    return None


def _culprit(component: Any, error: PayFault) -> str:
    """The field without which the component is refused no longer, or for another reason."""
    if not isinstance(component, Mapping):
        return ""
    for key in component:
        found = _refusal({name: value for name, value in component.items() if name != key})
        if key != "id" and (found is None or found.code != error.code):
            return str(key)
    return ""


def _whole(raw: Mapping[str, Any]) -> Iterator[Unread]:
    try:
        plan_from_dict(raw)
    except PayFault as error:
        field = error.params.get("field")
        yield Unread(component=None, path=(str(field),) if field else (), message=error.text(_))
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        yield Unread(component=None, path=(), message=str(error))


def example_version(raw: Mapping[str, Any]) -> Any:
    """The engine's version of what can be read; PayFault when nothing can."""
    part = readable_part(raw)
    if not part["components"]:
        raise fault("no_components", N_("The plan has no components."))
    return version_from_dict({k: v for k, v in part.items() if k != "version_select"})


def _spelt(spell: Callable[[Any], Any], raw: Any) -> Any:
    """The canonical spelling; what cannot be read is left for the check to name."""
    try:
        return spell(raw)
    except (PayFault, TypeError, ValueError, AttributeError):
        return raw


_PARTS: Mapping[str, Callable[[Any], Any]] = {
    "release": lambda raw: plain(schedule_from(raw)),
    "payment": lambda raw: [{"type": rule_from(one).type, **plain(rule_from(one))} for one in raw],
    "clawback": lambda raw: plain(clawback_from(raw)),
}
