"""Tags for pages: `{% icon %}`, `{% assets %}`, and small filters that keep logic out of templates.

A builtin library: no `{% load %}` is needed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect, Select
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from tonglu.toolkit import requests
from tonglu.toolkit.ui import assets as built

register = template.Library()
_UNSAFE_IN_SCRIPTS = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


@register.simple_tag
def icon(name: str, classes: str = "", label: str = "") -> SafeString:
    """An icon of a sprite; decoration unless it has a label."""
    if not name:
        return SafeString("")
    return _icon(name, f"icon {classes}".strip(), str(label), built.sprite(name))


@lru_cache(maxsize=4096)
def _icon(name: str, css: str, label: str, sprite: str) -> SafeString:
    """Put together once for each look: a page shows a hundred."""
    if not label:
        return format_html(
            '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', css, sprite, name
        )
    return format_html(
        '<svg class="{}" role="img" aria-label="{}"><use href="{}#{}"/></svg>',
        css,
        label,
        sprite,
        name,
    )


@register.simple_tag
def assets(name: str) -> SafeString:
    """The link, preload and script tags of one entry of the build."""
    found = built.bundle(name)
    styles = format_html_join(
        "\n", '<link rel="stylesheet" href="{}">', ((style,) for style in found.styles)
    )
    preloads = format_html_join(
        "\n", '<link rel="modulepreload" href="{}">', ((chunk,) for chunk in found.preloads)
    )
    script = (
        format_html('<script type="module" src="{}"></script>', found.script)
        if found.script
        else ""
    )
    return mark_safe(f"{styles}\n{preloads}\n{script}")


@register.simple_tag
def asset_script(name: str) -> str:
    """The address of an entry's script alone, for the one that must run before the first paint."""
    return built.bundle(name).script


@register.simple_tag
def styles(name: str) -> SafeString:
    """The link to a style sheet of some pages only, written where their markup begins."""
    address = built.stylesheet(name)
    return format_html('<link rel="stylesheet" href="{}">', address) if address else SafeString("")


@register.simple_tag
def sprite_url() -> str:
    """The address of the first sprite, which holds all icons that scripts draw."""
    return built.sprite()


@register.simple_tag
def request_reference() -> str:
    """The id of this request, by which an operator finds its log lines."""
    return requests.request_id()


@register.filter
def attributes(values: Mapping[str, Any] | None) -> SafeString:
    """A mapping as HTML attributes: True gives a bare attribute, False and None leave it out."""
    shown = ((name, value) for name, value in (values or {}).items() if value not in (None, False))
    return mark_safe("".join(_attribute(name, value) for name, value in shown))


@register.filter
def data_script(value: Any, element_id: str) -> SafeString:
    """`json_script` in a third of its length for Chinese: letters stand as they are, what could end the element does not."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    safe = mark_safe(text.translate(_UNSAFE_IN_SCRIPTS))
    return format_html('<script id="{}" type="application/json">{}</script>', element_id, safe)


@register.filter
def tests_in(condition: str | None) -> int:
    """How many lines the condition builder will draw for a condition in JSON, so that room is kept for them."""
    return str(condition or "").count('"field"')


@register.filter
def control(field: BoundField) -> SafeString:
    """A form field's control with the classes and descriptions of this product."""
    base = _control_class(field)
    given = str(field.field.widget.attrs.get("class", ""))
    attrs: dict[str, str | bool] = {
        "class": f"{base} {given}{' is-invalid' if field.errors else ''}".strip()
    }
    if field.errors:
        attrs |= {"aria-invalid": "true", "aria-describedby": f"{field.auto_id}_error"}
    elif field.help_text:
        attrs["aria-describedby"] = f"{field.auto_id}_hint"
    return field.as_widget(attrs=attrs)


@register.filter
def is_check(field: BoundField) -> bool:
    """Whether the label belongs behind the control."""
    return isinstance(field.field.widget, CheckboxInput)


def _control_class(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, (CheckboxInput, RadioSelect)):
        return "form-check-input"
    return "form-select" if isinstance(widget, Select) else "form-control"


def _attribute(name: str, value: Any) -> str:
    if value is True:
        return f" {conditional_escape(name)}"
    return format_html(' {}="{}"', name, value)


@register.filter
def initials(name: object) -> str:
    """Two letters or characters that stand for a person: `Ana Silva` -> AS, 王小明 -> 小明."""
    words = str(name or "").split()
    if not words:
        return "?"
    if len(words) == 1:
        return words[0][-2:] if ord(words[0][0]) > 0x2E80 else words[0][:2].upper()
    return (words[0][0] + words[-1][0]).upper()


@register.filter
def hue(name: object) -> int:
    """A stable colour number 1-8 for a name, used by avatars and tags (`hue-3`)."""
    return sum(str(name).encode()) % 8 + 1
