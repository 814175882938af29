"""The currencies that amounts may be kept in, with the decimal places each is rounded to.

Codes and places are those of ISO 4217. Amounts are stored to two places, so the seven currencies with three (such as KWD) are
not offered rather than rounded silently.
"""

from __future__ import annotations

from tonglu.kernel.errors import DomainError
from tonglu.kernel.text import N_

_WHOLE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_WITH_CENTS = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP
CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR
IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN
NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP
STN SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG
"""

WITHOUT_CENTS = frozenset(_WHOLE.split())
CURRENCIES = WITHOUT_CENTS | frozenset(_WITH_CENTS.split())

FAMILIAR = ("CNY", "USD", "EUR", "HKD", "JPY", "GBP", "SGD", "TWD", "KRW", "AUD", "CAD", "INR")
"""Offered first wherever a person chooses a currency."""


def currency_scale(code: str) -> int:
    """Decimal places of an amount in this currency."""
    return 0 if code in WITHOUT_CENTS else 2


def currency_checked(code: str) -> str:
    """The code itself when it is a currency; otherwise a refusal."""
    if code not in CURRENCIES:
        raise DomainError(
            N_("%(code)s is not a currency that amounts can be kept in."),
            code="unknown_currency",
            field="currency",
            params={"code": code},
            next_step=N_("Use a three-letter ISO 4217 code such as CNY or USD."),
        )
    return code
