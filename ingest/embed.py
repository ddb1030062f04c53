"""Texts into vectors: the packaged model by onnxruntime, or any sentence-transformers model by name or path."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
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
        self._session = open_session(model)
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
        """One text at a time: as fast on a processor, and a text then has one vector, whatever its company."""
        result: Vectors = np.zeros((len(texts), WIDTH), dtype=np.float32)
        for place, encoding in enumerate(self._tokenizer.encode_batch(list(texts))):
            ids = np.array([encoding.ids], dtype=np.int64)
            (vectors,) = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
            result[place] = vectors[0]
        return result


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
        prompts = getattr(self._model, "prompts", {}) or {}
        e5 = "e5" in Path(name).name.casefold()
        self._query = prompts.get("query") or ("query: " if e5 else "")
        self._passage = prompts.get("document") or prompts.get("passage") or ("passage: " if e5 else "")

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
