"""Training pairs: a question, the text that answers it, and texts near it that do not.

From three sources, each split so that a part stays unseen: questions in staff's words on the documents made for
training (`documents/`, `questions/`), and the public sets SweQUAD-MC, SQuAD-sv and Zaragoza's construction FAQ where
their folder is given.
"""

from __future__ import annotations

import json
import random
import re
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.chunk import chunk, sentences
from ingest.corpus import Document
from ingest.index import WHOLE
from ingest.load import File, files
from ingest.read import read
from ingest.write import CHUNK_SIZE, LONGEST_LIST, texts_of

HERE = Path(__file__).parent
ELSEWHERE = 0.3  # share of the questions on what no document holds, that one municipality is asked


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, texts that answer it (a unit, or the passage around it), and texts that do not."""

    question: str
    positives: tuple[str, ...]
    negatives: tuple[str, ...]


def held_out(key: str) -> bool:
    """Is this document of a public set kept from training? Half of them are, by their id."""
    return zlib.crc32(key.encode()) % 2 == 1


def elsewhere(name: str, *, held: bool) -> Iterator[dict[str, Any]]:
    """Questions of everyday life that no document of this municipality answers: of each half of them, a third."""
    for line in read_lines(HERE / "elsewhere.jsonl"):
        drawn = random.Random(f"{line['id']} {name}").random() < ELSEWHERE
        if drawn and held_out(line["id"]) == held and name not in line.get("except", ()):
            yield {**line, "answerable": False}


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSONL file."""
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            if line.strip():
                yield json.loads(line)


def plain(text: str) -> str:
    """Letters and digits only, for finding a quote whatever its spaces and table bars."""
    return re.sub(r"\W+", "", text).casefold()


def training_documents() -> dict[str, Document]:
    """The documents made for training, by source."""
    return {file.source: read(file) for file in files(HERE / "documents") if isinstance(file, File)}


def evidence_places(document: Document, evidence: str) -> list[tuple[int, int]]:
    """(number of the chunk, unit or WHOLE) that hold the evidence, the smallest first."""
    wanted = plain(evidence)
    cells = [plain(cell) for cell in evidence.strip("| ").split("|")] if "|" in evidence else []
    places = []
    for number, part in enumerate(chunk(document, size=CHUNK_SIZE, longest_list=LONGEST_LIST)):
        whole = plain(part.text)
        in_chunk = all(cell in whole for cell in cells) if cells else wanted in whole
        for place, unit in enumerate(part.units):
            text = plain(part.text[unit.start : unit.end])
            hit = (
                all(cell in text for cell in cells)
                if cells
                else (wanted in text or (len(text) > 20 and text in wanted))
            )
            if hit:
                places.append((number, place))
        if in_chunk:
            places.append((number, WHOLE))
    return places


def evidence_of(line: dict[str, Any]) -> list[str]:
    """The quotes that answer a question, the best one first; the others may stand in any of its documents."""
    return [line["evidence"], *line.get("also", ())]


def care_pairs(names: Collection[str] = ()) -> Iterator[Pair]:
    """Pairs of the documents made for training (of `names`, or all); the negatives are all units of the municipality.

    Of the unit and the passage around it, both answer.
    """
    documents = training_documents()
    texts = {
        source: {
            (number, unit): text
            for number, part in enumerate(chunk(document, size=CHUNK_SIZE, longest_list=LONGEST_LIST))
            for unit, text in texts_of(document, part)
        }
        for source, document in documents.items()
    }
    for path in sorted((HERE / "questions").glob("*.jsonl")):
        if names and path.stem not in names:
            continue
        pool = {
            (source, place): text
            for source, own in texts.items()
            if source.startswith(f"{path.stem}/")
            for place, text in own.items()
            if place[1] != WHOLE
        }
        for line in read_lines(path):
            if not line["answerable"]:
                continue
            source = line["source"]
            own = texts[source]
            places = [place for place in evidence_places(documents[source], line["evidence"]) if place in own]
            if not places:
                continue
            right = {(source, place) for place in places}
            for evidence in evidence_of(line)[1:]:
                for other in {key[0] for key in pool}:
                    right |= {(other, place) for place in evidence_places(documents[other], evidence)}
            yield Pair(
                line["question"],
                tuple(own[place] for place in places[:3]),
                tuple(text for key, text in pool.items() if key not in right),
            )


def public_pairs(folder: Path, name: str, shuffle: random.Random, *, limit: int) -> Iterator[Pair]:
    """Pairs of a public set's training half: the sentence with the answer, or the whole short text."""
    corpus = {line["id"]: line for line in read_lines(folder / name / "corpus.jsonl")}
    lines = [line for line in read_lines(folder / name / "qa.jsonl") if line.get("answerable", True)]
    shuffle.shuffle(lines)
    count = 0
    for line in lines:
        key = line["context_id"]
        if held_out(key) or count >= limit or key not in corpus or not line["answers"]:
            continue
        text, title = corpus[key]["text"], corpus[key].get("title") or ""
        spans = [text[start:end] for start, end in sentences(text)]
        answer = line["answers"][0]
        hits = [span for span in spans if answer in span]
        whole = f"{title}: {text[:900]}"
        if len(text) < 900:
            positives = (whole,)
        elif hits:
            positives = (f"{title}: {hits[0]}",)
        else:
            continue
        others = [f"{title}: {span}" for span in spans if span not in hits and len(span) > 30]
        count += 1
        yield Pair(line["question"], positives, tuple(dict.fromkeys(others)))


def faq_pairs(folder: Path, queries: str) -> Iterator[Pair]:
    """Pairs of the construction FAQ's training half, in Swedish or English (`queries` is the file's name)."""
    name = "zaragoza_bygg_faq"
    corpus = {line["id"]: line for line in read_lines(folder / name / "corpus.jsonl")}
    asked = {line["id"]: line["text"] for line in read_lines(folder / name / queries)}
    with (folder / name / "qrels.tsv").open(encoding="utf-8") as stream:
        for row in stream:
            fields = row.split()
            if len(fields) < 3 or fields[0] not in asked or held_out(fields[1]):
                continue
            text = corpus[fields[1]]
            yield Pair(asked[fields[0]], (f"{text.get('title') or ''}: {text['text'][:900]}",), ())
