"""What is shown of the best unit: the sentence with its condition, the list with its lead-in, the row.

Always a stretch of one page; a sentence that a page break cuts is two, in order, and neither is shown alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence

from assistant.answers import SO_IT_STANDS, Quote
from assistant.question import Question
from assistant.rank import Found
from ingest.corpus import Chunk, Standing
from ingest.swedish import STOP, stem, words

Stretch = tuple[Chunk, int, int]  # with its start and end in the chunk's text
Around = Callable[[int], Sequence[Chunk]]  # position of a chunk -> it and those beside it in the document, in order
ROOM = 690  # characters of the answer and all quotes together; the contract's limit is 700
LONGEST_FIRST_LINE = 300
LONGEST_BETWEEN = 160  # characters of a sentence that is taken along between two that are quoted
# A sentence that begins so narrows the one before: a rule is never shown without it.
NARROWS = re.compile(
    r"^(undantag\w*|undantaget|dock\b|detta gäller (inte|endast|bara|även)|det gäller (inte|endast|bara)|endast\b|"
    r"om (inte|så inte)\b|däremot|men\b|samtidigt\b|emellertid|ändå\b|trots det|å andra sidan|i annat fall|annars|"
    r"förutsättningen|förutsatt|det förutsätter|villkor\w*|bara om|observera|obs|gäller inte|aldrig\b|"
    r"vid (misstanke|minsta)|saknas|(är|har|kan|får|vill|går|finns|blir|svarar|hittar)( \w+){1,4} (inte|ej)\b|"
    r"(svarar|finns|har)( \w+){0,2} ingen\b)",
    re.IGNORECASE,
)
REFERS = re.compile(
    r"^(den|det|detta|denna|dessa|de|hen|han|hon|då|där|därefter|sedan|samma|även|också|uppgiften|beslutet|listan)\b",
    re.I,
)

ENDED = re.compile(r"[.!?:;…]\W*$")  # how a sentence or a lead-in ends
MOST_CELLS, LONGEST_CELL = 2, 60  # lines after one that is no sentence, and characters of each, that are taken along
# A sentence that says how many things there are, or that some follow; and how one begins that names them.
COUNTS = {"två": 2, "tre": 3, "fyra": 4, "fem": 5, "sex": 6, "sju": 7, "åtta": 8, "nio": 9, "tio": 10}
ANNOUNCES = re.compile(rf"\b({'|'.join(COUNTS)}|flera|följande|olika|\d+)\s+(?:\w+\s+){{0,2}}\w+", re.IGNORECASE)
BETWEEN = re.compile(r",\s|\s(?:och|samt|eller)\s")
THESE = re.compile(r"(de|dessa|det|den första|det första|första|dels|bland|följande)\b")


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
        end = _with_exceptions(chunk, number, until=start + room)
        if _wants_list(question) and end == unit.end:
            end = _with_what_it_announces(chunk, number, until=start + room)
        if end == unit.end:
            end = _with_cells_beside(chunk, number, until=start + room)
        before = chunk.units[number - 1] if number else None
        if (
            before
            and before.kind == "sentence"
            and (REFERS.match(text) or NARROWS.match(text))
            and end - before.start <= room
        ):
            start = before.start
    return start, end


def _with_exceptions(chunk: Chunk, number: int, *, until: int) -> int:
    """The end of a sentence with those after it that narrow it, as far as `until`."""
    end = chunk.units[number].end
    for other in chunk.units[number + 1 : number + 3]:
        narrows = other.kind == "sentence" and NARROWS.match(chunk.text[other.start : other.end])
        if not narrows or other.end > until:
            break
        end = other.end
    return end


def _with_what_it_announces(chunk: Chunk, number: int, *, until: int) -> int:
    """The end of a sentence that announces several things, with the next where that names them: "Målen är …"."""
    text = chunk.text[chunk.units[number].start : chunk.units[number].end]
    after = chunk.units[number + 1] if number + 1 < len(chunk.units) else None
    if not after or after.kind != "sentence" or after.end > until or not ANNOUNCES.search(text):
        return chunk.units[number].end
    following = chunk.text[after.start : after.end]
    begins = words(following)[:3]
    said = {stem(word) for word in words(text) if word not in STOP}
    taken_up = any(stem(word) in said for word in begins if word not in STOP)
    named = _as_many(following, {found.group(1).casefold() for found in ANNOUNCES.finditer(text)})
    return after.end if taken_up or named or THESE.match(" ".join(begins)) else chunk.units[number].end


def _with_cells_beside(chunk: Chunk, number: int, *, until: int) -> int:
    """The end of a line that is no sentence, with the short ones after it: a table's row, its cells one a line."""
    end = chunk.units[number].end
    if ENDED.search(chunk.text[chunk.units[number].start : end]):
        return end
    for other in chunk.units[number + 1 : number + 1 + MOST_CELLS]:
        text = chunk.text[other.start : other.end]
        if other.kind != "sentence" or len(text) > LONGEST_CELL or ENDED.search(text) or other.end > until:
            break
        end = other.end
    return end


