"""The English and the Chinese README say the same: as many headings of each level, and the same commands.

`python -m tools.readme`
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAIRS = (("README.md", "README.zh.md"),)
HEADING = re.compile(r"^(#+) ", re.M)
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)
COMMENT = re.compile(r"(^|\s)#.*$", re.M)


def main() -> int:
    """Compare each pair."""
    problems = [problem for english, chinese in PAIRS for problem in differences(english, chinese)]
    print("\n".join(problems) or "The READMEs say the same.")
    return 1 if problems else 0


def differences(english: str, chinese: str) -> list[str]:
    """What one file has and the other lacks."""
    missing = [name for name in (english, chinese) if not (ROOT / name).exists()]
    if missing:
        return [f"{name} is missing" for name in missing]
    one, other = ((ROOT / name).read_text() for name in (english, chinese))
    problems = []
    if headings(one) != headings(other):
        problems.append(f"{english} and {chinese} have different headings")
    if commands(one) != commands(other):
        problems.append(f"{english} and {chinese} show different code")
    return problems


def headings(text: str) -> list[str]:
    """The levels of the headings, in order."""
    return HEADING.findall(BLOCK.sub("", text))


def commands(text: str) -> list[tuple[str, str]]:
    """The code blocks without their comments, which are in the reader's language."""
    return [(kind, _squeezed(COMMENT.sub("", code))) for kind, code in BLOCK.findall(text)]


def _squeezed(code: str) -> str:
    return "\n".join(line.strip() for line in code.splitlines() if line.strip())


if __name__ == "__main__":
    sys.exit(main())
