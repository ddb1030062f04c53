"""The best units read together with the question by a cross-encoder, that says how sure each answers it.

The packaged model by onnxruntime (`eval/training/train_reranker.py` makes it), or any sentence-transformers
CrossEncoder by name or path.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.errors import SettingsError
from assistant.rank import Found
from ingest.embed import MODEL_FOLDER, open_session, open_tokenizer

Scores = NDArray[np.float64]
Text = tuple[str, str]  # a unit with its lead-in, and its context
PACKAGED = "rollkoll-reranker"
NO_RERANKER = "ingen"
CONTEXT = 150  # characters of what stands before a unit that are read with it
LONGEST_QUESTION, LONGEST_UNIT, LONGEST = 40, 120, 160  # tokens; the last of all together
NOTHING = re.compile(r"(?:^| \| )[^|:]+: [-–—](?= \||$)")  # a cell with a dash, and its heading


class Reranker(Protocol):
    """A question and texts in, the log-odds that each answers it out, of shape (texts,)."""

    def scores(self, question: str, texts: Sequence[Text]) -> Scores: ...


def open_reranker(name: str) -> Reranker | None:
    """The packaged reranker, the CrossEncoder of that name or path, or None for `ingen`. Raises SettingsError."""
    if name == NO_RERANKER:
        return None
    return PackagedReranker(MODEL_FOLDER) if name == PACKAGED else CrossEncoderReranker(name)


def reading(found: Found, title: str) -> Text:
    """The unit with its lead-in, and its context: title, heading, and the end of what stands before.

    Of a row, cells with a dash are left out: a matrix of ten roles is then short enough to be read to its end.
    """
    chunk, unit = found.candidate.chunk, found.candidate.chunk.units[found.number]
    text = NOTHING.sub("", found.text) if unit.kind == "row" else found.text
    place = f"{title} – {' › '.join(chunk.section[-2:])}"
    if unit.intro >= 0:
        lead = chunk.units[unit.intro]
        return f"{chunk.text[lead.start : lead.end]} {text}", f"{place}: "
    if unit.kind == "row":
        return text, place
    before = chunk.units[found.number - 1] if found.number else None
    said = chunk.text[before.start : before.end][-CONTEXT:] if before else ""
    return found.text, f"{place}: {said}"


class PackagedReranker:
    """Multilingual E5 small as a cross-encoder, trained on care questions, 8-bit weights."""

    def __init__(self, folder: Path) -> None:
        # A core a text, rather than all cores for each: half the time for texts as short as these.
        self._session = open_session(folder / "reranker.onnx", threads=1)
        self._tokenizer = open_tokenizer(folder / "tokenizer.json")
        self._pool = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="reranker")

    def scores(self, question: str, texts: Sequence[Text]) -> Scores:
        """One text at a time, so that a text's score does not depend on its company."""
        return np.array(list(self._pool.map(self._score, joined(self._tokenizer, question, texts))), dtype=float)

    def _score(self, ids: list[int]) -> float:
        row = np.array([ids], dtype=np.int64)
        (scores,) = self._session.run(None, {"input_ids": row, "attention_mask": np.ones_like(row)})
        return float(scores[0])


def joined(tokenizer: Any, question: str, texts: Sequence[Text]) -> list[list[int]]:
    """Token ids of the question, each text and its context, with `</s>` between and after."""
    asked = tokenizer.encode(f"query: {question[:2000]}").ids[:LONGEST_QUESTION]
    return [
        (asked + tokenizer.encode(unit).ids[1:LONGEST_UNIT] + tokenizer.encode(context).ids[1:])[:LONGEST]
        for unit, context in texts
    ]


class CrossEncoderReranker:
    """Any sentence-transformers CrossEncoder that gives one score a pair."""

    def __init__(self, name: str) -> None:
        from sentence_transformers import CrossEncoder
        from torch.nn import Identity

        try:
            self._model: Any = CrossEncoder(name, activation_fn=Identity())
        except Exception as error:  # the library raises what its many loaders raise
            raise SettingsError(
                f"Omrankaren {name!r} går inte att ladda ({type(error).__name__}: {error}). Ange en mapp med modellen "
                f"i ROLLKOLL_RERANKER, {NO_RERANKER!r} för att vara utan, eller ta bort inställningen för att använda "
                "den som följer med."
            ) from error

    def scores(self, question: str, texts: Sequence[Text]) -> Scores:
        pairs = [(question, f"{context} {unit}") for unit, context in texts]
        return np.asarray(self._model.predict(pairs, show_progress_bar=False), dtype=float).reshape(len(texts))
