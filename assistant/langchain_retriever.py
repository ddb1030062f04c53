"""Edges to LangChain: our search as a `BaseRetriever`, and any `Embeddings` as the embedding model.

retriever = RollkollRetriever(assistant=Assistant.from_settings(read_settings()), k=5)
ingest(documents, folder, LangChainEmbedder(OllamaEmbeddings(model="bge-m3"), name="bge-m3"))
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from assistant.answers import Profile
from assistant.assistant import SHOWN_PASSAGES, Assistant
from ingest.embed import Vectors


class RollkollRetriever(BaseRetriever):
    """The passages that an answer would be drawn from, best first, as LangChain documents.

    They come through `Assistant.ask`: what `profile` may not read is left out, rules in force go first, and a question
    that is declined or holds an identity number finds nothing. `metadata` has source, page, section, title, kind,
    status, valid_until, score. A document is here also when it is a draft, expired or replaced: read `status` and
    `valid_until` before quoting it.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    assistant: Assistant
    k: Annotated[int, Field(ge=1, le=SHOWN_PASSAGES)] = 8
    profile: Profile | None = None

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        passages = self.assistant.ask(query, profile=self.profile).passages[: self.k]
        standings = {info.source: info.standing for info in self.assistant.documents()}
        found = []
        for passage in passages:
            standing = standings[passage.chunk.source]
            metadata = {
                "source": passage.chunk.source,
                "page": passage.chunk.page,
                "section": passage.section,
                "title": standing.title,
                "kind": standing.kind,
                "status": standing.status,
                "valid_until": standing.valid_until.isoformat() if standing.valid_until else None,
                "score": passage.score,
            }
            found.append(Document(page_content=passage.chunk.text, metadata=metadata, id=passage.chunk.id))
        return found


class LangChainEmbedder:
    """Any LangChain `Embeddings` as an `Embedder`. An index knows its model by `name`: another model, another name."""

    def __init__(self, embeddings: Embeddings, *, name: str) -> None:
        self._embeddings = embeddings
        self.name = name

    def passages(self, texts: Sequence[str]) -> Vectors:
        return _unit_length(self._embeddings.embed_documents(list(texts)))

    def query(self, text: str) -> Vectors:
        vector: Vectors = _unit_length([self._embeddings.embed_query(text)])[0]
        return vector


def _unit_length(rows: Sequence[Sequence[float]]) -> Vectors:
    """Many models give vectors of any length; ours have length 1. A vector of zeros stays one."""
    vectors: Vectors = np.asarray(rows, dtype=np.float32)
    lengths: Vectors = np.sqrt((vectors**2).sum(axis=1, keepdims=True))
    lengths[lengths == 0] = 1
    scaled: Vectors = vectors / lengths
    return scaled
