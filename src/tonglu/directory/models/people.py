"""People, their roles and their deputies.

A *person* signs in with an e-mail address and holds *roles*. A role is held in a department, which is what its reach is
measured from; a person may hold several. A *deputy* stands in for a person between two dates. `epoch` counts up whenever the
person's rights change, which ends every session and token at once; the database counts it, through whatever door.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tonglu.toolkit.records import Record

from .departments import Department
from .named import Named


class Theme(models.TextChoices):
    """How bright the pages are."""

    AUTO = "auto", _("Like the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Density(models.TextChoices):
    """How much room a row takes."""

    COMFORTABLE = "comfortable", _("Comfortable")
    COMPACT = "compact", _("Compact")


def default_timezone() -> str:
    """The time zone of the installation."""
    return settings.TIME_ZONE


class LowercaseEmailField(models.EmailField):  # type: ignore[type-arg]
    """An address that is the same whatever the case it was typed in."""

    def to_python(self, value: Any) -> Any:
        """The address in lower case; None for an empty one, so that many people may have none."""
        value = super().to_python(value)
        return value.strip().lower() or None if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        """Lookups meet the stored spelling."""
        return self.to_python(super().get_prep_value(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """The instance shows what was stored."""
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value


class PersonManager(BaseUserManager["Person"]):
    """Finds people by the address they sign in with."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """The person with that address, in any case."""
        return self.get(email=username)


class Person(AbstractBaseUser, Record):
    """Someone who works here; without an e-mail address they cannot sign in."""

    email = LowercaseEmailField(_("E-mail"), null=True, blank=True, unique=True)
    name = models.CharField(pgettext_lazy("of a person", "Name"), max_length=200, db_index=True)
    employee_number = models.CharField(
        _("Employee number"), max_length=60, null=True, blank=True, unique=True
    )
    job_title = models.CharField(_("Job title"), max_length=200, blank=True)
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        verbose_name=_("Department"),
        null=True,
        blank=True,
        related_name="people",
    )
    manager = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name=_("Reports to"),
        null=True,
        blank=True,
        related_name="reports",
    )
    joined_on = models.DateField(_("Joined on"), null=True, blank=True)
    left_on = models.DateField(_("Left on"), null=True, blank=True)
    language = models.CharField(
        _("Language"), max_length=10, choices=settings.LANGUAGES, default="en"
    )
    timezone = models.CharField(_("Time zone"), max_length=60, default=default_timezone)
    theme = models.CharField(_("Theme"), max_length=10, choices=Theme.choices, default=Theme.AUTO)
    density = models.CharField(
        _("Density"), max_length=12, choices=Density.choices, default=Density.COMFORTABLE
    )
    is_active = models.BooleanField(pgettext_lazy("of a person", "Active"), default=True)
    epoch = models.PositiveIntegerField(_("Epoch"), default=1, editable=False)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("name", "id")
        indexes = [models.Index(fields=("department", "is_active"))]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name to show."""
        return self.name

    @property
    def initials(self) -> str:
        """What stands in the person's round picture."""
        words = self.name.split()
        if not self.name.isascii():
            return self.name.replace(" ", "")[-2:]
        return "".join(word[0] for word in words[:2]).upper()

    def get_session_auth_hash(self) -> str:
        """What a session must carry to be this person's: it changes with the password and with the epoch."""
        return self._session_hash(None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under the secret keys used before."""
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def _session_hash(self, secret: str | None) -> str:
        value = f"{self.password}:{self.epoch}"
        return salted_hmac("tonglu.session", value, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        """The name, as Django's own pages ask for it."""
        return self.name


class Role(Named, Record):
    """What a person does here; the policy speaks of roles, never of people."""

    code = models.SlugField(_("Code"), max_length=60, unique=True)
    delegable = models.BooleanField(
        _("A deputy may act in this role"),
        default=True,
        help_text=_("Switch off for roles that no one may hold by standing in for another."),
    )

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ("code",)


class RoleAssignment(Record):
    """A person holds a role in a department, from a day and until a day, both included."""

    person = models.ForeignKey(
        Person, models.CASCADE, verbose_name=_("Person"), related_name="assignments"
    )
    role = models.ForeignKey(
        Role, models.PROTECT, verbose_name=_("Role"), related_name="assignments"
    )
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        verbose_name=_("Department"),
        null=True,
        blank=True,
        related_name="assignments",
        help_text=_("Where the role reaches from; the person's own department when empty."),
    )
    valid_from = models.DateField(pgettext_lazy("validity", "From"), null=True, blank=True)
    valid_until = models.DateField(pgettext_lazy("validity", "Until"), null=True, blank=True)

    class Meta:
        verbose_name = _("role assignment")
        verbose_name_plural = _("role assignments")
        ordering = ("person", "role")
        constraints = [
            models.UniqueConstraint(
                fields=("person", "role", "department", "valid_from"),
                name="directory_assignment_once",
                nulls_distinct=False,
                condition=models.Q(deleted_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from__isnull=True)
                | models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="directory_assignment_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.role}"


class Deputy(Record):
    """Between two days, both included, `deputy` stands in for `person`."""

    person = models.ForeignKey(
        Person, models.CASCADE, verbose_name=_("Absent person"), related_name="deputies"
    )
    deputy = models.ForeignKey(
        Person, models.CASCADE, verbose_name=_("Deputy"), related_name="deputy_for"
    )
    valid_from = models.DateField(pgettext_lazy("validity", "From"))
    valid_until = models.DateField(pgettext_lazy("validity", "Until"), null=True, blank=True)
    reason = models.CharField(_("Reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        ordering = ("-valid_from", "id")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(person=models.F("deputy")), name="directory_deputy_other"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="directory_deputy_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.deputy}"
