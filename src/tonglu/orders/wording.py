"""What a line is called. A line keeps its words; as long as they are the product's own name, they are said in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils import translation

from tonglu.toolkit.listed import local_name


def line_words(description: str, product: Any) -> str:
    """What was written, unless it is the product's own name in either language: that is said in the one that is spoken."""
    if product is None or description not in ("", product.name, product.name_zh):
        return description
    return local_name(product.name, product.name_zh)


def product_words(product: Any, language: str) -> str:
    """The name of a product in the language of a document, or in the one that is spoken where a document has none."""
    with translation.override(language or translation.get_language()):
        return local_name(product.name, product.name_zh)
