"""The plain recipe to stand beside: LangChain's recursive splitter at its usual 1000/200, Chroma, top-k by similarity.

It reads the pages that our parser made, so that splitting and ranking are compared and not PDF readers, and it embeds
with the same model.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from statistics import median

import chromadb
from chromadb.config import Settings as ChromaSettings
from langchain_core.documents import Document as LangChainDocument
from langchain_core.embeddings import Embeddings

from eval.bench.errors import BenchError
from eval.bench.task import DEPTH, Hit, Query
from ingest.chunk import page_text
from ingest.corpus import Document
from ingest.embed import Embedder

SIZE, OVERLAP = 1000, 200  # characters
AT_ONCE = 2000  # pieces handed to Chroma at a time


class OurEmbeddings(Embeddings):
    """One of our embedders, for LangChain."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[float(value) for value in row] for row in self._embedder.passages(texts)]

    def embed_query(self, text: str) -> list[float]:
        return [float(value) for value in self._embedder.query(text)]


class PlainRecipe:
    """Splits and stores documents, then ranks. Raises BenchError where the recipe's libraries are not installed."""

    def __init__(self, documents: Iterable[Document], embedder: Embedder, folder: Path) -> None:
        try:
            from langchain_chroma import Chroma
            from langchain_text_splitters import RecursiveCharacterTextSplitter
        except ImportError as error:
            raise BenchError(
                f"{error.name} is missing, which the comparison needs. Run `pip install 'rollkoll[dev]'`."
            ) from error
        pages = [
            LangChainDocument(page_content=text, metadata={"source": document.source, "page": page.number or 0})
            for document in documents
            for page in document.pages
            if (text := page_text(page.blocks)).strip()
        ]
        splitter = RecursiveCharacterTextSplitter(chunk_size=SIZE, chunk_overlap=OVERLAP)
        pieces = splitter.split_documents(pages)
        self.size = len(pieces)
        self.length = int(median(len(piece.page_content) for piece in pieces))
        self._client = chromadb.PersistentClient(str(folder), ChromaSettings(anonymized_telemetry=False))
        self._store = Chroma("plain", OurEmbeddings(embedder), client=self._client)
        for start in range(0, len(pieces), AT_ONCE):
            self._store.add_documents(pieces[start : start + AT_ONCE])

    def rank(self, query: Query) -> list[Hit]:
        found = self._store.similarity_search(query.text, k=min(DEPTH, self.size))
        return [Hit(piece.metadata["source"], piece.metadata["page"] or None, piece.page_content) for piece in found]

    def close(self) -> None:
        """Let go of the files."""
        self._client.close()
