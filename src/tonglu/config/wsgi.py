"""The WSGI entry point for any server."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tonglu.config.settings")
application = get_wsgi_application()

# The server loads this once and then divides into processes, which must not share a connection made while loading.
for _connection in connections.all(initialized_only=True):
    _connection.close()
    getattr(_connection, "close_pool", lambda: None)()
