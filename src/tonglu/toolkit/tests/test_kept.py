"""A kept fragment is drawn once for its values, and never holds what was somebody else's."""

from dataclasses import dataclass, field

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

from tonglu.toolkit.templatetags.kept import MARK, MOST, kept_count


@dataclass(frozen=True)
class Counted:
    """A text that counts how often it is drawn; equal to another by its text alone."""

    text: str
    drawn: list = field(default_factory=list, hash=False, compare=False)

    def __str__(self):
        self.drawn.append(1)
        return self.text


def test_a_fragment_is_drawn_once_for_the_same_values():
    page = Template("{% kept word=word %}<b>{{ word }}</b>{% endkept %}")
    first, again, other = Counted("a"), Counted("a"), Counted("<")

    drawn = [page.render(Context({"word": word})) for word in (first, again, other)]

    assert drawn == ["<b>a</b>", "<b>a</b>", "<b>&lt;</b>"]
    assert (first.drawn, again.drawn, other.drawn) == ([1], [], [1])


def test_two_fragments_with_the_same_values_stay_apart():
    page = Template(
        "{% kept n=n %}one {{ n }}{% endkept %}, {% kept n=n %}two {{ n }}{% endkept %}"
    )

    assert page.render(Context({"n": 1})) == "one 1, two 1"
    assert page.render(Context({"n": 1})) == "one 1, two 1"


def test_what_is_not_named_is_not_seen_inside():
    page = Template("{% kept n=n %}{{ n }}{{ person }}{{ request }}{% endkept %}{{ person }}")

    assert page.render(Context({"n": 1, "person": "Ana", "request": "hers"})) == "1Ana"


def test_each_language_has_its_own_text():
    page = Template('{% kept n=1 %}{% translate "Search" %}{% endkept %}')

    with translation.override("en"):
        english = page.render(Context())
    with translation.override("zh-hans"):
        chinese = page.render(Context())

    assert (english, chinese) == ("Search", "搜索")


def test_the_token_is_each_requests_own():
    page = Template("{% kept n=1 %}<form>{% csrf_token %}</form>{% endkept %}")

    hers, his = (page.render(Context({"csrf_token": token})) for token in ("hers", "his"))

    assert 'value="hers"' in hers
    assert "his" not in hers
    assert 'value="his"' in his
    assert "hers" not in his
    assert MARK not in hers + his


def test_values_without_a_hash_are_drawn_anew():
    page = Template("{% kept words=words %}{{ words|length }}{% endkept %}")
    before = kept_count()

    assert [page.render(Context({"words": words})) for words in (["a"], ["a", "b"])] == ["1", "2"]
    assert kept_count() == before


def test_nothing_is_kept_while_templates_are_being_written(settings):
    settings.DEBUG = True
    page, word = Template("{% kept word=word %}{{ word }}{% endkept %}"), Counted("a")

    page.render(Context({"word": word}))
    page.render(Context({"word": word}))

    assert len(word.drawn) == 2


def test_what_was_not_asked_for_longest_makes_room():
    page = Template("{% kept word=word %}{{ word }}{% endkept %}")
    first = Counted("first")
    for word in (first, *(Counted(str(n)) for n in range(MOST))):
        page.render(Context({"word": word}))

    page.render(Context({"word": first}))

    assert kept_count() == MOST
    assert len(first.drawn) == 2


def test_a_value_without_a_name_is_refused():
    with pytest.raises(TemplateSyntaxError):
        Template("{% kept shell.areas %}{% endkept %}")
