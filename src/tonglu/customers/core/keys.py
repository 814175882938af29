"""Keys under which the same company, person or number is found again, however it was written.

A *key* is the text without what people write differently: width, case, spaces, brackets, legal form, the 市 after a city. Two
rows with one key are very probably one thing; alike keys are worth showing. Keys are compared, never shown.
"""

from __future__ import annotations

import re
import unicodedata

_CHINESE_FORMS = re.compile(
    r"(集团股份有限公司|集团有限责任公司|集团有限公司|股份有限公司|有限责任公司|股份公司|有限公司|集团公司|公司|集团)$"
)
_SPECIAL_FORM = re.compile(r"(特殊普通合伙|普通合伙|有限合伙)$")
_PLACE = re.compile(r"^([\u4e00-\u9fff]{2,3}?)(?:省|市)(?=[\u4e00-\u9fff]{2})")
_LATIN_FORMS = frozenset(
    [
        "inc",
        "incorporated",
        "llc",
        "ltd",
        "limited",
        "co",
        "company",
        "corp",
        "corporation",
        "gmbh",
        "ag",
        "kg",
        "sa",
        "sas",
        "sarl",
        "srl",
        "spa",
        "bv",
        "nv",
        "plc",
        "pte",
        "pty",
        "oy",
        "ab",
        "as",
        "aps",
        "holdings",
        "holding",
        "group",
        "kk",
        "sdn",
        "bhd",
        "llp",
        "lp",
    ]
)
_WORD = re.compile(r"[a-z0-9]+|[^\W\d_a-z]+", re.IGNORECASE)
_DIGITS = re.compile(r"\D+")
_EXTENSION = re.compile(r"(?:ext|x|转|分机|#|[/;,、]).*$", re.IGNORECASE)
_COUNTRY = "86"


def company_key(name: str) -> str:
    """上海市华辰科技（集团）有限公司 and 上海华辰科技 have one key, as have Acme Co., Ltd. and ACME."""
    words = _WORD.findall(_plain(name).replace("&", " and "))
    kept = _without_latin_forms(words)
    joined = "".join(kept)
    return _without_chinese_forms(joined) or joined or _plain(name).strip()


def person_key(name: str) -> str:
    """Zhang  Wei, zhang wei and ＺＨＡＮＧ　ＷＥＩ have one key; a courtesy title is dropped."""
    words = [w for w in _WORD.findall(_plain(name)) if w not in {"mr", "mrs", "ms", "dr", "prof"}]
    return re.sub(r"(先生|女士|小姐|经理|总监|工程师|老师)$", "", "".join(words))


def phone_key(number: str) -> str:
    """The digits that reach the same telephone: the first one given, no country code 86, no trunk zero, no extension."""
    digits = _DIGITS.sub("", _EXTENSION.sub("", _plain(number))).lstrip("0")
    if len(digits) > 10 and digits.startswith(_COUNTRY) and not _is_mobile(digits):
        digits = digits[len(_COUNTRY) :].lstrip("0")
    return digits[-20:]


def tax_key(number: str) -> str:
    """A tax id in capitals without blanks and dashes."""
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", number).upper())


def email_key(address: str) -> str:
    """An address in lower case."""
    return _plain(address).strip()


def site_key(website: str) -> str:
    """The host of a web address without www."""
    host = re.sub(r"^[a-z]+://", "", _plain(website).strip()).split("/")[0].split(":")[0]
    return host.removeprefix("www.")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _without_latin_forms(words: list[str]) -> list[str]:
    kept = [w for w in words if w not in _LATIN_FORMS]
    kept = kept[1:] if len(kept) > 1 and kept[0] == "the" else kept
    return kept or words


def _without_chinese_forms(text: str) -> str:
    shorter = _PLACE.sub(r"\1", text)
    while True:
        before = shorter
        shorter = _CHINESE_FORMS.sub("", _SPECIAL_FORM.sub("", shorter))
        if shorter == before or len(shorter) < 2:
            return before if len(shorter) < 2 else shorter


def _is_mobile(digits: str) -> bool:
    return len(digits) == 11 and digits[0] == "1"
