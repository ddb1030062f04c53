"""What a document's standing adds to the score of its passages: rules in force first, and the asker's own unit."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date

from assistant.circumstances import according_to
from assistant.opened import Opened
from ingest.chunk import FORM_SECTION
from ingest.corpus import Chunk, Standing

# All in log-odds.
NOT_IN_FORCE = 1.0  # lost by a document that does not hold today
OTHER_UNIT = 1.5  # lost by a unit's own rutin when no unit is named
NAMED_ANOTHER = 1.0  # and besides when another one is
OWN_UNIT = 2.0  # won when its unit asks
REPORT, BLANK = 0.8, 0.4  # lost by a report beside rules, and by a form to fill in
FORM = 1.5  # won by a document's own particulars when they are asked for, and lost when not
OTHER_PLACE = 1.5  # lost by a document about another place than the one that is named: a region's rule may hold there
REPORT_ELSEWHERE = 5.0  # and by a report about another, which tells nothing of the one that is named
ASKED_OF = 1.5  # won by a document of the kind and level that is asked for
ON_DOCUMENT = re.compile(
    r"\b(dokumentansvarig\w*|äger|ägare|version\w*|giltig\w*|gäller .*\b(än|fortfarande|till när)\b|diarie\w*|"
    r"revider\w*|fastställ\w*|ersätter|ersatt\w*|senaste \w*(riktlinje|rutin)\w*|gått ut)",
    re.IGNORECASE,
)


def by_standing(
    question: str,
    opened: Opened,
    *,
    today: date,
    place: str,
    going_on: Mapping[str, float],
    elsewhere: Collection[str] = (),
) -> Callable[[Chunk], float]:
    """What each chunk wins or loses by its document.

    `going_on` is what the documents last quoted win by; `elsewhere` are those about another place than the one named.
    """
    on_document = ON_DOCUMENT.search(question) is not None
    asked_of = according_to(question)

    def shift(chunk: Chunk) -> float:
        standing = opened.standings[chunk.source]
        change = going_on.get(chunk.source, 0.0)
        if not opened.in_force(chunk.source, today):
            change -= NOT_IN_FORCE
        if chunk.section == (FORM_SECTION,):
            change += FORM if on_document else -FORM
        if asked_of and is_of(standing, asked_of):
            change += ASKED_OF
        if chunk.source in elsewhere:
            change -= REPORT_ELSEWHERE if standing.kind == "rapport" else OTHER_PLACE
        if standing.kind == "rapport" and opened.has_rules:
            change -= REPORT
        if standing.kind == "blankett":
            change -= BLANK
        if standing.unit:
            own = bool(place) and place in standing.unit.casefold()
            change += OWN_UNIT if own else -OTHER_UNIT - NAMED_ANOTHER * bool(place)
        return change

    return shift


def is_of(standing: Standing, asked_of: tuple[str, str]) -> bool:
    """Is a document of the level and kind whose word is asked for?"""
    level, kind = asked_of
    if level and level not in standing.organisation.casefold():
        return False
    return kind in standing.kind or (bool(standing.title) and kind in standing.title.casefold())


def goes_with(other: Standing, lead: Standing) -> bool:
    """May one document's unit stand beside the best one's? No report beside a rule, no other unit's own rule."""
    return (other.kind == "rapport") == (lead.kind == "rapport") and (not other.unit or other.unit == lead.unit)
