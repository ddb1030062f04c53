"""An asker that behaves: it answers out of a few small pages, and reads them back."""

from collections.abc import Sequence
from datetime import date

import pytest

from assistant.answers import Answer, Passage, Profile, Quote, State, Turn
from eval.outcomes import Run
from ingest.corpus import Chunk

PAGES = {
    (
        "region/utskrivning.pdf",
        3,
    ): "Läkemedel vid utskrivning. Den utskrivande läkaren skriver under läke-\nmedelslistan.",
    ("kommun/larm.pdf", 1): "Larm besvaras inom 10 minuter. Undersköterskan på plats – “först till larmet” – går.",
}


class FakeAsker:
    """Shows the page that shares most words with the question and the turn before; with under two in common, nothing.

    Keeps what it was asked. “krasch” in a question makes it raise.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[str, ...], Profile | None]] = []

    def ask(self, question: str, *, history: Sequence[Turn], profile: Profile | None) -> Answer:
        self.asked.append((question, tuple(turn.question for turn in history), profile))
        if "krasch" in question:
            raise RuntimeError("modellen svarar inte")
        searched = f"{history[-1].question} {question}" if history else question
        state: State = "answered"
        if "850709" in question:
            return Answer(id="x", question="Gäller det även ▇▇▇?", state="blocked", text="Fråga utan personuppgifter.")
        wanted = {word.strip("?.,").casefold() for word in searched.split()}
        ranked = sorted(
            ((len(wanted & set(text.casefold().replace(".", "").split())), source) for source, text in PAGES.items()),
            reverse=True,
        )
        if ranked[0][0] < 2:
            state = "not_found"
        document, page = ranked[0][1]
        text = PAGES[ranked[0][1]]
        return Answer(
            id="x",
            question=question,
            state=state,
            text="Så här står det." if state == "answered" else "Dokumenten säger inget.",
            quotes=(Quote(text, document, "", "rutin", "gällande", None, "", page, 1.0),)
            if state == "answered"
            else (),
            passages=tuple(
                Passage(Chunk("c", source[0], source[1], (), PAGES[source], ()), float(shared))
                for shared, source in ranked
            ),
            searched=searched if history else "",
            seconds=0.1,
            generation="g1",
        )


class FakePages:
    def page_text(self, document: str, page: int | None) -> str | None:
        return PAGES.get((document, page or 0))


@pytest.fixture
def asker():
    return FakeAsker()


@pytest.fixture
def pages():
    return FakePages()


@pytest.fixture
def about():
    return Run(today=date(2026, 3, 1), version="0.1", questions={"små.jsonl": "ab" * 32})
