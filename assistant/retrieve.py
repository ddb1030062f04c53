"""A question into candidate passages: BM25 and vectors, fused by rank, each with the features that ranking reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from assistant.examples import ECHO, NO_EXAMPLES, NOTHING, Echo, Examples, Like, echo_features, loudest
from assistant.question import Question, coverage
from ingest.chunk import FORM_SECTION
from ingest.corpus import Chunk
from ingest.embed import Embedder
from ingest.index import WHOLE, Index
from ingest.swedish import WORD

RRF = 60  # Cormack, Clarke & Büttcher (2009)
NEAREST, NEAREST_UNITS = 60, 180  # passages, and units, asked for by their vectors
LEXICAL = 60  # passages taken from BM25
CANDIDATES = 60  # passages that are ranked
ROLE = re.compile(
    r"sjuksköterska|undersköterska|vårdbiträde|chef|läkare|\bmas\b|\bmar\b|\bsas\b|terapeut|handläggare|personal|ansvar|"
    r"nämnd|verksamhetschef|ombud|kontakt|ledare|samordnare|styrgrupp|region|kommun",
    re.IGNORECASE,
)
NUMBER = re.compile(
    r"\d|\b(en|ett|två|tre|fyra|fem|sex|sju|åtta|nio|tio|tolv|en gång|varje|årligen|dagligen|månad\w*|vecka|veckor|"
    r"halvår)\b",
    re.I,
)
TIME = re.compile(
    r"\d|\b(omgående|genast|snarast|direkt|samma|inom|senast|innan|före|efter|dag|dygn|timm\w+|vecka|veckor|månad\w*|"
    r"år|vardag\w*)\b",
    re.I,
)
MAY = re.compile(r"\b(får|inte|ska|kan|måste|endast|aldrig|tillåt\w*|krävs|nej|ja|undantag\w*|dock|alltid)\b", re.I)
PLACE = re.compile(r"\b(i|på|hos|finns|förvaras|dokumenteras|journal\w*|pärm\w*|system\w*|intranät\w*|bilaga)\b", re.I)
PHONE = re.compile(r"\d{2,4}[- ]\d{2,}|@|\b112\b|\b1177\b|\btelefon\b|\bring", re.I)
DEFINES = re.compile(r"\b(är|avses|innebär|menas|definieras|betyder|kallas|:)\b|:", re.I)
FITS = {
    "who": ROLE, "number": NUMBER, "when": TIME, "may": MAY, "where": PLACE, "contact": PHONE, "definition": DEFINES,
}  # fmt: skip


@dataclass(slots=True)
class Candidate:
    """A chunk that may answer, with what each side of the search says of it."""

    position: int
    chunk: Chunk
    lexical: float = 0.0  # BM25
    dense: float = 0.0  # cosine of the whole passage
    units: dict[int, float] = field(default_factory=dict)  # cosine of units near the question
    like: Like = NOTHING  # what examples say of the question
    echoes: dict[int, Echo] = field(default_factory=dict)  # of each unit
    fused: float = 0.0
    features: list[float] = field(default_factory=list)
    score: float = 0.0
    shift: float = 0.0  # what its document's standing adds to the score
    own_stems: Sequence[frozenset[str]] = ()  # of every unit alone
    unit_stems: Sequence[frozenset[str]] = ()  # with its lead-in and heading
    unit_coverage: list[float] = field(default_factory=list)


def retrieve(
    question: Question,
    index: Index,
    embedder: Embedder,
    *,
    examples: Examples = NO_EXAMPLES,
    allowed: Callable[[str], bool] | None = None,
) -> list[Candidate]:
    """Return at most `CANDIDATES` candidates, best fused first; only of sources that `allowed` lets through."""
    vector = embedder.query(question.searched[:2000])
    wholes = index.nearest_passages(vector, NEAREST)
    units = index.nearest_units(vector, NEAREST_UNITS)
    scores = index.lexical.scores(question.terms)
    top = min(LEXICAL, len(scores))
    best = np.argpartition(-scores, top - 1)[:top] if top else np.array([], dtype=int)
    ranked = [int(place) for place in best[np.argsort(-scores[best], kind="stable")] if scores[place] > 0]

    fused: dict[int, float] = {}
    found: dict[int, Candidate] = {}
    order_whole = [position for position, _ in wholes]
    order_unit = list(dict.fromkeys(position for position, _, _ in units))
    for order in (ranked, order_whole, order_unit):
        for rank, position in enumerate(order):
            fused[position] = fused.get(position, 0.0) + 1.0 / (RRF + rank + 1)
    positions = sorted(fused, key=lambda position: -fused[position])[: CANDIDATES * (3 if allowed else 1)]
    for position, chunk in zip(positions, index.chunks(positions), strict=True):
        if allowed is not None and not allowed(chunk.source):
            continue
        found[position] = Candidate(position, chunk, lexical=float(scores[position]), fused=fused[position])
        if len(found) == CANDIDATES:
            break
    if not found:
        return []
    dense = dict(wholes)
    missing = [(position, WHOLE) for position in found if position not in dense]
    dense |= {position: float(other @ vector) for (position, _), other in index.vectors(missing).items()}
    for position, candidate in found.items():
        candidate.dense = dense[position]
    for position, unit, similarity in units:
        if position in found:
            found[position].units[unit] = similarity
    candidates = list(found.values())
    _listen(candidates, examples.like(vector), index)
    floor = min((similarity for _, _, similarity in units), default=0.0)
    for candidate in candidates:
        _describe(candidate, question, index)
    _features(candidates, question, index, floor)
    return candidates


def _listen(candidates: Sequence[Candidate], like: Like, index: Index) -> None:
    """How near every unit is to what answered like questions elsewhere."""
    for candidate in candidates:
        candidate.like = like
    if like is NOTHING:
        return
    own = {candidate.position: candidate for candidate in candidates}
    keys = [(candidate.position, unit) for candidate in candidates for unit in range(len(candidate.chunk.units))]
    vectors = index.vectors(keys)
    if vectors:
        for (position, unit), echo in zip(vectors, like.echoes(np.stack(list(vectors.values()))), strict=True):
            own[position].echoes[unit] = echo


def _describe(candidate: Candidate, question: Question, index: Index) -> None:
    """Stems and coverage of every unit, its lead-in included."""
    stems = index.stems(candidate.position)
    candidate.own_stems, candidate.unit_stems = stems.own, stems.placed
    candidate.unit_coverage = [coverage(question, placed) for placed in stems.placed]


FEATURES = (
    "bm25 of best", "bm25 of weight", "dense", "dense gap", "unit", "unit gap", "rank bm25", "rank dense", "rank unit",
    "coverage", "unit coverage", "head coverage", "document", "units near", "form", "heading only", "length", "fit",
    "fused", "covered and near", *ECHO,
)  # fmt: skip


def _features(candidates: list[Candidate], question: Question, index: Index, floor: float) -> None:
    """Fill every candidate's features, in the order of `FEATURES`."""
    if not candidates:
        return
    units = [max(c.units.values(), default=floor - 0.01) for c in candidates]
    lexical = np.array([c.lexical for c in candidates])
    dense = np.array([c.dense for c in candidates])
    near = np.array(units)
    ranks = [np.argsort(np.argsort(-values, kind="stable"), kind="stable") for values in (lexical, dense, near)]
    share: dict[str, float] = {}
    for candidate in candidates:
        share[candidate.chunk.source] = share.get(candidate.chunk.source, 0.0) + candidate.fused
    most = max(share.values())
    highest_fused = max(c.fused for c in candidates)
    echoes = [loudest(c.echoes.values()) for c in candidates]
    loud = loudest(echoes)
    for place, candidate in enumerate(candidates):
        chunk = candidate.chunk
        stems = frozenset().union(*candidate.own_stems)
        head = index.stems(candidate.position).head
        held = coverage(question, stems | head)
        best = max(candidate.unit_coverage, default=0.0)
        candidate.features = [
            float(lexical[place] / (lexical.max() or 1.0)),
            float(lexical[place] / (question.weight * 2.2 or 1.0)),
            float(dense[place]),
            float(dense[place] - dense.max()),
            float(near[place]),
            float(near[place] - near.max()),
            *(1.0 / (1.0 + float(rank[place])) for rank in ranks),
            held,
            best,
            coverage(question, head),
            share[chunk.source] / most,
            min(len(candidate.units), 6) / 6,
            float(chunk.section == (FORM_SECTION,)),
            float(next(islice(WORD.finditer(chunk.text), 7, None), None) is None),  # fewer than 8 words
            min(len(chunk.text), 2000) / 2000,
            fit(question, chunk.text),
            candidate.fused / highest_fused,
            best * float(near[place]),
            *echo_features(echoes[place], loud, candidate.like),
        ]


def fit(question: Question, text: str) -> float:
    """Does a text hold the kind of thing that is asked for? 1 or 0; 0.5 where no kind is asked for."""
    pattern = FITS.get(question.asks[0])
    return 0.5 if pattern is None else float(bool(pattern.search(text)))
