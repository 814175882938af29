"""What templates are made of."""

import json
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation

from tonglu.kernel.condition import OPERATORS
from tonglu.toolkit.templatetags.ui import attributes, control, hue, initials
from tonglu.toolkit.ui import assets
from tonglu.toolkit.ui.charts import Chart, Series
from tonglu.toolkit.ui.conditions import ConditionField, spec


def drawn(source, **context):
    return Template(source).render(Context(context))


def test_an_icon_is_decoration_unless_it_has_a_label():
    assert 'aria-hidden="true"' in drawn('{% icon "target" %}')
    assert 'role="img" aria-label="Won"' in drawn('{% icon "target" label="Won" %}')
    assert drawn('{% icon "" %}') == ""


@pytest.fixture
def built(monkeypatch, tmp_path):
    """A build of two sprites and a style sheet of some pages."""
    manifest = tmp_path / "manifest.json"
    manifest.write_text(
        '{"icons.svg": {"file": "icons-1.svg", "names": ["target"]}, "icons-more.svg": {"file": "icons-more-2.svg"},'
        ' "src/css/board.css": {"file": "board-3.css"}}'
    )
    monkeypatch.setattr(assets, "MANIFEST", manifest)
    caches = assets._built_once, assets._manifest, assets._sprites
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


@pytest.mark.usefixtures("built")
def test_an_icon_comes_from_the_sprite_that_holds_it():
    assert "/dist/icons-1.svg#target" in drawn('{% icon "target" %}')
    assert "/dist/icons-more-2.svg#trophy" in drawn('{% icon "trophy" %}')
    assert drawn("{% sprite_url %}").endswith("/dist/icons-1.svg")


@pytest.mark.parametrize(
    ("value", "room"),
    [
        ("", ""),
        ("{}", ""),
        ('{"all": [{"field": "a", "op": "="}, {"field": "b", "op": "="}]}', "--lines: 2"),
    ],
)
def test_room_is_kept_for_the_lines_that_the_builder_will_draw(value, room):
    kept = {"id": "entry", "name": "entry", "value": value, "spec": {}}

    page = render_to_string("web/components/conditions.html", kept)

    assert (f'style="{room}"' if room else "") in page
    assert page.count("style=") == bool(room)


@pytest.mark.usefixtures("built")
def test_styles_of_some_pages_are_linked_where_they_are_needed():
    assert (
        drawn('{% styles "board" %}') == '<link rel="stylesheet" href="/static/dist/board-3.css">'
    )
    assert drawn('{% styles "unknown" %}') == ""


def test_data_for_scripts_keeps_its_letters_and_cannot_end_its_element():
    words = drawn('{{ words|data_script:"w" }}', words={"close": "关闭", "bad": "</script><b>&"})

    assert words.startswith('<script id="w" type="application/json">{"close":"关闭",')
    assert words.count("<") == 2
    assert "&" not in words
    inside = words.removeprefix('<script id="w" type="application/json">').removesuffix("</script>")
    assert json.loads(inside)["bad"] == "</script><b>&"


def test_a_checkout_without_built_assets_still_draws_pages(monkeypatch, tmp_path):
    monkeypatch.setattr(assets, "MANIFEST", tmp_path / "manifest.json")
    assets._built_once.cache_clear()

    assert assets.bundle("src/app.js") == assets.Bundle()
    assert assets.sprite() == ""

    assets._built_once.cache_clear()


def test_an_entry_brings_its_styles_and_the_chunks_it_needs(monkeypatch, tmp_path):
    manifest = tmp_path / "manifest.json"
    manifest.write_text(
        '{"src/app.js": {"file": "app-1.js", "css": ["app-1.css"], "imports": ["_dom.js"]},'
        ' "_dom.js": {"file": "dom-2.js"}}'
    )
    monkeypatch.setattr(assets, "MANIFEST", manifest)
    assets._built_once.cache_clear()
    assets._manifest.cache_clear()

    found = assets.bundle("src/app.js")

    assert found.script == "/static/dist/app-1.js"
    assert found.styles == ("/static/dist/app-1.css",)
    assert found.preloads == ("/static/dist/dom-2.js",)
    assets._built_once.cache_clear()
    assets._manifest.cache_clear()


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ana Silva", "AS"),
        ("Ana Maria Silva", "AS"),
        ("王小明", "小明"),
        ("李娜", "李娜"),
        ("ben", "BE"),
        ("", "?"),
        (None, "?"),
    ],
)
def test_a_person_is_known_by_two_letters(name, letters):
    assert initials(name) == letters


