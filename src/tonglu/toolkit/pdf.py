"""PDF pages from Typst templates: `pdf_render("orders/quote.typ", {...})`.

A template lies in a module's `templates/` folder beside the HTML ones and reads its values with
`#let data = json(bytes(sys.inputs.data))`. Values arrive as data and never as markup, so nothing a person typed can become
a command. Fonts come with the product; without them those of the system are taken.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.template import TemplateDoesNotExist
from django.template.utils import get_app_template_dirs


def pdf_render(template_name: str, values: Mapping[str, Any]) -> bytes:
    """The finished PDF file; raises `TemplateDoesNotExist` for an unknown name."""
    import typst  # heavy: only who makes a PDF pays for it

    template = _template(template_name)
    pdf = typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False)},
    )
    return bytes(pdf)


@lru_cache
def _fonts() -> Any:
    """All fonts, searched once: reading a system's fonts takes longer than setting a page."""
    import typst

    folder = settings.BASE_DIR / "fonts"
    return typst.Fonts(font_paths=[str(folder)] if folder.is_dir() else [])


@lru_cache
def _template(name: str) -> Path:
    for folder in get_app_template_dirs("templates"):
        path = Path(folder) / name
        if path.is_file():
            return path
    raise TemplateDoesNotExist(name)
