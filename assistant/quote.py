"""What is shown of the best unit: the sentence with its condition, the list with its lead-in, the row.

Always a stretch of one page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.answers import Quote
from assistant.question import Question
from assistant.rank import Found
from ingest.corpus import Chunk, Standing

ROOM = 690  # characters of the answer and all quotes together; the contract's limit is 700
SO_IT_STANDS = "Så står det i dokumentet:"  # the first line, where the quote is too long to stand twice
LONGEST_FIRST_LINE = 300
# A sentence that begins so narrows the one before: a rule is never shown without it.
NARROWS = re.compile(
    r"^(undantag\w*|undantaget|dock\b|detta gäller (inte|endast|bara|även)|det gäller (inte|endast|bara)|endast\b|"
    r"om (inte|så inte)\b|däremot|men\b|i annat fall|annars|förutsättningen|förutsatt|det förutsätter|villkor\w*|"
    r"bara om|observera|obs|gäller inte|aldrig\b|vid (misstanke|minsta)|saknas|är det inte)",
    re.IGNORECASE,
)
REFERS = re.compile(
    r"^(den|det|detta|denna|dessa|de|hen|han|hon|då|där|därefter|sedan|samma|även|också|uppgiften|beslutet|listan)\b",
    re.I,
)


def span(found: Found, question: Question, *, room: int) -> tuple[int, int]:
    """Start and end in the chunk's text of what quotes this unit.

    At most `room` characters, unless the unit alone is longer.
    """
    chunk, number = found.candidate.chunk, found.number
    unit = chunk.units[number]
    start, end = unit.start, unit.end
    text = chunk.text[start:end]
    if unit.kind == "row":  # a row is quoted whole and alone, with its header cells
        return start, end
    if text.endswith(":") or (unit.kind == "item" and unit.intro >= 0 and _wants_list(question)):
        lead = number if text.endswith(":") else unit.intro
        members = [other for other in chunk.units if other.intro == lead and other.kind == "item"]
        if members and members[-1].end - chunk.units[lead].start <= room:
            return chunk.units[lead].start, members[-1].end
        if text.endswith(":") and members:
            fits = [other.end for other in members if other.end - start <= room]
            return start, max(fits, default=end)
    if unit.kind == "item" and unit.intro >= 0 and end - chunk.units[unit.intro].start <= room:
        return chunk.units[unit.intro].start, end
    if unit.kind == "sentence":
        for other in chunk.units[number + 1 : number + 3]:
            narrows = other.kind == "sentence" and NARROWS.match(chunk.text[other.start : other.end])
            if not narrows or other.end - start > room:
                break
            end = other.end
        before = chunk.units[number - 1] if number else None
        if (
            before
            and before.kind == "sentence"
            and (REFERS.match(text) or NARROWS.match(text))
            and end - before.start <= room
        ):
            start = before.start
    return start, end


def _wants_list(question: Question) -> bool:
    """Is a whole list asked for, or the steps of a process?"""
    return bool(
        re.search(
            r"\b(vilka|vad ska (finnas|ingå|stå|följa)|vad (ingår|gäller|gör)|steg|ordning|checklista|lista|hur gör|"
            r"vad behöver|vad får|vilket|vad måste|vad krävs|which|list|steps)\b",
            question.text.casefold(),
        )
    )


def quote(found: Found, standing: Standing, start: int, end: int) -> Quote:
    """The stretch as a quote with its document's standing."""
    return quoted(found.candidate.chunk, standing, start, end, score=found.score)


def quoted(chunk: Chunk, standing: Standing, start: int, end: int, *, score: float) -> Quote:
    """`chunk.text[start:end]` as a quote with its document's standing."""
    return Quote(
        text=chunk.text[start:end],
        document=chunk.source,
        title=standing.title,
        kind=standing.kind,
        status=standing.status,
        valid_until=standing.valid_until,
        section=" › ".join(chunk.section),
        page=chunk.page,
        score=score,
    )


def quotes(
    found: Sequence[Found],
    question: Question,
    standings: Mapping[str, Standing],
    *,
    most: int,
    near: float,
    room: int = ROOM,
) -> tuple[str, list[Quote]]:
    """The first line and its quotes: the best unit, then others that score within `near` of it, while there is room.

    The first line is the best unit itself, or "" where it is too long to stand twice or crowds out what narrows it.
    All together take at most `room` characters, with one between each two.
    """
    lead = found[0]
    text = lead.text
    alone = room - len(SO_IT_STANDS) - 1
    start, end = span(lead, question, room=alone)
    twice = len(text) <= LONGEST_FIRST_LINE and not text.endswith(":") and len(text) + end - start + 2 <= room
    first = text if twice else ""
    room = room - len(first) if twice else alone
    shown: list[tuple[Chunk, int, int]] = []
    result: list[Quote] = []
    for unit in found:
        if len(result) == most or (unit is not lead and unit.score < lead.score - near):
            break
        chunk = unit.candidate.chunk
        own = chunk.units[unit.number]
        if any(chunk.id == other.id and own.start >= a and own.end <= b for other, a, b in shown):
            continue
        if any(_same(unit.text, earlier.text) for earlier in result):
            continue
        start, end = span(unit, question, room=room - 1)
        if end - start > room - 1:
            if unit is not lead:
                continue
            end = start + room - 1  # a sentence longer than all there is room for
        if any(chunk.id == other.id and start < b and end > a for other, a, b in shown):
            start, end = own.start, own.end
        shown.append((chunk, start, end))
        result.append(quote(unit, standings[chunk.source], start, end))
        room -= end - start + 1
    return first, result


def _same(one: str, other: str) -> bool:
    """Do two texts say the same words?"""
    plain = re.sub(r"\W+", "", one).casefold()
    return plain in re.sub(r"\W+", "", other).casefold()
