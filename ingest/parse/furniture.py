"""What the pages of a document leave in text copied out of them: their numbers, running lines and footnotes."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from itertools import accumulate, pairwise

from ingest.clean import characters
from ingest.layout import BULLET, SENTENCE_END
from ingest.lines import PAGE_NUMBER, mask

FOOTNOTE = re.compile(r"(?<=[a-zåäö]{3}[.,a-zåäö)])(\d{1,2})(?=[\s.,]|$)")
LONE_NUMBER = re.compile(
    r"^\s*(?:(\d{1,3})(?:\s+\d{1,3})?|[-–—] ?(\d{1,3}) ?[-–—])\s*$"
)  # 7, 6 7 (facing pages), - 7 -
PAGE_LINES = 8  # that a page has at least, between two page numbers
LEAST_RUNNING, LONGEST_RUNNING = 25, 150  # characters of a line that stands on every page
TITLE_LINES = 5  # filled lines at a text's beginning, among which its title stands
NOTE = re.compile(r"^ ?(\d{1,2}) +(?=[A-ZÅÄÖ”\"])")  # how a footnote begins
SITE_LINES, LONGEST_OF_SITE = 10, 120  # filled lines of a web page's head, and characters of each
# The way to a web page: "Start / Omsorg / Rutiner".
WAY_TO_PAGE = re.compile(
    r"(?:du är här:? )?(?:start(?:sida\w*)?|hem|intranät\w*(?: \w+)?)(?: [/>›»] [^/>›»]+){2,}", re.IGNORECASE
)
# The site's menu, "Start   Omsorg   Nyheter", where one of its tools stands too.
MENU = re.compile(r"(?:start(?:sida\w*)?|hem)(?: {2,}[^ ]+(?: [^ ]+){0,2}){2,}", re.IGNORECASE)
SITE_TOOLS = re.compile(
    r"(?:(?:sök(?: på \w+)?|logga (?:in|ut)|hoppa till (?:huvud)?innehåll\w*|mina (?:sidor|genvägar)|meny|a ?[–-] ?ö)"
    r"[ |•·]*)+",
    re.IGNORECASE,
)
NO_SITE = re.compile(r"\d|^[-•*]|[.:;]$|: ")  # what no other line of a site's head holds
PAGE_TOOLS = re.compile(r"(?:(?:skriv ut|dela|lyssna|tipsa|kopiera länk) ?){2,}", re.IGNORECASE)
PAGE_OF = re.compile(
    r"\bsid(?:a|an)?\.?:? ?(\d{1,3})\b|\b(\d{1,3}) ?(?:\(\d{1,3}\)|av \d{1,3})$|^(\d{1,3})/\d{1,3}$", re.IGNORECASE
)


def without_site_head(lines: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """The lines of a text copied out of a web page without the site's name, menu and way to the page; and these."""
    filled = [place for place, line in enumerate(lines) if line.strip()][:SITE_LINES]
    plain = {place: " ".join(lines[place][:LONGEST_OF_SITE].split()) for place in filled}
    tools = {place for place in filled if SITE_TOOLS.fullmatch(plain[place])}
    ways = {place for place in filled if WAY_TO_PAGE.fullmatch(plain[place])}
    ways |= {place for place in filled if tools and MENU.fullmatch(lines[place].strip())}
    ways |= {after for place, after in pairwise(filled) if place in ways and after in tools}
    site = {place for place in filled if ways and place <= max(ways)}
    if any(NO_SITE.search(plain[place]) or len(lines[place]) > LONGEST_OF_SITE for place in site - ways):
        site = set()
    site |= {place for place in filled if PAGE_TOOLS.fullmatch(plain[place])}
    kept = [line for place, line in enumerate(lines) if place not in site]
    return kept, tuple(plain[place] for place in sorted(site))


def page_numbers(lines: Sequence[str]) -> set[int]:
    """Places of lone numbers that count pages: three at least, each one more than the one a page's length before.

    A page may lack its number. One that stands alone in the empty space of a page break is one too, where it cuts a
    sentence or there are lines enough for so many pages before it. Other lone numbers are cells of tables.
    """
    chains: dict[int, tuple[int, ...]] = {}  # by the number at its end: places
    filled = 0
    at: dict[int, int] = {}  # place -> filled lines before it
    numbers: dict[int, int] = {}
    for place, line in enumerate(lines):
        filled += bool(line.strip())
        if not (match := LONE_NUMBER.match(line)):
            continue
        number = numbers[place] = int(match.group(1) or match.group(2))
        at[place] = filled
        before = [
            chain
            for step in (1, 2)
            if (chain := chains.get(number - step)) and filled - at[chain[-1]] >= PAGE_LINES * step
        ]
        longest = (*max(before, key=len, default=()), place)
        if len(longest) >= len(chains.get(number, ())):
            chains[number] = longest
    best = max(chains.values(), key=len, default=())
    alone = {
        place
        for place, before in at.items()
        if _in_empty_space(lines, place)
        and (_cuts(lines, place) or PAGE_LINES * (numbers[place] - 1) <= before)
        and all(other == place or abs(at[other] - before) >= PAGE_LINES for other in at)
    }
    return alone | (set(best) if len(best) > 2 else set())


def without_page_numbers(lines: Sequence[str]) -> list[str]:
    """The lines without page numbers, one empty line in place of each and of the empty space around it."""
    return _without(lines, page_numbers(lines))


