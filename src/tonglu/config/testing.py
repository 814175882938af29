"""The settings that tests run under: plain HTTP, a fast password hasher, mail kept in memory, quiet logs."""

from __future__ import annotations

import os

os.environ.setdefault("TONGLU_DEMO", "1")
os.environ.setdefault("TONGLU_DATA", ".tonglu/test")
os.environ.setdefault("TONGLU_DATABASE_ROLE", "owner")
os.environ.setdefault("TONGLU_LOG_LEVEL", "ERROR")

from .settings import *  # noqa: F403
from .settings import ALLOWED_HOSTS, DATABASES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]
DATABASES["default"]["CONN_MAX_AGE"] = 0
WHITENOISE_AUTOREFRESH = True
COUNT_TRAFFIC = 0  # a refused request must leave the database as it was
SLOW_STATEMENT_MS = 600_000