def _as_many(text: str, counts: Collection[str]) -> bool:
    """Does a text name one thing after another, as many as one of these counts says?"""
    things = len(BETWEEN.split(text))
    said = [COUNTS.get(count, int(count) if count.isdecimal() else 0) for count in counts]
    return things > 2 and any(things - count in (0, 1) for count in said)  # one of them may hold an "och" of its own


def over_pages(chunk: Chunk, start: int, end: int, near: Sequence[Chunk]) -> list[Stretch]:
    """The stretch, with the rest of a sentence that a page break cuts at its beginning or end: in the pages' order.

    `near` are the chunks around it, itself among them. The rest comes with its lead-in, or with what narrows it. A
    whole sentence that the next page begins by narrowing goes with it in the same way.
    """
    inside = [unit for unit in chunk.units if unit.start >= start and unit.end <= end]
    places = [place for place, other in enumerate(near) if other.id == chunk.id]
    if not inside or not places:
        return [(chunk, start, end)]
    before: list[Stretch] = []
    after: list[Stretch] = []
    for other in near[: places[0]]:
        for unit in other.units:
            if (unit.whole and unit.whole == inside[0].whole) or (
                unit is other.units[-1] and inside[0] is chunk.units[0] and _narrows_over(other, chunk)
            ):
                led = unit.kind == "item" and unit.intro >= 0
                before.append((other, other.units[unit.intro].start if led else unit.start, unit.end))
    for other in near[places[0] + 1 :]:
        for number, unit in enumerate(other.units):
            if (unit.whole and unit.whole == inside[-1].whole) or (
                number == 0 and inside[-1] is chunk.units[-1] and _narrows_over(chunk, other)
            ):
                after.append((other, unit.start, _with_exceptions(other, number, until=len(other.text))))
    return [*before, (chunk, start, end), *after]


def _narrows_over(chunk: Chunk, following: Chunk) -> bool:
    """Does a page begin with a sentence that narrows the one that ends the page before?"""
    last, first = chunk.units[-1], following.units[0]
    turned = None not in (chunk.page, following.page) and chunk.page != following.page
    both = last.kind == first.kind == "sentence" and not last.whole and chunk.section == following.section
    return turned and both and NARROWS.match(following.text[first.start : first.end]) is not None


def _pieces(found: Found, question: Question, around: Around, *, room: int, alone: bool) -> list[Stretch]:
    """The stretches that quote a unit: with what belongs to it, or alone, where that is wanted or more has no room."""
    chunk, near = found.candidate.chunk, around(found.candidate.position)
    own = chunk.units[found.number]
    pieces = over_pages(chunk, *span(found, question, room=room), near)
    return over_pages(chunk, own.start, own.end, near) if alone or _length(pieces) > room + 1 else pieces


def _length(pieces: Sequence[Stretch]) -> int:
    """Characters that pieces take, each with one after it."""
    return sum(end - start + 1 for _, start, end in pieces)


