"""The plan as YAML: exact numbers, names in reading order, and errors that say the line."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from re import compile as pattern
from typing import Any

import yaml
from django.utils.translation import gettext as _

from tonglu.compensation.check import ExactLoader
from tonglu.compensation.core.model.writing import plain

_PLAIN = pattern(r"-?(0|[1-9]\d*)\.\d+|\d{4}-\d\d-\d\d")
_LONGEST = 1_000_000


@dataclass(frozen=True, kw_only=True)
class TextError:
    """What is wrong with a text, and in which line."""

    message: str
    line: int | None = None
    is_error: bool = True

    def text(self) -> str:
        """The sentence, with its line first when it is known."""
        if self.line is None:
            return self.message
        return _("Line %(line)s: %(message)s") % {"line": self.line, "message": self.message}


class Unreadable(ValueError):
    """The text is no YAML."""

    def __init__(self, error: TextError) -> None:
        super().__init__(error.text())
        self.error = error


class _Dumper(yaml.SafeDumper):
    """Decimals and days without quotes; short lists of numbers on one line."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    if _PLAIN.fullmatch(value):
        tag = "tag:yaml.org,2002:float" if "." in value else "tag:yaml.org,2002:timestamp"
        return dumper.represent_scalar(tag, value)
    return yaml.SafeDumper.represent_str(dumper, value)


def _list(dumper: _Dumper, value: list[Any]) -> yaml.SequenceNode:
    flat = all(one is None or isinstance(one, (int, str, bool)) for one in value)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=flat or None)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _list)


def yaml_of(raw: Any) -> str:
    """Plain values as YAML that reads back to the same values."""
    return yaml.dump(
        raw,
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=100,
        default_flow_style=False,
    )


def yaml_read(text: str) -> Any:
    """The plain values a text holds: numbers exact, days as text; Unreadable with its line otherwise."""
    if len(text) > _LONGEST:
        raise Unreadable(TextError(message=_("The text is too long.")))
    try:
        return deepcopy(_loaded(text))
    except yaml.MarkedYAMLError as error:
        raise Unreadable(_marked(error)) from error
    except (yaml.YAMLError, ValueError, ArithmeticError, RecursionError) as error:
        raise Unreadable(TextError(message=str(error))) from error


@lru_cache(maxsize=256)
def _loaded(text: str) -> Any:
    """The pieces of text on a desk are read again at each key; most have not changed."""
    return plain(yaml.load(text, Loader=ExactLoader))


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    """The line at which the deepest part of a path stands."""
    try:
        node = yaml.compose(text, Loader=ExactLoader)
    except yaml.YAMLError:
        return None
    line = None
    for step in path:
        found = _step(node, step)
        if found is None:
            break
        line, node = found
    return line


def _step(node: Any, step: str | int) -> tuple[int, Any] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        inner = node.value[step]
        return inner.start_mark.line + 1, inner
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line + 1, value
    return None


def _marked(error: yaml.MarkedYAMLError) -> TextError:
    mark = error.problem_mark or error.context_mark
    said = error.problem or error.context or str(error)
    return TextError(
        message=_("This cannot be read: %(reason)s.") % {"reason": said},
        line=None if mark is None else mark.line + 1,
    )
