"""What allauth asks of this installation: no self sign-up, our throttle, our mail, links to our own address, secrets encrypted."""

from __future__ import annotations

import base64
import hashlib
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

from tonglu.directory.middleware import network_refusal
from tonglu.directory.models import Person
from tonglu.directory.selectors import seats_of
from tonglu.toolkit.mail import mail_send

from .devices import device_mark, device_of
from .throttle import try_begin, try_succeeded


def person_display(person: Person) -> str:
    """How allauth's pages name somebody."""
    return person.name


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator; guessing is throttled per account and device."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account for themselves."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """Check a password unless too many were tried; the refusal is the same whether or not the account exists."""
        email = str(credentials.get("email", ""))
        device = device_of(request, email)
        if not try_begin(email, device):
            raise self.validation_error("too_many_login_attempts")
        person = authenticate(request, **credentials)
        if isinstance(person, Person):
            try_succeeded(email, device)
            return person
        return None

    def reauthenticate(self, user: Person, password: str) -> bool:
        """Ask the signed-in person for their password again, under the same throttle."""
        found = self.authenticate(current.request, email=user.email or "", password=password)
        return found is not None and found.pk == user.pk

    def pre_login(self, request: HttpRequest, user: Person, **more: Any) -> HttpResponse | None:
        """Passkeys do not come through the password check, so the person is looked at once more."""
        if not user.is_active or user.deleted_at is not None:
            answer: HttpResponse = self.respond_user_inactive(request, user)
            return answer
        return network_refusal(request, {seat.role for seat in seats_of(user.pk)})

    def post_login(self, request: HttpRequest, user: Person, **more: Any) -> HttpResponse:
        """After every factor was given: from now on this browser is known."""
        response: HttpResponse = super().post_login(request, user, **more)
        device_mark(request, response, user)
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail goes through the outbox, in the language of the person it is for."""
        site = SimpleNamespace(name="Tonglu", domain=urlsplit(settings.SITE_URL).netloc)
        words = {"request": current.request, "email": email, **context, "current_site": site}
        language = getattr(context.get("user"), "language", "") or translation.get_language()
        with translation.override(language):
            message = self.render_mail(template_prefix, email, words)
        mail_send(to=[email], subject=message.subject, text=str(message.body))

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in the mail leads to the configured address, never to the host a request names."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.SITE_URL + path.replace("UID-KEY", quote(key))


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The secrets of second factors are not readable in the database or a backup."""

    def encrypt(self, text: str) -> str:
        """Seal under the newest secret key."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open what was sealed under the secret key, or one used before."""
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> MultiFernet:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hashlib.sha256(f"tonglu.factor {secret}".encode()).digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
