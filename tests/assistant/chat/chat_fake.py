"""An assistant for the chat's tests: one known answer for each state, chosen by a word in the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from assistant.answers import Answer, Contact, Passage, Profile, Quote, Turn
from ingest.corpus import Block, Chunk, Standing

PDF = "region/Riktlinje för läkemedel (2026).pdf"
WORD = "kommun/lokal rutin insulin.docx"
OLD = "kommun/egenvård 2019.md"
CLOSED = "chef/endast chefer.md"

RULE = "Den läkare som skriver ut patienten signerar läkemedelslistan – samma dag."
LOCAL = "Insulin delegeras inte på Björkgården."
STALE = "Egenvård bedöms enligt SOSFS 2009:6."
LISTED = "\n".join(["Ansvarig sjuksköterska ska:", *(f"- göra steg {number}" for number in range(1, 19))])

MAS = Contact(role="MAS", how="0555-10 20 30, mas@ekbacka.example", document=WORD)


@dataclass(frozen=True, slots=True)
class Listed:
    source: str
    standing: Standing


DOCUMENTS = (
    Listed(PDF, Standing(title="Riktlinje för läkemedel", kind="riktlinje", version="4.0")),
    Listed(WORD, Standing(title="Insulin på Björkgården", kind="lokal rutin", unit="Björkgården")),
    Listed(OLD, Standing(title="Egenvård", kind="rutin", valid_until=date(2021, 12, 31))),
    Listed(CLOSED, Standing(title="Endast chefer", groups=("chefer",))),
)

PAGES = {
    (PDF, 1): (Block("heading", "1 Inledning", level=1), Block("paragraph", "Riktlinjen gäller <alla>.")),
    (PDF, 2): (
        Block("heading", "4.2 Signering", level=2),
        Block("paragraph", f"Läkemedelslistan följer patienten. {RULE}"),
        Block("item", "Listan sparas", group=1),
        Block("row", "Uppgift: Signera lista | SSK: nej | Läkare: ja", group=2),
        Block("paragraph", "Ansvarig sjuksköterska ska:"),
        *(Block("item", f"göra steg {number}", group=3) for number in range(1, 19)),
    ),
    (WORD, None): (Block("heading", "Insulin", level=1), Block("paragraph", LOCAL)),
    (OLD, None): (Block("paragraph", STALE),),
    (CLOSED, None): (Block("paragraph", "Löner"),),
}


def quote(text: str = RULE, **changes: object) -> Quote:
    made = Quote(
        text=text,
        document=PDF,
        title="Riktlinje för läkemedel",
        kind="riktlinje",
        status="gällande",
        valid_until=None,
        section="4 Ansvar › 4.2 Signering",
        page=2,
        score=0.9,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


LOCAL_QUOTE = quote(
    LOCAL, document=WORD, title="Insulin på Björkgården", kind="lokal rutin", section="Insulin", page=None
)
STALE_QUOTE = quote(
    STALE, document=OLD, title="Egenvård", kind="rutin", valid_until=date(2021, 12, 31), section="", page=None
)


def passage(document: str, page: int | None) -> Passage:
    return Passage(Chunk(id=document, source=document, page=page, section=(), text="…", units=()), 0.4)


def answer(state: str, text: str, **changes: object) -> Answer:
    made = Answer(id=f"a-{state}", question="Vem signerar?", state=state, text=text, generation="g1")  # type: ignore[arg-type]
    return replace(made, **changes)  # type: ignore[arg-type]


ANSWERS = {
    "answered": answer("answered", "Den läkare som skriver ut signerar.", quotes=(quote(), quote(LISTED))),
    "conflict": answer(
        "conflict",
        "På Björkgården går den lokala rutinen först. De skiljer sig åt i om insulin får delegeras.",
        quotes=(LOCAL_QUOTE, quote("Insulin får delegeras till undersköterska.")),
    ),
    "outdated": answer("outdated", "Bara en utgången rutin säger något om det.", quotes=(STALE_QUOTE,), contact=MAS),
    "not_found": answer(
        "not_found",
        "Dokumenten säger inget om parkering.",
        passages=(passage(PDF, 2), passage(PDF, 1), passage(OLD, None)),
        contact=MAS,
    ),
    "unclear": answer(
        "unclear",
        "Det beror på var du arbetar.",
        choices=("Får insulin delegeras i särskilt boende?", "Får insulin delegeras i ordinärt boende?"),
    ),
    "declined": answer("declined", "Jag svarar inte på doser. Fråga ansvarig sjuksköterska.", contact=MAS),
    "blocked": answer("blocked", "Frågan innehåller ett personnummer.", question=""),
}

WORDS = {
    "insulin": "conflict",
    "egenvård": "outdated",
    "parkering": "not_found",
    "delegera": "unclear",
    "dos": "declined",
    "personnummer": "blocked",
}


@dataclass
class FakeAssistant:
    """Answers by a word in the question, and keeps what it was asked."""

    asked: list[tuple[str, Sequence[Turn], Profile | None]] = field(default_factory=list)

    def ask(self, question: str, *, history: Sequence[Turn] = (), profile: Profile | None = None) -> Answer:
        self.asked.append((question, history, profile))
        if "krasch" in question:
            raise RuntimeError(f"gick sönder vid {question}")
        state = next((state for word, state in WORDS.items() if word in question.casefold()), "answered")
        said = ANSWERS[state]
        kept = "" if state == "blocked" else question
        return replace(said, id=f"{said.id}-{len(self.asked)}", question=kept)

    def documents(self) -> Sequence[Listed]:
        return DOCUMENTS

    def page(self, document: str, page: int | None) -> Sequence[Block]:
        return PAGES.get((document, page), ())


def write_documents(folder: Path) -> None:
    """Write the files that DOCUMENTS lists, and one that it does not."""
    for name in (*(document.source for document in DOCUMENTS), "olistad.pdf"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(pdf() if name.endswith(".pdf") else f"text i {name}".encode())


def pdf() -> bytes:
    """Two empty pages, drawn with a line of text each."""
    objects = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>"]
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents {} 0 R/Resources<</Font<</F 7 0 R>>>>>>"
    objects += [page.format(5), page.format(6)]
    for text in ("Sida ett", "Sida tva"):
        stream = f"BT /F 24 Tf 60 90 Td ({text}) Tj ET"
        objects.append(f"<</Length {len(stream)}>>stream\n{stream}\nendstream")
    objects.append("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    body, places = "%PDF-1.4\n", []
    for number, item in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj{item}endobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    return (
        f"{body}xref\n0 {size}\n0000000000 65535 f \n{table}trailer<</Size {size}/Root 1 0 R>>\n"
        f"startxref\n{len(body)}\n%%EOF\n"
    ).encode()
