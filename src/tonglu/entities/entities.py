"""The machine's own entity: custom fields are added on a page like any other record."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tonglu.kernel.errors import Invalid

from .fields import Type
from .models import CustomField
from .registry import all_entities, entity_declared
from .spec import Entity, Section


def _prepare(_actor: Any, row: CustomField, before: CustomField | None) -> None:
    """A field's kind, key and type are fixed once it exists: values are stored under them."""
    errors: dict[str, list[str]] = {}
    if row.type in {Type.CHOICE, Type.MULTI} and not row.options.strip():
        errors["options"] = [_("Give at least one option, one per line.")]
    if row.type == Type.FK and not entity_declared(row.related):
        errors["related"] = [_("Say which kind of record it points at.")]
    if before is not None:
        for name in ("kind", "key", "type"):
            if getattr(row, name) != getattr(before, name):
                errors[name] = [
                    _("This cannot change once values may be stored; add another field.")
                ]
    if errors:
        raise Invalid(errors)


def _kinds() -> list[tuple[str, Any]]:
    return [(entity.kind, entity.plural) for entity in all_entities()]


ENTITIES = (
    Entity(
        model=CustomField,
        slug="custom-fields",
        area="administration",
        icon="forms",
        title="label",
        subtitle="kind",
        columns=("label", "kind", "key", "type", "required", "active"),
        form=(
            Section(
                title=gettext_lazy("Field"),
                fields=("kind", "key", "label", "label_zh", "type", "options", "related"),
            ),
            Section(
                title=gettext_lazy("Use"),
                fields=("required", "help", "order", "active"),
            ),
        ),
        search=("label", "label_zh", "key"),
        filters=("kind", "type", "active"),
        choices={"kind": _kinds, "related": _kinds},
        sort="kind",
        import_key=("external_id",),
        prepare=_prepare,
        order=900,
        empty=gettext_lazy(
            "Fields your company needs beyond the standard ones. Add one, and it appears in lists, forms, filters, imports and the API."
        ),
    ),
)
