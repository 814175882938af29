"""Pages are set from data; nothing typed by a person becomes a command."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from django.template import TemplateDoesNotExist

from tonglu.toolkit import pdf

TEMPLATE = """#let data = json(bytes(sys.inputs.data))
#set page(width: 10cm, height: 5cm)
#set text(font: "Noto Sans SC")
#data.title: #data.amount
"""


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "sales").mkdir()
    (tmp_path / "sales/quote.typ").write_text(TEMPLATE)
    monkeypatch.setattr(pdf, "get_app_template_dirs", lambda _name: (tmp_path,))
    pdf._template.cache_clear()
    return "sales/quote.typ"


def test_a_page_with_chinese_text_is_made(template: str) -> None:
    made = pdf.pdf_render(template, {"title": "报价单", "amount": Decimal("12.50")})

    assert made.startswith(b"%PDF-")
    assert b"NotoSansSC" in made


def test_typed_commands_stay_text(template: str) -> None:
    made = pdf.pdf_render(template, {"title": '#read("/etc/passwd") #panic("no")', "amount": "1"})

    assert made.startswith(b"%PDF-")


def test_an_unknown_template_is_named(template: str) -> None:
    with pytest.raises(TemplateDoesNotExist, match=r"sales/nothing\.typ"):
        pdf.pdf_render("sales/nothing.typ", {})
