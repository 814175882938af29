"""What a product is called in a document, and what a contract froze, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tonglu.toolkit.formatting import money_text
from tonglu.toolkit.listed import local_name


def product_words(product: Any, language: str) -> str:
    """The name of a product in the language of a document, or in the one that is spoken where a document has none."""
    with translation.override(language or translation.get_language()):
        return local_name(product.name, product.name_zh)


def plan_name(version: Mapping[str, Any]) -> str:
    """How a frozen plan version is called, in the reader's language as far as it was kept."""
    label = version.get("label") or version.get("name", "")
    return local_name(label, version.get("label_zh", ""))


def plans_told(versions: Iterable[Mapping[str, Any]]) -> str:
    """The pay plans that a contract froze, each once: their names and versions."""
    separator = "、" if (get_language() or "").startswith("zh") else ", "
    return separator.join(dict.fromkeys(plan_name(version) for version in versions))


def terms_told(terms: Mapping[str, Any]) -> str:
    """What a contract froze when it was signed: how many parts, and what they come to."""
    count = len(terms.get("lines", ()))
    parts = ngettext("%(count)d part", "%(count)d parts", count) % {"count": count}
    total = money_text(terms.get("total"), terms.get("currency", ""), get_language() or "en")
    return _("%(parts)s, %(total)s with VAT") % {"parts": parts, "total": total}
