"""What the reranker is trained on: a question and the units that a search finds for it, the right ones known.

From the questions in staff's words on the documents made for training, and from the training halves of SweQUAD-MC and
SQuAD-sv. A question without an answer has no right unit.

    python -m eval.training.candidates --names sjolunda,granberga --public DIR --out build/candidates.jsonl
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from assistant.rank import read_scorers
from assistant.rerank import PackagedReranker, Reranker, reading
from eval.training.asked import ask_all, rank_all
from eval.training.pairs import held_out, read_lines
from ingest.chunk import sentences
from ingest.embed import MODEL_FOLDER, PackagedEmbedder
from ingest.swedish import stem, words

FOUND = 14  # units kept of each search


@dataclass(frozen=True, slots=True)
class Group:
    """A question and its candidates as the reranker reads them: the right ones first, the others best first.

    Best by the reranker that is there; `right` are places in `texts`.
    """

    name: str
    question: str
    texts: tuple[tuple[str, str], ...]  # (unit, context)
    right: tuple[int, ...]
    sure: float = 0.0  # the chance, 0 to 1, that the reranker there is gives what is right, or that nothing is


def ordered(group: Group, reranker: Reranker) -> Group:
    """The group with the right texts first, the others as the reranker orders them, and how sure it is."""
    scores = reranker.scores(group.question, group.texts)
    order = sorted(range(len(scores)), key=lambda place: (place not in group.right, -scores[place]))
    odds = np.exp([*scores, 0.0])  # the last: none of these
    right = odds[list(group.right)].sum() if group.right else odds[-1]
    return replace(
        group,
        texts=tuple(group.texts[place] for place in order),
        right=tuple(range(len(group.right))),
        sure=round(float(right / odds.sum()), 3),
    )


def care_groups(name: str, embedder: PackagedEmbedder, scratch: Path, *, share: float) -> Iterator[Group]:
    """A share of the questions of one municipality, each with the best units of a search in its documents."""
    for each in rank_all(ask_all(name, embedder, scratch, share=share, gone=0.15, held=False), read_scorers()):
        line, titles, units = each.asked.line, each.asked.titles, each.units
        right = [units[place] for place in each.right_units(units)]
        kept = list(units[:FOUND])
        kept += [unit for unit in right[:2] if unit not in kept]
        texts = tuple(reading(unit, titles[unit.candidate.chunk.source]) for unit in kept)
        if texts and (right or not line["answerable"]):
            places = tuple(place for place, unit in enumerate(kept) if unit in right)
            yield Group(name, line["question"], texts, places)


def public_groups(folder: Path, name: str, shuffle: random.Random, *, limit: int) -> Iterator[Group]:
    """Questions of a public set's training half, each with the sentences of its text that share most words with it."""
    corpus = {line["id"]: line for line in read_lines(folder / name / "corpus.jsonl")}
    lines = [line for line in read_lines(folder / name / "qa.jsonl") if line["context_id"] in corpus]
    lines = [line for line in lines if not held_out(line["context_id"])]
    shuffle.shuffle(lines)
    for line in lines[:limit]:
        text, title = corpus[line["context_id"]]["text"], corpus[line["context_id"]].get("title") or ""
        spans = [text[start:end] for start, end in sentences(text)]
        asks = {stem(word) for word in words(line["question"])}
        order = sorted(range(len(spans)), key=lambda place: -len(asks & {stem(word) for word in words(spans[place])}))
        answerable = line.get("answerable", True) and line["answers"]
        right = [place for place, span in enumerate(spans) if answerable and line["answers"][0] in span]
        if answerable and not right:
            continue
        kept = list(dict.fromkeys([*right[:1], *order[:10]]))
        texts = tuple((spans[place], f"{title}: {spans[place - 1][-150:] if place else ''}") for place in kept)
        yield Group(name, line["question"], texts, tuple(n for n, place in enumerate(kept) if place in right))


def main() -> None:
    """Write every group as a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", required=True, help="municipalities under questions/, by comma")
    parser.add_argument("--share", type=float, default=1.0, help="share of their questions that is asked")
    parser.add_argument("--public", type=Path, help="the folder of the public question sets")
    parser.add_argument("--model-folder", type=Path, default=MODEL_FOLDER, help="exported models")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    shuffle = random.Random(5)
    embedder, reranker = PackagedEmbedder(arguments.model_folder), PackagedReranker(arguments.model_folder)
    with tempfile.TemporaryDirectory() as scratch, arguments.out.open("w", encoding="utf-8") as stream:
        for name in filter(None, arguments.names.split(",")):
            for group in care_groups(name, embedder, Path(scratch), share=arguments.share):
                stream.write(json.dumps(asdict(ordered(group, reranker)), ensure_ascii=False) + "\n")
            print(name, flush=True)
        if arguments.public:
            for name, limit in (("swequad_mc", 300), ("squad_v2_sv_dev", 300)):
                for group in public_groups(arguments.public, name, shuffle, limit=limit):
                    stream.write(json.dumps(asdict(ordered(group, reranker)), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
