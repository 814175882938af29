"""The front end's own tests, and that every icon the product names exists."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tonglu.toolkit.ui import assets

ROOT = Path(__file__).resolve().parents[2]
NAMED = (
    re.compile(r"{%\s*icon\s+\"([a-z0-9-]+)\""),
    re.compile(r"\bicon=\"([a-z0-9-]+)\""),
    re.compile(r"\bicon: str = \"([a-z0-9-]+)\""),
)


def named_icons():
    sources = ROOT / "src" / "tonglu"
    for path in [*sources.rglob("*.html"), *sources.rglob("*.py")]:
        if "tests" not in path.parts:
            text = path.read_text()
            yield from ((name, path.name) for pattern in NAMED for name in pattern.findall(text))


def test_every_icon_that_is_named_exists():
    outlines = ROOT / "frontend/node_modules/@tabler/icons/icons/outline"
    if not outlines.exists():
        pytest.skip("the front end was not built here")

    missing = sorted({pair for pair in named_icons() if not (outlines / f"{pair[0]}.svg").exists()})

    assert missing == []


def test_the_built_assets_are_complete():
    if not assets.MANIFEST.exists():
        pytest.skip("the front end was not built here")

    folder = assets.MANIFEST.parent
    named = set(re.findall(r'"(?:file|css)":\s*\[?\s*"([^"]+)"', assets.MANIFEST.read_text()))

    assert [name for name in named if not (folder / name).exists()] == []
    assert {path.name for path in folder.glob("app-*.js.br")}
    assert "MIT" in (folder / "licenses.txt").read_text()


@pytest.mark.slow
def test_the_scripts_pass_their_own_tests():
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed here")

    done = subprocess.run(
        [node, "--test", "test/"], cwd=ROOT / "frontend", capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout
