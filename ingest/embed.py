"""Texts into vectors: the packaged model by onnxruntime, or any sentence-transformers model by name or path."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.errors import ModelMissing

Vectors = NDArray[np.float32]
PACKAGED = "rollkoll-e5-small"
MODEL_FOLDER = Path(__file__).parent / "model"
LONGEST = 400  # tokens of one text that the packaged model reads
WIDTH = 384  # of the packaged model's vectors
TASK = "Given a question from care staff, retrieve passages of governing documents that answer it"


class Embedder(Protocol):
    """Texts in, vectors of length 1 out, all of one width, as float32 of shape (texts, width)."""

    name: str

    def passages(self, texts: Sequence[str]) -> Vectors: ...
    def query(self, text: str) -> Vectors: ...


def open_embedder(name: str) -> Embedder:
    """The packaged model for `rollkoll-e5-small`, else the sentence-transformers model of that name or path."""
    return PackagedEmbedder(MODEL_FOLDER) if name == PACKAGED else SentenceTransformerEmbedder(name)


def open_session(model: Path, *, threads: int = 0) -> Any:
    """An onnxruntime session of `threads` (0: one a core), idle between questions. Raises ModelMissing."""
    import onnxruntime

    if not model.exists():
        raise ModelMissing(f"Språkmodellen saknas: {model}. Hämta om programmet (git checkout) och försök igen.")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = threads or os.cpu_count() or 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def open_tokenizer(path: Path) -> Any:
    """A tokenizer that cuts after `LONGEST` tokens and never pads."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(LONGEST)
    tokenizer.no_padding()
    return tokenizer


class PackagedEmbedder:
    """Multilingual E5 small, trained on care questions, 8-bit weights: see `eval/training/`.

    Asks for E5's own prefixes "query: " and "passage: " (Wang et al., 2024, arXiv:2402.05672).
    """

    def __init__(self, folder: Path) -> None:
        model = folder / "model.onnx"
        # A core a text, rather than all cores for each: `eval/embedding_speed.py` measures both.
        self._session = open_session(model, threads=1)
        self._pool = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="embedder")
        self._tokenizer = open_tokenizer(folder / "tokenizer.json")
        digest = hashlib.sha256()
        with model.open("rb") as stream:
            digest.update(stream.read(1 << 20))
            stream.seek(-(1 << 16), os.SEEK_END)
            digest.update(stream.read())
        self.name = f"{PACKAGED}@{digest.hexdigest()[:12]}"

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed([f"passage: {text}" for text in texts])

    def query(self, text: str) -> Vectors:
        vector: Vectors = self._embed([f"query: {text}"])[0]
        return vector

    def _embed(self, texts: Sequence[str]) -> Vectors:
        """No text shares a batch with others: it then has one vector, whatever its company."""
        encoded = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        result: Vectors = np.zeros((len(texts), WIDTH), dtype=np.float32)
        for place, vector in enumerate(self._pool.map(self._vector, encoded)):
            result[place] = vector
        return result

    def _vector(self, ids: Sequence[int]) -> Vectors:
        row = np.array([ids], dtype=np.int64)
        (vectors,) = self._session.run(None, {"input_ids": row, "attention_mask": np.ones_like(row)})
        vector: Vectors = vectors[0]
        return vector


def prompts_of(name: str, own: Mapping[str, str]) -> tuple[str, str]:
    """What goes before a question and before a passage: the model's `own` prompts, else what its kind was trained with.

    E5 has one word for each; an E5 of the kind "instruct" is told the task before a question, and nothing before a
    passage (Wang et al., 2024, arXiv:2402.05672).
    """
    kind = Path(name).name.casefold()
    query, passage = ("query: ", "passage: ") if re.search(r"(?<![a-z])e5(?![a-z])", kind) else ("", "")
    if query and "instruct" in kind:
        query, passage = f"Instruct: {TASK}\nQuery: ", ""
    return own.get("query") or query, own.get("document") or own.get("passage") or passage


class SentenceTransformerEmbedder:
    """Any sentence-transformers model; its own query and document prompts are used where it has them."""

    def __init__(self, name: str) -> None:
        from sentence_transformers import SentenceTransformer

        try:
            self._model: Any = SentenceTransformer(name)
        except Exception as error:  # the library raises what its many loaders raise
            raise ModelMissing(
                f"Språkmodellen {name!r} går inte att ladda ({type(error).__name__}: {error}). "
                "Ange en mapp med modellen i ROLLKOLL_EMBEDDING_MODEL, "
                "eller ta bort inställningen för att använda den som följer med."
            ) from error
        self.name = name
        self._query, self._passage = prompts_of(name, getattr(self._model, "prompts", None) or {})

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts, self._passage)

    def query(self, text: str) -> Vectors:
        vector: Vectors = self._embed([text], self._query)[0]
        return vector

    def _embed(self, texts: Sequence[str], prompt: str) -> Vectors:
        vectors: Vectors = self._model.encode(
            [prompt + text for text in texts], normalize_embeddings=True, show_progress_bar=False, prompt=""
        )
        return np.asarray(vectors, dtype=np.float32)