def without_page_breaks(lines: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """The lines of a text that has no form feeds without what its pages repeated; that, each as it is first written.

    A line that counts pages ("Rutin fall | Dnr 2024/1 | Sida 3 (12)") is taken out from two on; one that always says
    the same from three on, a page's length apart. One of the first lines of all stays: it may be the title.
    """
    plain = [" ".join(characters(line).split()) for line in lines]
    before = list(accumulate((bool(line) for line in plain), initial=0))  # filled lines
    alike: dict[str, list[int]] = {}
    for place, line in enumerate(plain):
        if line and len(line) <= LONGEST_RUNNING and not BULLET.match(line):
            alike.setdefault(mask(line), []).append(place)
    found: set[int] = set()
    for places in alike.values():
        steps = [before[b] - before[a] for a, b in pairwise(places)]
        if (
            steps
            and min(steps) >= PAGE_LINES
            and (_counts_pages([plain[at] for at in places], steps) or _always(places, plain))
        ):
            found.update(places)
    counted = {at for at in found if PAGE_OF.search(plain[at])}
    beside = {at + step for at in counted for step in (-1, 1)}
    for places in alike.values():  # also a sentence, where it stands by the page's number on every page but one
        same = len({plain[at] for at in places}) == 1
        if same and len(beside & set(places)) >= max(2, len(places) - 1):
            found.update(places)
    edges = tuple(dict.fromkeys({mask(plain[at]): plain[at] for at in sorted(found, reverse=True)}.values()))
    title = {at for at in found - counted if before[at] < TITLE_LINES and " | " not in plain[at]}
    found |= {at for place in found - title for at in (place - 1, place + 1) if _counts_alone(plain, at)}
    return _without(lines, found - title), tuple(reversed(edges))


def _counts_pages(lines: Sequence[str], steps: Sequence[int]) -> bool:
    """Do lines that differ in their figures alone count pages, by one for every page's length?"""
    told = [PAGE_OF.search(line) for line in lines]
    if all(told):
        numbers = [int(next(filter(None, match.groups()))) for match in told if match]
    elif len(lines) > 2:
        ends = [re.findall(r"^\d{1,3}(?= \D)|(?<=\D )\d{1,3}$", line) for line in lines]
        if not all(len(end) == 1 for end in ends):
            return False
        numbers = [int(end[0]) for end in ends]
    else:
        return False
    return all(a < b and step >= PAGE_LINES * (b - a) for (a, b), step in zip(pairwise(numbers), steps, strict=True))


def _counts_alone(plain: Sequence[str], at: int) -> bool:
    """Is there a page's number and no more: beside another line that all pages repeat, it is surely one."""
    return 0 <= at < len(plain) and bool(PAGE_NUMBER.match(plain[at]))


def _always(places: Sequence[int], plain: Sequence[str]) -> bool:
    """Does a line of some length, no sentence and no heading of a table, always say the same?"""
    line = plain[places[0]]
    same = len(places) > 2 and all(plain[at] == line for at in places)
    return (
        same
        and len(line) >= LEAST_RUNNING
        and len(line.split()) > 3
        and not SENTENCE_END.search(line)
        and line[0].isupper()
    )


def _without(lines: Sequence[str], numbers: Set[int]) -> list[str]:
    """The lines without some, one empty line in place of each and of the empty space around it."""
    kept: list[str] = []
    skipping = False
    for place, line in enumerate(lines):
        if place in numbers:
            while kept and not kept[-1].strip():
                kept.pop()
            kept.append("")
            skipping = True
        elif line.strip() or not skipping:
            kept.append(line)
            skipping = False
    return kept


def _in_empty_space(lines: Sequence[str], place: int) -> bool:
    """Are there empty lines above and below a line, and two at least on one side?"""

    def empty(steps: range) -> int:
        return next((count for count, at in enumerate(steps) if lines[at].strip()), len(steps))

    above, below = empty(range(place - 1, -1, -1)), empty(range(place + 1, len(lines)))
    return min(above, below) > 0 and max(above, below) > 1 and above < place


def _cuts(lines: Sequence[str], place: int) -> bool:
    """Does a line stand within a sentence?"""
    above = next((line.strip() for line in reversed(lines[:place]) if line.strip()), ".")
    below = next((line.strip() for line in lines[place + 1 :] if line.strip()), "A")
    return below[0].islower() and not SENTENCE_END.search(above)


def notes_last(lines: Sequence[str]) -> list[str]:
    """The lines, with footnotes that stand where a page once ended moved to the end: they cut sentences in two.

    A footnote begins after an empty line with a number that stands as a mark in the text above it, and has the
    punctuation of a sentence or a reference.
    """
    marks: set[int] = set()
    kept: list[str] = []
    notes: list[str] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        match = NOTE.match(line)
        apart = not kept or not kept[-1].strip()
        if match and apart and int(match.group(1)) in marks and re.search(r"[.,(:]", line[match.end() :]):
            marks.discard(int(match.group(1)))
            note = [line]
            while place + len(note) < len(lines) and _in_note(lines[place + len(note)], note[-1]):
                note.append(lines[place + len(note)])
            notes += ["", "", *note]
            place += len(note)
            continue
        marks.update(int(mark) for mark in FOOTNOTE.findall(characters(line)))
        kept.append(line)
        place += 1
    return [*kept, *notes]


def _in_note(line: str, before: str) -> bool:
    """Does a line go on with the footnote whose line stands before it, rather than with the text of the next page?"""
    if not line.strip() or line.startswith(" ") or NOTE.match(line):
        return False
    return not line[0].islower() or len(before.strip()) > 60
