"""The browser that tests drive: found, installed, or asked for. `python -m tools.browser [--path]`.

First comes `CHROMIUM`, then a Chromium or Chrome of this machine, then one that Playwright downloaded before. If there is none it
is installed: by apt-get for root on Debian and its kin, else by Playwright into the user's cache. If neither is possible the
tool says what to do, and fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FOLDERS = "/usr/local/bin:/usr/bin:/bin:/snap/bin:/opt/google/chrome"
HELP = """No browser to run the browser tests with. Do one of these, then run `make test` again:
  - as root on Debian or Ubuntu:  apt-get install chromium
  - with access to the internet:  .venv/bin/playwright install --with-deps chromium
  - if there is one elsewhere:    CHROMIUM=/path/to/chromium make test
"""


def main() -> int:
    """Print the path, or make sure that there is one to print."""
    path = found()
    if "--path" in sys.argv:
        print(path or "")
        return 0
    if path is None and installed():
        path = found()
    if path is None:
        print(HELP, file=sys.stderr)
        return 1
    return 0


def found() -> str | None:
    """A browser that is here and starts."""
    candidates = [os.environ.get("CHROMIUM"), *_of_system(), _of_playwright()]
    return next((path for path in candidates if path and _starts(path)), None)


def installed() -> bool:
    """Install one, in the way this machine allows; tells whether that went well."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium with apt-get …", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        return _done(["apt-get", "update", "-qq"], quiet) and _done(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], quiet
        )
    print("Installing Chromium with Playwright …", flush=True)
    return _done([sys.executable, "-m", "playwright", "install", "chromium"], dict(os.environ))


def _of_system() -> list[str | None]:
    return [shutil.which(name) or shutil.which(name, path=FOLDERS) for name in NAMES]


def _of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _starts(path: str) -> bool:
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _done(command: list[str], environment: dict[str, str]) -> bool:
    return subprocess.run(command, env=environment, stdout=subprocess.DEVNULL).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
