"""A worker knows every task without ever having drawn a page.

Pages are what imports most modules; a task that only a page's module brings in exists in the web process, and a worker that is
asked for it can only give it up. So a fresh process is started as a worker is, and asked what it learns from reading the rest.
"""

from __future__ import annotations

import os
import subprocess
import sys

LEARNT_LATER = """
import importlib, pkgutil
import django
django.setup()
import tonglu
from tonglu.toolkit.jobs import task_names
known = task_names()
for module in pkgutil.walk_packages(tonglu.__path__, "tonglu."):
    if not {"tests", "testing", "migrations", "__main__", "config"} & set(module.name.split(".")):
        importlib.import_module(module.name)
print(len(known), *(task_names() - known))
"""


def test_a_worker_knows_every_task_before_any_page_is_drawn() -> None:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tonglu.config.testing"}

    asked = subprocess.run(
        [sys.executable, "-c", LEARNT_LATER],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    known, *learnt_later = asked.stdout.split()

    assert int(known) > 20
    assert learnt_later == []
