"""Every template compiles: a mistyped tag fails here and not before a customer. `python -m tools.templates`"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django

SOURCE = Path(__file__).resolve().parent.parent / "src" / "tonglu"


def main() -> int:
    """Compile all templates of all modules."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tonglu.config.testing")
    django.setup()
    problems = [problem for path in _templates() if (problem := _problem(path))]
    print("\n".join(problems) or "Every template compiles.")
    return 1 if problems else 0


def _templates() -> list[Path]:
    return sorted(SOURCE.glob("*/templates/**/*.html"))


def _problem(path: Path) -> str:
    from django.template import TemplateDoesNotExist, TemplateSyntaxError
    from django.template.loader import get_template

    name = path.as_posix().split("/templates/", 1)[1]
    try:
        get_template(name)
    except (TemplateSyntaxError, TemplateDoesNotExist) as error:
        return f"{path.relative_to(SOURCE)}: {error}"
    return ""


if __name__ == "__main__":
    sys.exit(main())
