"""How alike two records are, and the reason to say so.

Strong signs are numbers that belong to one company or person: tax id, accounting id, mobile, e-mail. A name is a sign by its
key: the same, or alike in writing or in sound, since 华辰 and 华晨 are typed for one another. Every match carries its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import lazy_pinyin
from rapidfuzz import fuzz

from tonglu.kernel.text import N_

from .keys import company_key, email_key, person_key, phone_key, site_key, tax_key

ALIKE = 84
"""From this likeness of names (0 to 100) on, a record is worth showing."""

CERTAIN = 100

_REASONS = {
    "tax_id": N_("the same tax id"),
    "email": N_("the same e-mail"),
    "mobile": N_("the same mobile"),
    "phone": N_("the same telephone"),
    "website": N_("the same website"),
    "name": N_("the same name"),
    "alike": N_("a similar name"),
    "name_and_company": N_("the same name at the same company"),
}

_PUBLIC_MAIL = frozenset(
    [
        "qq.com",
        "163.com",
        "126.com",
        "gmail.com",
        "outlook.com",
        "hotmail.com",
        "sina.com",
        "yahoo.com",
        "foxmail.com",
        "aliyun.com",
    ]
)


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """How sure we are (0 to 100), and of what."""

    score: int
    sign: str

    @property
    def reason(self) -> str:
        """The reason as a sentence part, to be translated."""
        return _REASONS[self.sign]


@dataclass(frozen=True, kw_only=True)
class CompanyKeys:
    """The comparable side of a company."""

    name: str
    name_en: str = ""
    tax_id: str = ""
    phone: str = ""
    website: str = ""

    @classmethod
    def of(cls, values: Mapping[str, object]) -> CompanyKeys:
        """The keys of the values a person typed."""
        return cls(
            name=company_key(_text(values, "name")),
            name_en=company_key(_text(values, "name_en")),
            tax_id=tax_key(_text(values, "tax_id")),
            phone=phone_key(_text(values, "phone")),
            website=site_key(_text(values, "website")),
        )


@dataclass(frozen=True, kw_only=True)
class PersonKeys:
    """The comparable side of a person."""

    name: str
    company: str = ""
    mobile: str = ""
    phone: str = ""
    email: str = ""

    @classmethod
    def of(cls, values: Mapping[str, object]) -> PersonKeys:
        """The keys of the values a person typed."""
        return cls(
            name=person_key(_text(values, "name")),
            company=company_key(_text(values, "company")),
            mobile=phone_key(_text(values, "mobile")),
            phone=phone_key(_text(values, "phone")),
            email=email_key(_text(values, "email")),
        )


def companies_alike(one: CompanyKeys, other: CompanyKeys) -> Likeness | None:
    """The strongest sign that two companies are one, or None."""
    if one.tax_id and one.tax_id == other.tax_id:
        return Likeness(score=CERTAIN, sign="tax_id")
    likeness = _names_alike(one, other)
    if likeness is not None and likeness.sign == "name":
        return likeness
    if len(one.phone) >= 7 and one.phone == other.phone:
        return Likeness(score=92, sign="phone")
    if one.website and one.website == other.website:
        return Likeness(score=88, sign="website")
    return likeness


def people_alike(one: PersonKeys, other: PersonKeys) -> Likeness | None:
    """The strongest sign that two people are one, or None."""
    if one.mobile and one.mobile in {other.mobile, other.phone}:
        return Likeness(score=CERTAIN, sign="mobile")
    if one.email and one.email == other.email:
        return Likeness(score=CERTAIN, sign="email")
    if one.name and one.name == other.name and one.company and one.company == other.company:
        return Likeness(score=95, sign="name_and_company")
    if one.name == other.name and len(one.phone) >= 7 and one.phone == other.phone:
        return Likeness(score=90, sign="phone")
    return None


def mail_domain(address: str) -> str:
    """The domain that tells the company; empty for a public mail house."""
    domain = email_key(address).partition("@")[2]
    return "" if domain in _PUBLIC_MAIL else domain


def _names_alike(one: CompanyKeys, other: CompanyKeys) -> Likeness | None:
    names = {key for key in (one.name, one.name_en) if key}
    others = {key for key in (other.name, other.name_en) if key}
    if names & others:
        return Likeness(score=98, sign="name")
    score = max((_likeness(a, b) for a in names for b in others), default=0)
    return Likeness(score=score, sign="alike") if score >= ALIKE else None


def _likeness(one: str, other: str) -> int:
    """In writing, and a little less in sound; short names must agree in full."""
    if min(len(one), len(other)) < 3:
        return 0
    written = fuzz.ratio(one, other)
    if one.isascii() or other.isascii():
        return int(written) if min(len(one), len(other)) > 4 else 0
    spoken = fuzz.ratio(_sound(one), _sound(other)) - 4 if written >= 50 else 0
    inside = 88 if min(len(one), len(other)) >= 4 and (one in other or other in one) else 0
    return int(max(written, spoken, inside))


@lru_cache(maxsize=20_000)
def _sound(text: str) -> str:
    return "".join(lazy_pinyin(text))


def _text(values: Mapping[str, object], name: str) -> str:
    value = values.get(name)
    return str(value) if value else ""
