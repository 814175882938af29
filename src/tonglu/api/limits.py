"""How fast one caller may call: a window of one minute per person or address, counted in each web process."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest

from tonglu.kernel.errors import TooMany
from tonglu.kernel.text import N_

WINDOW = 60


def require_within_limits(request: HttpRequest, person: Any) -> None:
    """Refuse a caller who called more often than `API_CALLS_PER_MINUTE` in this minute."""
    most = settings.API_CALLS_PER_MINUTE
    moment = int(time.time())
    who = f"p{person.pk}" if person is not None else f"a{request.META.get('REMOTE_ADDR', '')}"
    key = f"api:{who}:{moment // WINDOW}"
    if not most:
        return
    cache = caches["local"]
    cache.add(key, 0, WINDOW * 2)
    if cache.incr(key) > most:
        raise TooMany(
            N_("You called more than %(most)s times in a minute."),
            retry_after=WINDOW - moment % WINDOW,
            params={"most": most},
        )
