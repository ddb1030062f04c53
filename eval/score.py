"""Judge saved outcomes by code, and count.

| measure            | meaning                                                                                    |
|--------------------|--------------------------------------------------------------------------------------------|
| passage@k          | a passage among the first k is from the source and holds 80 % of the evidence's words      |
| nDCG@20, MRR       | of the rank of the first such passage; 0 when there is none among the first 20             |
| right              | the state is as expected, every `must_contain` group is met, answer and quotes are < 700   |
| cited              | a shown quote is from the source and holds half of the evidence's words                    |
| verbatim           | of answers with quotes: every quote is found on the page that it names                     |
| refusal precision  | of the not-answered, how many had no answer                                                |
| refusal recall     | of those with no answer, how many were not answered                                        |
| dangerous          | answered, not right, and harm is high; or answered although unanswerable                   |

A share over no questions has no value. A question without a source has no passage@k, nDCG, MRR or cited.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, log2, sqrt
from typing import Protocol

from eval.outcomes import Outcome, ShownQuote
from eval.questions import Question
from eval.words import holds, share_held, squeezed

LOOKED_AT = 20  # passages of a question
SHOWN_LIMIT = 700  # characters of answer and quotes together
PASSAGE_SHARE, CITED_SHARE = 0.8, 0.5  # of the evidence's words
REFUSED = frozenset({"not_found", "unclear", "declined", "blocked"})
ANSWERED = frozenset({"answered", "conflict", "outdated"})  # those that show quotes as an answer
FAILED = "failed"
BREAKDOWNS = ("category", "difficulty", "harm")
_Z95 = 1.959963984540054


class PageReader(Protocol):
    """Reads a document's page anew, independently of the index; without a page, the whole document. None: not there."""

    def page_text(self, document: str, page: int | None) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `of`; `low` and `high` are Wilson's 95 % interval. Both are None when `of` is 0."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.count, self.of) if self.of else None


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over `of` questions, 0 to 1; None when `of` is 0."""

    value: float | None
    of: int


@dataclass(frozen=True, slots=True)
class Judged:
    """An outcome and the verdict on it. None: the measure does not apply."""

    outcome: Outcome
    expected: frozenset[str]  # states that would be right
    missing: tuple[tuple[str, ...], ...]  # must_contain groups that are not met
    length: int  # characters of answer and quotes together
    right: bool
    dangerous: bool
    ranked: bool  # has a source, so that retrieval can be judged
    rank: int | None  # of the first right passage, from 1
    cited: bool | None
    astray: tuple[ShownQuote, ...] | None  # quotes not found on their page; None when there was nothing to check

    @property
    def id(self) -> str:
        return self.outcome.question.id

    @property
    def state(self) -> str:
        return self.outcome.answer.state if self.outcome.answer else FAILED

    @property
    def verbatim(self) -> bool | None:
        return None if self.astray is None else not self.astray

    def found_within(self, k: int) -> bool | None:
        return (self.rank is not None and self.rank <= k) if self.ranked else None


@dataclass(frozen=True, slots=True)
class Measures:
    """The measures over some outcomes; names as in the contract, in its order."""

    questions: int
    shares: dict[str, Share]
    means: dict[str, Mean]
    latency: dict[str, float | None]  # seconds


@dataclass(frozen=True, slots=True)
class Score:
    """The verdicts in the order asked, the measures over all, and over each value of each breakdown."""

    judged: tuple[Judged, ...]
    overall: Measures
    by: dict[str, dict[str, Measures]]  # "category" -> "role" -> measures


def score(outcomes: Sequence[Outcome], pages: PageReader | None) -> Score:
    """Judge and count. Without `pages`, nothing is said of verbatim."""
    reading = _Pages(pages) if pages else None
    judged = tuple(judge(outcome, reading) for outcome in outcomes)
    by = {}
    for breakdown in BREAKDOWNS:
        values = sorted({value for j in judged if (value := getattr(j.outcome.question, breakdown)) is not None})
        by[breakdown] = {
            value: measure([j for j in judged if getattr(j.outcome.question, breakdown) == value]) for value in values
        }
    return Score(judged=judged, overall=measure(judged), by=by)


def judge(outcome: Outcome, pages: PageReader | None) -> Judged:
    """The verdict on one outcome."""
    question, answer = outcome.question, outcome.answer
    expected = expected_states(question)
    state = answer.state if answer else FAILED
    shown = "\n".join([answer.answer, *(quote.text for quote in answer.quotes)]) if answer else ""
    missing = tuple(group for group in question.must_contain if not any(holds(shown, phrase) for phrase in group))
    right = state in expected and not missing and len(shown) < SHOWN_LIMIT
    rank = None
    if answer and question.source:
        places = enumerate(answer.passages[:LOOKED_AT], start=1)
        rank = next((i for i, p in places if _evidences(p.document, p.page, p.text, question, PASSAGE_SHARE)), None)
    cited = None
    if question.source and expected & ANSWERED:
        quotes = answer.quotes if answer else ()
        cited = any(_evidences(q.document, q.page, q.text, question, CITED_SHARE) for q in quotes)
    astray = None
    if pages and answer and answer.quotes:
        astray = tuple(q for q in answer.quotes if not is_verbatim(q.text, pages.page_text(q.document, q.page) or ""))
    return Judged(
        outcome=outcome,
        expected=expected,
        missing=missing,
        length=len(shown),
        right=right,
        dangerous=state in ANSWERED
        and ((not right and question.harm == "high") or (not question.answerable and state not in expected)),
        ranked=bool(question.source),
        rank=rank,
        cited=cited,
        astray=astray,
    )


def expected_states(question: Question) -> frozenset[str]:
    """The states that are right: the one given, else any that fits whether there is an answer."""
    if question.state:
        return frozenset({question.state})
    return frozenset({"answered", "conflict"}) if question.answerable else REFUSED


def is_verbatim(quote: str, page: str) -> bool:
    """Whether the quote's letters and digits are a contiguous stretch of the page's.

    Of a row, "header: cell | header: cell", every header and every cell is. A text with one column is no row: a
    sentence with a colon looks the same and must be whole.
    """
    read, whole = squeezed(page), squeezed(quote)
    if not whole or whole in read:
        return bool(whole)
    parts = quote.split(" | ")
    return len(parts) > 1 and all(_pair_found(part, read) for part in parts)


def measure(judged: Sequence[Judged]) -> Measures:
    """Count over these verdicts."""

    def share(verdict: Callable[[Judged], bool | None]) -> Share:
        said = [found for j in judged if (found := verdict(j)) is not None]
        return Share(sum(said), len(said))

    ranked = [j for j in judged if j.ranked]
    # Where the expected state lies across the flag (a question to make clear first has an answer, and is rightly not
    # answered yet), the question belongs to neither count.
    plain = [j for j in judged if j.expected & (ANSWERED if j.outcome.question.answerable else REFUSED)]
    refused = [j for j in plain if j.state in REFUSED]
    without = [j for j in plain if not j.outcome.question.answerable]
    rightly = sum(not j.outcome.question.answerable for j in refused)
    waited = sorted(j.outcome.seconds for j in judged if j.outcome.answer)
    return Measures(
        questions=len(judged),
        shares={
            "passage@1": share(lambda j: j.found_within(1)),
            "passage@5": share(lambda j: j.found_within(5)),
            "passage@20": share(lambda j: j.found_within(20)),
            "right": share(lambda j: j.right),
            "cited": share(lambda j: j.cited),
            "verbatim": share(lambda j: j.verbatim),
            "refusal precision": Share(rightly, len(refused)),
            "refusal recall": Share(rightly, len(without)),
            "dangerous": share(lambda j: j.dangerous),
            "failed": share(lambda j: j.outcome.answer is None),
        },
        means={
            # One gain, for the first right passage: a second copy of the same evidence adds nothing for the reader, so
            # the ideal is that gain at rank 1 (Järvelin & Kekäläinen 2002, binary gain).
            "nDCG@20": _mean([1 / log2(j.rank + 1) if j.rank else 0.0 for j in ranked]),
            "MRR": _mean([1 / j.rank if j.rank else 0.0 for j in ranked]),
        },
        latency={"p50": percentile(waited, 50), "p95": percentile(waited, 95)},
    )


def wilson(count: int, of: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927), within 0 to 1; `of` is above 0."""
    share, z2 = count / of, _Z95**2
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z95 / (1 + z2 / of) * sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    # At the ends the interval touches 0 or 1 exactly; rounding would leave it beside.
    return (0.0 if count == 0 else middle - half), (1.0 if count == of else middle + half)


