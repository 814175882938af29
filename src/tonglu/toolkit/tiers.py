"""The tiers of customers, which prices, credit and care go by.

Catalog and customers may not know each other, and both speak of tiers; so the word stands below them.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tier(models.TextChoices):
    """How much a customer matters to us."""

    STRATEGIC = "strategic", _("Strategic")
    KEY = "key", _("Key")
    STANDARD = "standard", _("Standard")
    SMALL = "small", _("Small")
