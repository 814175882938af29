"""Windows named as people say them: March 2024, Q1 2024; 2024年3月, 2024年第1季度."""

from __future__ import annotations

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def window_text(key: str, language: str) -> str:
    """The spoken name of a window key; a name that is no date stays as it is."""
    year, _, part = key.partition("-")
    if not year.isdigit() or (part and not part.lstrip("QH").isdigit()):
        return key
    return _chinese(year, part) if language == "zh" else _english(year, part)


def _english(year: str, part: str) -> str:
    if not part:
        return year
    return f"{part} {year}" if part[0] in "QH" else f"{MONTHS[int(part) - 1]} {year}"


def _chinese(year: str, part: str) -> str:
    if not part:
        return f"{year}年"
    if part[0] == "Q":
        return f"{year}年第{part[1:]}季度"
    if part[0] == "H":
        return f"{year}年{'上' if part[1:] == '1' else '下'}半年"
    return f"{year}年{int(part)}月"