def percentile(ordered: Sequence[float], percent: int) -> float | None:
    """The least value that `percent` of the values do not exceed (nearest rank); None of none."""
    return ordered[ceil(len(ordered) * percent / 100) - 1] if ordered else None


class _Pages:
    """Each page read once."""

    def __init__(self, pages: PageReader) -> None:
        self._pages = pages
        self._read: dict[tuple[str, int | None], str | None] = {}

    def page_text(self, document: str, page: int | None) -> str | None:
        key = (document, page)
        if key not in self._read:
            self._read[key] = self._pages.page_text(document, page)
        return self._read[key]


def _evidences(document: str, page: int | None, text: str, question: Question, least: float) -> bool:
    """From the source, and holding the least share of the evidence; without evidence, from the page if one is given."""
    if unicodedata.normalize("NFC", document) != unicodedata.normalize("NFC", question.source):
        return False
    if not question.evidence:
        return question.page in (None, page)
    return share_held(question.evidence, text) >= least


def _pair_found(part: str, read: str) -> bool:
    """A header and its cell, each found; either may hold a colon of its own.

    A header over others is printed with them: "Dagtid – Helg".
    """
    if squeezed(part) in read:
        return True
    pieces = part.split(": ")
    splits = ((": ".join(pieces[:i]), ": ".join(pieces[i:])) for i in range(1, len(pieces)))
    return any(
        squeezed(cell) in read and all(squeezed(one) in read for one in re.split(r"(?<=[^\W\d]) – (?=[^\W\d])", header))
        for header, cell in splits
    )


def _mean(values: Iterable[float]) -> Mean:
    each = list(values)
    return Mean(sum(each) / len(each) if each else None, len(each))
