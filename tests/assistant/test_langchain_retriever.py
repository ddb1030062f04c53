"""Our search as LangChain's retriever, and LangChain's embeddings as ours."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings
from pydantic import ValidationError

from assistant.answers import Profile
from assistant.assistant import Assistant
from assistant.langchain_retriever import LangChainEmbedder, RollkollRetriever
from ingest.pipeline import ingest
from ingest.swedish import stem, words


class Counting(Embeddings):
    """Counts stems into 64 places: lengths are anything but 1."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        row = [0.0] * 64
        for word in words(text):
            row[zlib.crc32(stem(word).encode()) % 64] += 3.0
        return row


@pytest.fixture
def assistant(tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "larm.md").write_text(
        "# Rutin larm\n\n## Svarstid\n\nUndersköterskan besvarar larm inom tio minuter – “först till larmet” går.\n",
        encoding="utf-8",
    )
    (folder / "nycklar.md").write_text(
        "---\nstatus: utkast\n---\n# Rutin nycklar\n\n## Förvaring\n\nNycklar förvaras i nyckelskåpet.\n",
        encoding="utf-8",
    )
    embedder = LangChainEmbedder(Counting(), name="counting")
    ingest(folder, tmp_path / "index", embedder)
    return Assistant(tmp_path / "index", embedder)


def test_vectors_get_length_one_and_zeros_stay_zeros():
    embedder = LangChainEmbedder(Counting(), name="counting")
    lengths = np.linalg.norm(embedder.passages(["larm larm nycklar", ""]), axis=1)
    assert lengths == pytest.approx([1.0, 0.0])
    assert np.linalg.norm(embedder.query("tio minuter")) == pytest.approx(1.0)
    assert embedder.query("tio").dtype == np.float32


def test_the_best_passage_comes_first_with_its_place_and_standing(assistant):
    found = RollkollRetriever(assistant=assistant, k=2).invoke("Inom hur många minuter ska larm besvaras?")
    assert found[0].page_content.startswith("Undersköterskan besvarar larm")
    assert {"source": "larm.md", "page": None, "status": "gällande", "title": "Rutin larm"}.items() <= found[
        0
    ].metadata.items()
    assert found[0].metadata["section"].endswith("Svarstid")


def test_a_draft_says_that_it_is_one(assistant):
    found = RollkollRetriever(assistant=assistant).invoke("Var förvaras nycklar?")
    assert {doc.metadata["source"]: doc.metadata["status"] for doc in found}["nycklar.md"] == "utkast"


def test_k_is_the_most_that_is_given(assistant):
    assert len(RollkollRetriever(assistant=assistant, k=1).invoke("Var förvaras nycklar?")) == 1
    with pytest.raises(ValidationError):
        RollkollRetriever(assistant=assistant, k=0)


def test_an_identity_number_finds_nothing(assistant):
    assert RollkollRetriever(assistant=assistant).invoke("Besvaras larm för 19121212-1212?") == []


def test_what_the_profile_may_not_read_is_left_out(tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "larm.md").write_text("# Rutin larm\n\nLarm besvaras inom tio minuter.\n", encoding="utf-8")
    (folder / "chef.md").write_text("# Rutin larm för chefer\n\nLarm följs upp av chefen.\n", encoding="utf-8")
    (folder / "chef.md.rattelse.yaml").write_text("groups: [chefer]\n", encoding="utf-8")
    embedder = LangChainEmbedder(Counting(), name="counting")
    ingest(folder, tmp_path / "index", embedder)
    assistant = Assistant(tmp_path / "index", embedder)

    def sources(profile):
        found = RollkollRetriever(assistant=assistant, profile=profile).invoke("Vem följer upp larm?")
        return {document.metadata["source"] for document in found}

    assert sources(None) == {"larm.md"}
    assert sources(Profile(groups=("chefer",))) == {"larm.md", "chef.md"}
