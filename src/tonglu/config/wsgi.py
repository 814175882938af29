"""The WSGI entry point for any server.

What is loaded here lives as long as the process: some 400,000 objects that the garbage collector need not walk through again in the
middle of an answer, and that processes divided from this one go on sharing. A page makes tens of thousands of objects and
drops them by itself, so the collector looks after every 20,000 and not after every 700.
"""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tonglu.config.settings")
application = get_wsgi_application()

# The server loads this once and then divides into processes, which must not share a connection made while loading.
for _connection in connections.all(initialized_only=True):
    _connection.close()
    getattr(_connection, "close_pool", lambda: None)()

gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
