"""Throttling that stops guessing without locking the owner out.

Tries from browsers that never signed in as the person are counted together, over all addresses of the network: at most ten in
an hour, and so never more than twenty in any sixty minutes. A browser that did sign in before carries a device mark and has ten
tries of its own, so that a stranger's guessing cannot keep the owner away. A try that succeeds does not count; an account that
does not exist is counted the same.
"""

from __future__ import annotations

import datetime as dt
import hashlib

from django.db import transaction
from django.utils import timezone

from tonglu.directory.models import SignInCount

TRIES = 10
SPAN = dt.timedelta(hours=1)


def try_begin(email: str, device: str = "") -> bool:
    """Count a try; False when there were too many, and then the password must not even be looked at."""
    now = timezone.now()
    with transaction.atomic():
        key = _key(email, device)
        SignInCount.objects.get_or_create(key=key, defaults={"since": now})
        count = SignInCount.objects.select_for_update().get(key=key)
        if now - count.since >= SPAN:
            count.since, count.tries = now, 0
        if count.tries >= TRIES:
            return False
        count.tries += 1
        count.save()
        return True


def try_succeeded(email: str, device: str = "") -> None:
    """Take a counted try back, for it was no guess."""
    with transaction.atomic():
        found = SignInCount.objects.select_for_update().filter(key=_key(email, device)).first()
        if found is not None and found.tries:
            found.tries -= 1
            found.save()


def sign_ins_held_back() -> int:
    """How many accounts or devices are held back now, after too many wrong passwords."""
    since = timezone.now() - SPAN
    return SignInCount.objects.filter(since__gt=since, tries__gte=TRIES).count()


def counts_forget() -> int:
    """Delete counts that no longer matter."""
    deleted, _by_model = SignInCount.objects.filter(since__lt=timezone.now() - 2 * SPAN).delete()
    return deleted


def _key(email: str, device: str) -> str:
    return hashlib.sha256(f"{email.strip().lower()}\n{device}".encode()).hexdigest()