def _cut_to(pieces: Sequence[Stretch], room: int) -> list[Stretch]:
    """As much of the pieces as there is room for, from the first on."""
    result = []
    for chunk, start, end in pieces:
        end = min(end, start + room - 1)
        if end > start:
            result.append((chunk, start, end))
        room -= end - start + 1
    return result


def _nothing(position: int) -> Sequence[Chunk]:
    return ()


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
    around: Around = _nothing,
    alone: Sequence[Found] = (),
) -> tuple[str, list[Quote]]:
    """The first line and its quotes: the best `most` units, as far as they score within `near` of the best one.

    The first line is the best unit itself, or "" where it is too long to stand twice, would crowd out a quote, or is
    half a sentence. All together take at most `room` characters, with one between each two; a unit may take more than
    one quote, where a page break cuts it. Those in `alone` need no lead-in to be understood.
    """
    lead = found[0]
    text = lead.text
    half = lead.candidate.chunk.units[lead.number].whole
    can_lead = not text.endswith(":") and not half and len(text) <= LONGEST_FIRST_LINE
    whole_room, room = room, room - len(SO_IT_STANDS) - 1
    shown: list[tuple[Stretch, float]] = []
    count = 0
    for unit in found:
        if count == most or (unit is not lead and unit.score < lead.score - near):
            break
        chunk = unit.candidate.chunk
        own = chunk.units[unit.number]
        if any(chunk.id == other.id and own.start >= a and own.end <= b for (other, a, b), _ in shown):
            continue
        if any(_same(unit.text, other.text[a:b]) for (other, a, b), _ in shown):
            continue
        pieces = _pieces(unit, question, around, room=room - 1, alone=unit in alone)
        if any(p.id == other.id and start < b and end > a for p, start, end in pieces for (other, a, b), _ in shown):
            pieces = over_pages(chunk, own.start, own.end, around(unit.candidate.position))
        if _length(pieces) > room:
            if unit is not lead:
                continue
            pieces = _cut_to(pieces, room)  # a sentence longer than all there is room for
        shown += [(piece, unit.score) for piece in pieces]
        room -= _length(pieces)
        count += 1
    taken = sum(len(chunk.text[a:b]) + 1 for (chunk, a, b), _ in shown)
    twice = can_lead and len(text) + taken <= whole_room
    room = whole_room - taken - (len(text) if twice else len(SO_IT_STANDS) + 1)
    result = [quoted(part, standings[part.source], a, b, score=score) for (part, a, b), score in _joined(shown, room)]
    return text if twice else "", result


def _joined(shown: Sequence[tuple[Stretch, float]], room: int) -> list[tuple[Stretch, float]]:
    """The stretches, those of one chunk that follow on each other as one, where the first of them stands.

    A short sentence between two is taken along, as far as there is `room`; rows stay alone.
    """
    result: dict[int, tuple[Stretch, float]] = {}  # by the place in `shown`
    last = -1
    for place in sorted(range(len(shown)), key=lambda place: (shown[place][0][0].id, shown[place][0][1])):
        (chunk, start, end), score = shown[place]
        if last >= 0 and (gap := _gap(result[last][0], chunk, start, end)) is not None and gap <= room:
            (_, start, ended), earlier = result.pop(last)
            last, score = min((last, earlier), (place, score))
            end, room = max(end, ended), room - gap
        else:
            last = place
        result[last] = (chunk, start, end), score
    return [result[place] for place in sorted(result)]


def _gap(before: Stretch, chunk: Chunk, start: int, end: int) -> int | None:
    """Characters that it takes to join a stretch with one that follows on it, None where it does not.

    The space between them is already reckoned with.
    """
    other, begun, ended = before
    if other.id != chunk.id or any(
        unit.kind == "row" and unit.start < end and unit.end > begun for unit in chunk.units
    ):
        return None
    between = sum(1 for unit in chunk.units if unit.start >= ended and unit.end <= start)
    gap = start - ended
    return gap - 1 if between <= 1 and gap <= LONGEST_BETWEEN else None


def _same(one: str, other: str) -> bool:
    """Do two texts say the same words?"""
    plain = re.sub(r"\W+", "", one).casefold()
    return plain in re.sub(r"\W+", "", other).casefold()
