"""Message catalogues without GNU gettext: `python -m tools.messages update | check | compile`.

English sentences stand in the code and are their own keys; each module keeps its Chinese ones in
`src/tonglu/<module>/locale/zh_Hans/LC_MESSAGES/django.po`, in the order of its files. `update` writes new sentences there (taking
over what another module already says), `check` refuses what a reader would notice, `compile` makes the binary files.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import normalize, read_po

SOURCE = Path(__file__).resolve().parent.parent / "src" / "tonglu"
CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
HEADER = """msgid ""
msgstr ""
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""
KEYWORDS = {
    **dict.fromkeys(("_", "N_", "gettext", "gettext_lazy", "gettext_noop"), (1,)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
    **dict.fromkeys(("DomainError", "Denied", "NotFound", "Stale", "TooMany"), (1,)),
}
KNOWN_TO_DJANGO = ("config",)  # the names of languages, which Django translates itself
CJK = re.compile(r"[\u3400-\u9fff\uff00-\uffef]")
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
TEMPLATE_CALL = re.compile(
    r"\b(n?p?gettext|_)\(((?:[^()'\"]|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")*)\)"
)
TEMPLATE_COMMENT = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", re.S)
TEMPLATE_CHINESE_ALLOWED = re.compile(r"lang=\"zh[^\"]*\"[^>]*>[^<]*<")

Key = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Message:
    """A sentence, where it is said, and how it is said in Chinese."""

    id: str
    plural: str = ""
    context: str = ""
    chinese: str = ""
    fuzzy: bool = False
    files: tuple[str, ...] = field(default=())

    @property
    def key(self) -> Key:
        return (self.context, self.id)


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=("update", "check", "compile"))
    parser.add_argument("modules", nargs="*", help="only these modules")
    given = parser.parse_args(arguments)
    chosen = [module for module in modules() if not given.modules or module.name in given.modules]
    if given.command == "compile":
        compile_stale(chosen)
        return 0
    if given.command == "update":
        update(chosen)
        return 0
    problems = check(chosen)
    print("\n".join(problems) or "Every sentence is in both languages.")
    return 1 if problems else 0


def modules() -> list[Path]:
    """The folders that keep a catalogue each."""
    found = (path.parent for path in SOURCE.glob("*/__init__.py"))
    return sorted(module for module in found if module.name not in KNOWN_TO_DJANGO)


def update(chosen: Iterable[Path]) -> None:
    """Write each module's catalogue anew from its sources; translations are kept, or taken from another module."""
    known = {message.key: message for module in modules() for message in stored(module).values()}
    for module in chosen:
        said = extracted(module)
        own = stored(module)
        merged = [
            _with_chinese(message, own.get(message.key) or known.get(message.key))
            for message in said
        ]
        path = module / CATALOGUE
        if merged:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(written(merged))
        missing = sum(not message.chinese for message in merged)
        print(f"{module.name}: {len(merged)} sentences, {missing} not translated")


def check(chosen: Iterable[Path]) -> list[str]:
    """What is wrong, one line each."""
    problems: list[str] = []
    for module in chosen:
        own = stored(module)
        for message in extracted(module):
            problems += _problems(module.name, message, own.get(message.key))
        problems += _chinese_in_templates(module)
    return [*problems, *_disagreements()]


def compile_stale(chosen: Iterable[Path] | None = None) -> int:
    """Make the binary catalogues that are missing or older than their source; returns how many."""
    made = 0
    for module in chosen or modules():
        source = module / CATALOGUE
        target = source.with_suffix(".mo")
        if not source.exists() or (
            target.exists() and target.stat().st_mtime > source.stat().st_mtime
        ):
            continue
        draft = target.with_suffix(".draft")
        with source.open("rb") as given, draft.open("wb") as out:
            write_mo(out, read_po(given, locale="zh_Hans"))
        draft.replace(target)
        made += 1
    return made


def extracted(module: Path) -> list[Message]:
    """What the module says, in the order of its files; a sentence said twice names both files."""
    found: dict[Key, Message] = {}
    for path in sorted(module.rglob("*")):
        if (
            path.suffix not in (".py", ".html", ".txt")
            or "tests" in path.parts
            or "migrations" in path.parts
        ):
            continue
        for message in _of_file(path):
            earlier = found.get(message.key)
            files = (*(earlier.files if earlier else ()), path.relative_to(module).as_posix())
            found[message.key] = replace(earlier or message, files=tuple(dict.fromkeys(files)))
    return list(found.values())


