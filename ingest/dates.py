"""Dates as documents write them."""

from __future__ import annotations

import re
from datetime import date

MONTHS = {
    name: number
    for number, names in enumerate(
        ("januari jan", "februari feb", "mars mar", "april apr", "maj", "juni jun", "juli jul", "augusti aug",
         "september sept sep", "oktober okt", "november nov", "december dec"), start=1)
    for name in names.split()
}  # fmt: skip
ISO_DATE = re.compile(r"\b((?:19|20)\d{2})[-./ ](\d{1,2})[-./ ](\d{1,2})\b")
COMPACT_DATE = re.compile(r"\b((?:19|20)\d{2})([01]\d)([0-3]\d)\b")
WORD_DATE = re.compile(r"\b(\d{1,2})\s+(" + "|".join(MONTHS) + r")\.?\s+((?:19|20)\d{2})\b", re.IGNORECASE)
UNTIL = re.compile(
    r"^\W*(?:och )?(?:t\.? ?o\.? ?m\.?|till(?: och med)?|tom|–|-)\W*$", re.IGNORECASE
)  # between two dates


def dates_in(text: str) -> list[date]:
    """Every date of a text, in the order written: 2026-01-31, 20260131, 31 januari 2026."""
    found: list[tuple[int, date]] = []
    for pattern, order in ((ISO_DATE, (1, 2, 3)), (COMPACT_DATE, (1, 2, 3)), (WORD_DATE, (3, 2, 1))):
        for match in pattern.finditer(text):
            year, month, day = (match.group(place) for place in order)
            try:
                value = date(int(year), MONTHS.get(month.casefold()) or int(month), int(day))
            except ValueError:
                continue
            found.append((match.start(), value))
    return [value for _, value in sorted(found)]


def period(text: str) -> tuple[date, date] | None:
    """The two dates of a text such as "2024-01-01 – 2025-12-31" or "2024-01-01 t.o.m. 2025-12-31"."""
    found = [match for pattern in (ISO_DATE, WORD_DATE) for match in pattern.finditer(text)]
    dates = dates_in(text)
    if len(found) != 2 or len(dates) != 2:
        return None
    first, last = sorted(found, key=lambda match: match.start())
    return (dates[0], dates[1]) if dates[0] < dates[1] and UNTIL.match(text[first.end() : last.start()]) else None
