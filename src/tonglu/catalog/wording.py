"""What a line is called: as long as its words are the product's own name, they are said in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tonglu.toolkit.listed import local_name


def line_words(description: str, product: Any) -> str:
    """What was written, unless it is the product's own name in either language: that is said in the one that is spoken."""
    if product is None or description not in ("", product.name, product.name_zh):
        return description
    return local_name(product.name, product.name_zh)


def line_worded(line: Any) -> Mapping[str, str]:
    """The words of a line for its table on a page."""
    return {"description": line_words(line.description, line.product)}
