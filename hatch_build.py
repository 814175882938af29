"""Builds what a wheel carries beside Python: the front end's assets, message catalogues and the fonts of printed documents.

Runs inside `uv sync` (editable), `uv build` and `pip install`. The assets are built only when their sources changed since
the last time, judged by a digest of contents that is kept beside them. An sdist already carries them (it has a PKG-INFO),
so nothing is built from one. `TONGLU_SKIP_FRONTEND=1` keeps whatever is there, for machines without Node.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NPM_PACKAGE = "node_modules/@expo-google-fonts/noto-sans-sc"
FONTS = {
    "NotoSansSC-Regular.ttf": "400Regular/NotoSansSC_400Regular.ttf",
    "NotoSansSC-Bold.ttf": "700Bold/NotoSansSC_700Bold.ttf",
}
BEYOND_GB2312 = (
    *range(0x20, 0x7F),  # ASCII
    *range(0xA0, 0x180),  # Latin of western and central Europe
    *range(0x2010, 0x2040),  # dashes, quotes, ellipsis
    *(0x20A9, 0x20AC, 0x2030, 0x2103, 0x2116, 0x2122, 0x2190, 0x2191, 0x2192, 0x2193),
    *(0x2212, 0x2264, 0x2265, 0x25A1, 0x25CB, 0x25CF, 0x2610, 0x2611, 0x2713, 0x2717),
    *range(0x3000, 0x3020),  # CJK punctuation
    *range(0xFF00, 0xFFF0),  # full-width forms
)
# Characters of today's names that the national standard of 1980 lacks.
LATER_NAMES = "喆堃瑢昇钜镕禤祎奕煊淼焱犇翀旻昶珺玥璟赟頔晞栩珏琤翊"


class FrontendHook(BuildHookInterface[Any]):
    """The hook hatchling calls before it collects the files of a wheel or an sdist."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        if (root / "PKG-INFO").exists():
            return
        compile_messages(root)
        assets = root / "src/tonglu/static/dist"
        if os.environ.get("TONGLU_SKIP_FRONTEND") == "1" and assets.exists():
            return
        self._build(root, assets)

    def _build(self, root: Path, assets: Path) -> None:
        stamp, wanted = assets / "sources.sha256", sources_digest(root)
        fonts = root / "src/tonglu/fonts"
        fresh = stamp.exists() and stamp.read_text() == wanted
        if fresh and all((fonts / name).exists() for name in FONTS):
            return
        frontend = root / "frontend"
        install_packages(frontend)
        if not fresh:
            self.app.display_info("Building the front end")
            run("npm", "run", "build", folder=frontend)
            stamp.write_text(wanted)
        for name, path in FONTS.items():
            subset_font(frontend / NPM_PACKAGE / path, fonts / name)
        shutil.copyfile(frontend / NPM_PACKAGE / "LICENSE_FONT", fonts / "OFL.txt")


def compile_messages(root: Path) -> None:
    """Make the binary message catalogues; the tool is loaded from its file, since a build has no path to it."""
    spec = importlib.util.spec_from_file_location("tonglu_messages", root / "tools/messages.py")
    if spec is None or spec.loader is None:
        raise RuntimeError("tools/messages.py is missing.")
    tool = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = tool
    spec.loader.exec_module(tool)
    tool.compile_stale()


def sources_digest(root: Path) -> str:
    """One digest of everything the built assets depend on."""
    digest = hashlib.sha256()
    for path in source_files(root):
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def source_files(root: Path) -> Iterator[Path]:
    """The front end's own files, and the templates and declarations whose icons and classes it collects."""
    frontend = root / "frontend"
    yield from sorted(path for path in (frontend / "src").rglob("*") if path.is_file())
    yield from sorted([*frontend.glob("*.mjs"), *frontend.glob("*.js"), *frontend.glob("*.json")])
    yield from sorted((root / "src/tonglu").glob("*/templates/**/*.html"))
    yield from sorted((root / "src/tonglu").glob("*/entities*.py"))


def install_packages(frontend: Path) -> None:
    """`npm ci`, once per lock file."""
    lock = frontend / "package-lock.json"
    stamp, wanted = frontend / "node_modules/.locked", hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=frontend)
    stamp.write_text(wanted)


def run(program: str, *arguments: str, folder: Path) -> None:
    """Run a program of the machine; its absence and its failure stop the build with a sentence."""
    path = shutil.which(program)
    if path is None:
        raise RuntimeError(
            f"{program} is needed to build the front end: install Node.js 20 or newer."
        )
    subprocess.run([path, *arguments], cwd=folder, check=True)


def subset_font(source: Path, target: Path) -> None:
    """Keep the characters that business documents use: 10 MB of outlines become 2."""
    if target.exists():
        return
    from fontTools import subset  # only build environments have it

    options = subset.Options()
    options.layout_features = ["kern", "liga", "locl", "vert", "tnum"]
    options.hinting = False
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=document_characters())
    subsetter.subset(font)
    target.parent.mkdir(parents=True, exist_ok=True)
    subset.save_font(font, str(target), options)


def document_characters() -> set[int]:
    """GB 2312, Latin, punctuation, and characters of recent personal names."""
    rows = (bytes((high, low)) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    national = {ord(text) for row in rows if len(text := row.decode("gb2312", "ignore")) == 1}
    return national | set(BEYOND_GB2312) | {ord(character) for character in LATER_NAMES}