def stored(module: Path) -> dict[Key, Message]:
    """The module's catalogue as it is on disk."""
    path = module / CATALOGUE
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans")
    return {message.key: message for message in _of_catalogue(catalogue)}


def written(messages: Iterable[Message]) -> str:
    """The catalogue file: no dates and no line numbers, so that only what changed shows as changed."""
    parts = [HEADER]
    for message in messages:
        lines = [f"#: {name}" for name in message.files]
        lines += [f"msgctxt {normalize(message.context)}"] if message.context else []
        lines.append(f"msgid {normalize(message.id)}")
        if message.plural:
            lines.append(f"msgid_plural {normalize(message.plural)}")
        lines.append(f"msgstr{'[0]' if message.plural else ''} {normalize(message.chinese)}")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _of_file(path: Path) -> Iterator[Message]:
    content = path.read_text()
    if path.suffix == ".py":
        yield from _of_python(content)
    elif "{%" in content or "{{" in content:
        yield from _of_template(content, path)


def _of_python(content: str) -> Iterator[Message]:
    stream = BytesIO(content.encode())
    for _line, found, _comments, context in extract("python", stream, keywords=KEYWORDS):
        id, plural = (found, "") if isinstance(found, str) else (found[0], found[1])
        if id:
            yield Message(id=id, plural=plural, context=context or "")


def _of_template(content: str, path: Path) -> Iterator[Message]:
    """Django turns the template into calls of gettext; their literal arguments are the message."""
    from django.utils.translation.template import templatize

    for name, arguments in TEMPLATE_CALL.findall(templatize(content, origin=str(path))):
        words = _literals(arguments)
        context = words.pop(0) if "p" in name.replace("gettext", "") and words else ""
        plural = words[1] if name.startswith("n") and len(words) > 1 else ""
        if words and words[0]:
            yield Message(id=words[0], plural=plural, context=context)


def _literals(arguments: str) -> list[str]:
    """The string literals among the arguments of a call."""
    try:
        call = ast.parse(f"f({arguments})", mode="eval").body
    except SyntaxError:
        return []
    values = call.args if isinstance(call, ast.Call) else []
    return [
        one.value for one in values if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]


def _of_catalogue(catalogue: Catalog) -> Iterator[Message]:
    for message in catalogue:
        if not message.id:
            continue
        plural = isinstance(message.id, tuple | list)
        chinese = message.string[0] if isinstance(message.string, tuple | list) else message.string
        yield Message(
            id=message.id[0] if plural else str(message.id),
            plural=message.id[1] if plural else "",
            context=str(message.context or ""),
            chinese=chinese or "",
            fuzzy=message.fuzzy,
        )


def _with_chinese(message: Message, translated: Message | None) -> Message:
    return replace(message, chinese=translated.chinese) if translated else message


def _problems(module: str, message: Message, translated: Message | None) -> Iterator[str]:
    where = f"{module}: {message.files[0]}: {message.id!r}"
    if CJK.search(message.id):
        yield f"{where} is not English"
    if translated is None or not translated.chinese:
        yield f"{where} has no Chinese"
    elif translated.fuzzy:
        yield f"{where} is marked fuzzy"
    elif not _same_places(message, translated.chinese):
        yield f"{where} has other placeholders in Chinese: {translated.chinese!r}"


def _same_places(message: Message, chinese: str) -> bool:
    """Chinese has one plural form, which may name the number or leave it out as either English form does."""
    allowed = [set(PLACE.findall(text)) for text in (message.id, message.plural) if text]
    return set(PLACE.findall(chinese)) in allowed


def _disagreements() -> Iterator[str]:
    """Django joins all catalogues into one, so a sentence must be the same in each: a context tells two meanings apart."""
    said: dict[Key, dict[str, str]] = defaultdict(dict)
    for module in modules():
        for message in stored(module).values():
            if message.chinese:
                said[message.key].setdefault(message.chinese, module.name)
    for (_context, id), ways in said.items():
        if len(ways) > 1:
            yield f"{id!r} is said differently: " + ", ".join(f"{m}: {c}" for c, m in ways.items())


def _chinese_in_templates(module: Path) -> Iterator[str]:
    """Text of a page belongs into the catalogue; only the name of a language is written in that language."""
    for path in sorted(module.rglob("templates/**/*.html")):
        text = TEMPLATE_COMMENT.sub("", path.read_text())
        if CJK.search(TEMPLATE_CHINESE_ALLOWED.sub("", text)):
            yield f"{module.name}: {path.relative_to(module)} holds Chinese outside the catalogue"


if __name__ == "__main__":
    sys.exit(main())
