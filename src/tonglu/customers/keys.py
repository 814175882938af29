"""The keys and likenesses of companies and people, for modules above that keep such names themselves."""

from __future__ import annotations

from .core.duplicates import CompanyKeys, PersonKeys, companies_alike, people_alike
from .core.keys import company_key, person_key, phone_key

__all__ = [
    "CompanyKeys",
    "PersonKeys",
    "companies_alike",
    "company_key",
    "people_alike",
    "person_key",
    "phone_key",
]
