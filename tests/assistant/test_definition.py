"""assistant/definition.py: questions for what a word means."""

from datetime import date

import pytest

from assistant.assistant import Assistant
from assistant.definition import wanted
from ingest.index import Index
from ingest.swedish import stem, words

RULE = "Dokumenttyp: Riktlinje\nGäller från: 2025-01-01\n"
DOCUMENTS = {
    "riktlinje.md": f"""# Riktlinje för planering i Ekbacka kommun

{RULE}
## Definitioner

- vårdskada: lidande eller sjukdom som hade kunnat undvikas
- tillbud: händelse som kunde ha skadat någon

## Ansvar

Omvårdnadsansvarig sjuksköterska (OAS) följer upp planen. Enhetschefen ansvarar för egenvård på enheten.

## Egenvård

Egenvård är en åtgärd som patienten kan utföra själv. Beslut om egenvård dokumenteras.
""",
    "gammal.md": """# Rutin för egenvård

Dokumenttyp: Rutin
Giltig till: 2020-12-31

Egenvård är när någon sköter sig själv. Samordnad individuell plan (SIP) görs vid behov.
""",
    "rapport.md": """# Rapport om planering

Dokumenttyp: Rapport

Egenvård är ett begrepp som används på många sätt. Verksamhetschef (VC) svarar. Fast vårdkontakt (FVK) saknas ofta.
""",
    "rutin.md": f"""# Rutin för vårdcentralen

{RULE}
Ring patientens vårdcentral (VC) på dagtid. Ring verksamhetschefen vid behov. Fast vårdkontakt utses.
""",
    "hemlig.md": f"# Rutin för larm\n\n{RULE}\nBehörighet: chefer\n\nTjänsteman i beredskap (TiB) ringer.\n",
}


@pytest.fixture
def ask(ingested, embedder):
    made = Assistant(ingested(DOCUMENTS) / "index", embedder, today=date(2026, 3, 1))
    return made.ask


def shown(answer):
    return [(quote.document, quote.text) for quote in answer.quotes]


@pytest.mark.parametrize(
    ("question", "term", "letters"),
    [
        ("vad är en SIP", "sip", False),
        ("Vad står OAS för?", "oas", True),
        ("vad betyder FVK?", "fvk", False),
        ("vad menas med egenvård", "egenvård", False),
        ("Vad menar ni med begreppet ”trygg hemgång”?", "trygg hemgång", False),
        ("Vad är egentligen en vårdskada hos oss?", "vårdskada", False),
        ("Hur definieras vårdskada hos oss?", "vårdskada", False),
        ("Vad är definitionen av fall?", "fall", False),
        ("Vad är förkortningen för fast vårdkontakt?", "fast vårdkontakt", True),
        ("Tillbud, vad är det?", "tillbud", False),
        ("What does SIP mean?", "sip", False),
        ("KSS förkortning betydelse", "kss", True),
        ("OAS: förkortning", "oas", True),
        ("förkortning OAS", "oas", True),
        ("egenvård definition", "egenvård", False),
        ("betydelsen av egenvård?", "egenvård", False),
    ],
)
def test_the_term_that_is_asked_for(question, term, letters):
    assert any(one.term == tuple(map(stem, words(term))) and one.letters == letters for one in wanted(question))


@pytest.mark.parametrize("question", ["Vem ansvarar för egenvård?", "När görs en SIP?", "Får jag ge insulin?", "?", ""])
def test_other_questions_ask_for_no_meaning(question):
    assert wanted(question) == []


def test_what_letters_stand_for(ask):
    answer = ask("Vad står OAS för?")
    assert answer.state == "answered"
    assert shown(answer)[0] == ("riktlinje.md", "Omvårdnadsansvarig sjuksköterska (OAS) följer upp planen.")
    assert answer.text == answer.quotes[0].text
    assert "OAS" in answer.passages[0].chunk.text


def test_a_definition_stands_alone_without_the_ones_before_it_in_the_list(ask):
    answer = ask("vad menas med tillbud?")
    assert shown(answer)[0] == ("riktlinje.md", "tillbud: händelse som kunde ha skadat någon")


def test_the_definition_in_force_goes_before_the_expired_one_and_the_report(ask):
    documents = [document for document, _ in shown(ask("Vad är egenvård?"))]
    assert documents[0] == "riktlinje.md"
    assert "gammal.md" not in documents and "rapport.md" not in documents


def test_two_things_that_letters_stand_for_are_both_shown(ingested, embedder):
    both = DOCUMENTS | {"chef.md": f"# Rutin för chefer\n\n{RULE}\nBesluten fattas av verksamhetschef (VC).\n"}
    answer = Assistant(ingested(both) / "index", embedder, today=date(2026, 3, 1)).ask("Vad betyder VC?")
    assert {document for document, _ in shown(answer)[:2]} == {"rutin.md", "chef.md"}


def test_letters_do_not_tell_what_their_long_form_is(ask):
    assert "Fast vårdkontakt (FVK)" not in " ".join(text for _, text in shown(ask("Vad är en fast vårdkontakt?"))[:1])


def test_what_a_report_says_is_marked_as_such(ask):
    answer = ask("Vad står FVK för?")
    assert answer.text.startswith("Ur en rapport, inte en regel: ")
    assert shown(answer)[0] == ("rapport.md", "Fast vårdkontakt (FVK) saknas ofta.")


def test_what_the_asker_may_not_read_defines_nothing(ask):
    assert all(document != "hemlig.md" for document, _ in shown(ask("Vad betyder TiB?")))


def test_an_index_without_meanings_is_asked_as_before(ingested, embedder):
    folder = ingested({"a.md": "# Larm\n\nLarm besvaras av undersköterskan.\n"}) / "index"
    assert Index(folder).manifest["meanings"] == []
    assert Assistant(folder, embedder).ask("Vad är larm?").state in ("answered", "not_found")