def test_a_name_keeps_its_colour():
    assert hue("Ana Silva") == hue("Ana Silva")
    assert 1 <= hue("王小明") <= 8


def test_attributes_leave_out_what_is_false_and_quote_the_rest():
    values = {"required": True, "disabled": False, "title": 'a "b"', "value": None}

    assert attributes(values) == ' required title="a &quot;b&quot;"'


class SampleForm(forms.Form):
    name = forms.CharField(help_text="As on the invoice.")
    kind = forms.ChoiceField(choices=[("a", "A")])
    is_key = forms.BooleanField(required=False)


def test_controls_carry_their_classes_and_point_at_their_hint_or_error():
    blank, refused = SampleForm(), SampleForm({"kind": "a"})

    assert 'class="form-control"' in control(blank["name"])
    assert 'aria-describedby="id_name_hint"' in control(blank["name"])
    assert 'class="form-select"' in control(blank["kind"])
    assert 'class="form-check-input"' in control(blank["is_key"])
    assert 'aria-describedby="id_name_error"' in control(refused["name"])
    assert "is-invalid" in control(refused["name"])


def test_a_chart_has_the_same_figures_in_its_table():
    chart = Chart(
        title="Won",
        labels=("May", "June"),
        series=(
            Series(name="Won", values=(Decimal("1234.50"), None), urls=("/may/", "/june/")),
            Series(name="Deals", values=(12, 3)),
        ),
    )

    cells = [[(cell.text, cell.url) for cell in row.cells] for row in chart.rows]

    assert cells == [
        [("1,234.50", "/may/"), ("12", "")],
        [("–", "/june/"), ("3", "")],
    ]
    assert chart.data["series"][0]["values"] == [1234.5, None]


def test_a_chart_of_nothing_says_so():
    assert Chart(title="Won", labels=("May",), series=(Series(name="Won", values=(0,)),)).is_empty


def test_fractions_are_shown_as_percentages():
    chart = Chart(
        title="Rate",
        labels=("May",),
        series=(Series(name="Rate", values=(Decimal("0.125"),)),),
        percent=True,
    )

    assert next(chart.rows).cells[0].text == "12.5%"


def test_the_builder_offers_the_comparisons_of_the_rule_language():
    offered = spec([ConditionField(name="amount", label="Amount", type="money")])["operators"]

    assert [name for name, _words, _shape in offered["money"]] == [
        o.name for o in OPERATORS["money"]
    ]
    assert offered["person"][0] == ("me", "is me", "none")
    assert ("within", "is within", "range") in offered["date"]


def test_the_builder_speaks_the_language_of_the_page():
    with translation.override("zh-hans"):
        offered = spec([])

    assert ("within", "在期间", "range") in offered["operators"]["date"]
    assert ["this_month", "本月"] in offered["ranges"]


def test_a_looked_up_field_brings_the_names_of_chosen_records():
    field = ConditionField(
        name="account", label="Account", type="record", url="/lookup/", labels={"7": "Huachen"}
    )

    assert spec([field])["fields"] == [
        {
            "name": "account",
            "label": "Account",
            "type": "record",
            "url": "/lookup/",
            "labels": {"7": "Huachen"},
        }
    ]


def test_a_page_leaves_room_for_a_chart_of_many_lying_bars() -> None:
    def chart(count: int, kind: str) -> Chart:
        names = tuple(str(n) for n in range(count))
        return Chart(
            title="T", labels=names, series=(Series(name="S", values=(1,) * count),), kind=kind
        )

    assert chart(8, "hbar").height == chart(20, "bar").height == 0
    assert chart(15, "hbar").height == 24 * 15 + 50
    page = render_to_string("web/components/chart.html", {"id": "c", "chart": chart(15, "hbar")})
    assert 'style="block-size:410px"' in page
