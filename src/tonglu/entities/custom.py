"""Custom fields as fields: read once per change of their definitions, in both languages.

Definitions are kept in memory per process under the epoch `custom_fields`, which the write door bumps in the transaction that
saves a definition.
"""

from __future__ import annotations

from collections import defaultdict

from django.utils.functional import lazy

from tonglu.directory.epochs import cached
from tonglu.directory.memory import remember

from .fieldtypes import Field, Type, in_language
from .models import CustomField

_localized = lazy(in_language, str)


def custom_fields(kind: str) -> dict[str, Field]:
    """The active custom fields of a kind by name (`custom.<key>`)."""
    return remember("custom_fields", lambda: cached("custom_fields", _load)).get(kind, {})


def options_of(text: str) -> tuple[tuple[str, str], ...]:
    """The options of a list field: one per line, `value = label = 中文`, where label and Chinese may be left out."""
    found = []
    for line in text.splitlines():
        parts = [part.strip() for part in line.split("=")]
        if parts[0]:
            label = parts[1] if len(parts) > 1 and parts[1] else parts[0]
            chinese = parts[2] if len(parts) > 2 else ""
            found.append((parts[0], _localized(label, chinese)))
    return tuple(found)


def _load() -> dict[str, dict[str, Field]]:
    kinds: dict[str, dict[str, Field]] = defaultdict(dict)
    for row in CustomField.objects.filter(active=True, deleted_at__isnull=True):
        name = f"custom.{row.key}"
        kinds[row.kind][name] = Field(
            name=name,
            label=_localized(row.label, row.label_zh),
            type=Type(row.type),
            path=name,
            required=row.required,
            choices=options_of(row.options),
            related=row.related,
            help=row.help,
            max_length=500 if row.type == Type.TEXT else None,
        )
    return dict(kinds)
