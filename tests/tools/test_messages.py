"""The message tool finds every sentence, and refuses what a reader would notice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import messages


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A source tree with one module in it."""
    monkeypatch.setattr(messages, "SOURCE", tmp_path)
    module = tmp_path / "sales"
    (module / "templates").mkdir(parents=True)
    (module / "__init__.py").touch()
    return module


def say(module: Path, code: str) -> None:
    (module / "rules.py").write_text(code)


def translate(module: Path, entries: str) -> None:
    path = module / messages.CATALOGUE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(messages.HEADER + "\n" + entries)


def test_sentences_are_found_in_code(module: Path) -> None:
    say(
        module,
        '_("Won")\nN_("Lost")\npgettext("stage", "Open")\nngettext("%(n)s deal", "%(n)s deals", n)\n'
        'raise Denied("Not yours.", params={})\nprint("not a sentence")\n',
    )

    found = messages.extracted(module)

    assert [(m.context, m.id, m.plural) for m in found] == [
        ("", "Won", ""),
        ("", "Lost", ""),
        ("stage", "Open", ""),
        ("", "%(n)s deal", "%(n)s deals"),
        ("", "Not yours.", ""),
    ]


def test_sentences_are_found_in_templates(module: Path) -> None:
    (module / "templates/page.html").write_text(
        '<h1>{% translate "Deals" %}</h1>{{ title|default:_("None") }}'
        '{% translate "Open" context "stage" %}'
        "{% blocktranslate count n=rows %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}"
    )

    found = messages.extracted(module)

    assert [(m.context, m.id, m.plural) for m in found] == [
        ("", "Deals", ""),
        ("", "None", ""),
        ("stage", "Open", ""),
        ("", "%(n)s row", "%(n)s rows"),
    ]


def test_update_keeps_translations_and_takes_over_those_of_other_modules(module: Path) -> None:
    other = module.parent / "orders"
    other.mkdir()
    (other / "__init__.py").touch()
    translate(other, 'msgid "Draft"\nmsgstr "草稿"\n')
    translate(module, 'msgid "Won"\nmsgstr "赢单"\n\nmsgid "Gone"\nmsgstr "旧"\n')
    say(module, '_("Won")\n_("Draft")\n_("New")\n')

    messages.update([module])

    kept = {key[1]: message.chinese for key, message in messages.stored(module).items()}
    assert kept == {"Won": "赢单", "Draft": "草稿", "New": ""}


def test_updating_twice_changes_nothing(module: Path) -> None:
    say(module, '_("Line one\\nline two “quoted”")\n')
    messages.update([module])
    first = (module / messages.CATALOGUE).read_text()

    messages.update([module])

    assert (module / messages.CATALOGUE).read_text() == first


@pytest.mark.parametrize(
    ("code", "entries", "problem"),
    [
        ('_("Won")', "", "has no Chinese"),
        ('_("Won")', 'msgid "Won"\nmsgstr ""\n', "has no Chinese"),
        ('_("Won")', '#, fuzzy\nmsgid "Won"\nmsgstr "赢单"\n', "is marked fuzzy"),
        ('_("%(n)s won")', 'msgid "%(n)s won"\nmsgstr "%(m)s 赢单"\n', "other placeholders"),
        ('_("赢单")', 'msgid "赢单"\nmsgstr "赢单"\n', "is not English"),
    ],
)
def test_what_a_reader_would_notice_is_refused(
    module: Path, code: str, entries: str, problem: str
) -> None:
    say(module, code)
    translate(module, entries)

    (found,) = messages.check([module])

    assert problem in found


def test_a_sentence_is_the_same_in_every_module(module: Path) -> None:
    other = module.parent / "orders"
    other.mkdir()
    (other / "__init__.py").touch()
    translate(other, 'msgid "Name"\nmsgstr "名称"\n')
    translate(module, 'msgid "Name"\nmsgstr "姓名"\n')

    (found,) = messages.check([])

    assert found == "'Name' is said differently: orders: 名称, sales: 姓名"


def test_chinese_stands_in_the_catalogue_and_not_in_a_page(module: Path) -> None:
    page = module / "templates/page.html"
    page.write_text('{# 注释 #}<a lang="zh-Hans" href="x">中文</a>')
    assert messages.check([module]) == []

    page.write_text("<h1>商机</h1>")

    assert messages.check([module]) == [
        "sales: templates/page.html holds Chinese outside the catalogue"
    ]


def test_only_stale_catalogues_are_compiled(module: Path) -> None:
    translate(module, 'msgid "Won"\nmsgstr "赢单"\n')

    assert messages.compile_stale([module]) == 1
    assert messages.compile_stale([module]) == 0
