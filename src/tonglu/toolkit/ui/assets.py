"""Where the built front end lies: a name of the build's manifest -> the address a page links to.

The build writes hashed file names and `manifest.json`; this reads the manifest once, and again after every build while
DEBUG is on. A checkout that was never built gets empty addresses, so that pages still answer (in tests, on a server
that only runs the API) without styles.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.templatetags.static import static

MANIFEST = Path(__file__).resolve().parents[2] / "static" / "dist" / "manifest.json"


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """One entry of the manifest, as the addresses of its script, its styles and the chunks it needs at once."""

    script: str = ""
    styles: tuple[str, ...] = ()
    preloads: tuple[str, ...] = field(default=())


def bundle(name: str) -> Bundle:
    """The addresses of an entry such as `src/app.js`."""
    entries = _manifest(_stamp())
    if name not in entries:
        return Bundle()
    entry = entries[name]
    needed = [entries[key] for key in entry.get("imports", ())]
    styles = [style for part in [*needed, entry] for style in part.get("css", ())]
    return Bundle(
        script=_address(entry["file"]),
        styles=tuple(_address(style) for style in styles),
        preloads=tuple(_address(part["file"]) for part in needed),
    )


def stylesheet(name: str) -> str:
    """The address of a style sheet that only some pages link: such as `board`."""
    entry = _manifest(_stamp()).get(f"src/css/{name}.css")
    return _address(entry["file"]) if entry else ""


def sprite(name: str = "") -> str:
    """The address of the sprite that holds this icon; the first one for what scripts draw."""
    first, names, more = _sprites(_stamp())
    return first if not name or name in names else more


@lru_cache(maxsize=4)
def _sprites(stamp: float) -> tuple[str, frozenset[str], str]:
    """The first sprite, the icons in it, and the sprite of the others."""
    manifest = _manifest(stamp)
    if "icons.svg" not in manifest:
        return "", frozenset(), ""
    first, more = manifest["icons.svg"], manifest["icons-more.svg"]
    return _address(first["file"]), frozenset(first["names"]), _address(more["file"])


@lru_cache(maxsize=4)
def _manifest(stamp: float) -> dict[str, Any]:
    return json.loads(MANIFEST.read_text()) if stamp else {}


def _stamp() -> float:
    return _built_at() if settings.DEBUG else _built_once()


@lru_cache(maxsize=1)
def _built_once() -> float:
    return _built_at()


def _built_at() -> float:
    return MANIFEST.stat().st_mtime if MANIFEST.exists() else 0.0


def _address(file: str) -> str:
    return static(f"dist/{file}")
