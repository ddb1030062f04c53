"""The states of an answer, on one small index by the packaged model, and on indexes of a few sentences."""

import json
from datetime import date

import pytest

from assistant.answers import Profile, Turn
from assistant.assistant import Assistant
from ingest.embed import PACKAGED, open_embedder
from ingest.pipeline import ingest

TODAY = date(2026, 3, 1)
DOCUMENTS = {
    "läkemedel.md": """# Rutin för läkemedel i Ekbacka kommun

Dokumenttyp: Rutin
Gäller från: 2025-01-01
Dokumentansvarig: Åsa Öberg, 0470-12 34 56

## Utskrivning

Den utskrivande läkaren signerar läkemedelslistan senast dagen innan utskrivning. Sjuksköterskan kontrollerar listan.

## Insulin

Undersköterskan får ge insulin efter delegering. Undantag är den första dosen, som alltid ges av sjuksköterskan.

## Vem gör vad

| Uppgift | Sjuksköterska | Undersköterska |
|---|---|---|
| Iordningställa dosett | Ja | Nej |
| Överlämna läkemedel | Ja | Efter delegering |
""",
    "avvikelser-riktlinje.md": """# Riktlinje för avvikelser

Dokumenttyp: Riktlinje
Gäller från: 2025-01-01
Dokumentansvarig: Kvalitetschefen

## Utredning

En avvikelse ska utredas av enhetschefen inom 30 dagar.
""",
    "avvikelser-rutin.md": """# Rutin för avvikelser i hemtjänsten

Dokumenttyp: Rutin
Gäller från: 2025-01-01

## Utredning

En avvikelse ska utredas av enhetschefen inom 60 dagar.
""",
    "tvätt.md": """# Rutin för tvätt

Dokumenttyp: Rutin
Giltig till: 2024-12-31
Dokumentansvarig: Hygiensjuksköterskan

## Arbetskläder

Arbetskläderna tvättas av tvätteriet i 60 grader – aldrig hemma.
""",
    "munvård-UTKAST.md": """# Rutin för munvård UTKAST

Dokumenttyp: Rutin
Gäller från: 2026-09-01

## Tandborstning

Tänderna borstas morgon och kväll med mjuk tandborste.
""",
    "kontakter.md": """# Handbok med kontaktvägar

Dokumenttyp: Handbok

## Telefonnummer

- MAS (medicinskt ansvarig sjuksköterska): 0470-55 66 77, mas@ekbacka.example
- Fastighetsjouren: 0470-99 88 77
""",
    "larm.md": """# Rutin för larm

Dokumenttyp: Rutin
Gäller från: 2025-01-01

## Besvara larm

Ett larm från en boende besvaras inom 10 minuter av undersköterskan.
""",
    "enheter/björkgården/larm.md": """# Lokal rutin för larm på Björkgården

Dokumenttyp: Lokal rutin
Gäller från: 2025-01-01

## Besvara larm

På Björkgården besvaras ett larm från en boende inom 5 minuter av nattpatrullen.
""",
    "nycklar.md": """# Rutin för nyckelskåp

Dokumenttyp: Rutin
Gäller från: 2025-01-01
Behörighet: chefer

## Koden

Reservnyckeln till nyckelskåpet ligger i det gröna kassaskåpet på Älgstigen.
""",
}
CLOSED = ("nycklar.md", "reservnyckeln", "kassaskåpet", "älgstigen", "nyckelskåp")
LARM = "Inom vilken tid besvaras ett larm från en boende?"
KEY = "Var ligger den extra nyckeln till skåpet?"
QUESTIONS = [
    "Vem signerar läkemedelslistan vid utskrivning?",
    "Får undersköterskan ge insulin?",
    "Vem får iordningställa dosett?",
    "Inom hur många dagar ska en avvikelse utredas?",
    "Var tvättas arbetskläderna?",
    "När borstas tänderna?",
    "Hur når jag MAS?",
    LARM,
]


@pytest.fixture(scope="module")
def packaged():
    return open_embedder(PACKAGED)


@pytest.fixture(scope="module")
def shared_index(tmp_path_factory, packaged):
    """The folder of an index of DOCUMENTS; nothing here changes it."""
    folder = tmp_path_factory.mktemp("ekbacka")
    for name, text in DOCUMENTS.items():
        path = folder / "documents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    ingest(folder / "documents", folder / "index", packaged)
    return folder / "index"


@pytest.fixture(scope="module")
def assistant(shared_index, packaged):
    return Assistant(shared_index, packaged, today=TODAY)


def everything(answer):
    """All that an Answer holds, in lower case."""
    return (json.dumps(answer.json(), ensure_ascii=False) + repr(answer)).casefold()


def test_an_answer_is_the_documents_own_sentence_with_its_owner(assistant):
    answer = assistant.ask("Vem signerar läkemedelslistan vid utskrivning?")
    assert answer.state == "answered"
    assert answer.text == "Den utskrivande läkaren signerar läkemedelslistan senast dagen innan utskrivning."
    quote = answer.quotes[0]
    assert (quote.document, quote.title) == ("läkemedel.md", "Rutin för läkemedel i Ekbacka kommun")
    assert quote.section.endswith("Utskrivning")
    assert (answer.contact.role, answer.contact.how) == ("Åsa Öberg", "0470-12 34 56")
    assert answer.passages[0].chunk.source == "läkemedel.md"
    assert answer.id and answer.generation and answer.seconds > 0


def test_an_exception_is_shown_with_its_rule(assistant):
    answer = assistant.ask("Får undersköterskan ge insulin?")
    assert answer.state == "answered"
    assert answer.quotes[0].text == (
        "Undersköterskan får ge insulin efter delegering. "
        "Undantag är den första dosen, som alltid ges av sjuksköterskan."
    )


def test_a_row_is_shown_whole(assistant):
    answer = assistant.ask("Vem får iordningställa dosett?")
    assert answer.state == "answered"
    assert answer.quotes[0].text == "Uppgift: Iordningställa dosett | Sjuksköterska: Ja | Undersköterska: Nej"


def test_two_rules_in_force_that_differ_are_both_shown_the_higher_first(assistant):
    answer = assistant.ask("Inom hur många dagar ska en avvikelse utredas?")
    assert answer.state == "conflict"
    assert [(quote.kind, quote.text) for quote in answer.quotes] == [
        ("riktlinje", "En avvikelse ska utredas av enhetschefen inom 30 dagar."),
        ("rutin", "En avvikelse ska utredas av enhetschefen inom 60 dagar."),
    ]
    assert "Först går Riktlinje för avvikelser" in answer.text
    assert answer.contact.role == "Kvalitetschefen"


@pytest.mark.parametrize(
    ("question", "source", "why"),
    [
        ("Var tvättas arbetskläderna?", "tvätt.md", "gick ut 2024-12-31"),
        ("När borstas tänderna?", "munvård-UTKAST.md", "är ett utkast"),
    ],
    ids=["expired", "draft"],
)
def test_what_only_an_invalid_document_says_is_shown_with_a_warning(assistant, question, source, why):
    answer = assistant.ask(question)
    assert answer.state == "outdated"
    assert answer.text.startswith("Varning:") and why in answer.text
    assert [quote.document for quote in answer.quotes] == [source]


@pytest.mark.parametrize(
    ("today", "state"),
    [(date(2024, 12, 31), "answered"), (date(2025, 1, 1), "outdated")],
    ids=["last day", "day after"],
)
def test_a_document_is_in_force_through_its_last_day(shared_index, packaged, today, state):
    assert Assistant(shared_index, packaged, today=today).ask("Var tvättas arbetskläderna?").state == state


@pytest.mark.parametrize(
    "question",
    ["Hur många semesterdagar har jag rätt till?", "Vad kostar parkeringen vid stadshuset?", "och det att", "zebra"],
)
def test_what_the_documents_do_not_say_goes_to_the_nurse_they_name(assistant, question):
    answer = assistant.ask(question)
    assert answer.state == "not_found" and answer.quotes == ()
    assert answer.contact.how == "0470-55 66 77, mas@ekbacka.example"
    assert answer.contact.document == "kontakter.md"
    assert "0470-55 66 77" in answer.text and "0470-99 88 77" not in answer.text
    assert len(answer.text) <= 700


@pytest.mark.parametrize(
    ("question", "named"),
    [("Hur många mg Alvedon ska jag ge?", "alvedon"), ("Vad gäller för larm i Uppsala kommun?", "Uppsala")],
    ids=["dose", "other kommun"],
)
def test_what_is_not_for_us_is_declined_without_a_search(assistant, question, named):
    answer = assistant.ask(question)
    assert answer.state == "declined" and named in answer.text
    assert answer.quotes == () and answer.passages == ()
    assert answer.contact.how.startswith("0470-55 66 77")


def test_our_own_kommun_is_not_declined(assistant):
    answer = assistant.ask("Vem signerar läkemedelslistan vid utskrivning i Ekbacka kommun?")
    assert answer.state == "answered"


@pytest.mark.parametrize("number", ["19121212-1212", "121212-1212", "191212121212", "121212 1212", "121212–1212"])
def test_an_identity_number_is_blocked_and_nothing_of_it_is_kept(assistant, number):
    answer = assistant.ask(f"Får {number} – ”Åsa” – ge insulin?")
    assert answer.state == "blocked"
    assert answer.quotes == () and answer.passages == () and answer.searched == ""
    assert "121212" not in everything(answer) and "1212-" not in everything(answer)
    assert number.casefold() not in everything(answer)


@pytest.mark.parametrize("question", ["", "   ", "?! – ”…”", "🙂"])
def test_a_question_without_words_is_unclear(assistant, question):
    answer = assistant.ask(question)
    assert answer.state == "unclear" and answer.quotes == ()


@pytest.mark.parametrize(
    "question",
    [
        "Hon andas inte, vad gör jag?",
        "Han är medvetslös, hjälp!",
        "Brukaren har ont i bröstet, hur många mg Alvedon ska jag ge?",
        "Patienten har bröstsmärtor, hur gör de i Uppsala kommun?",
    ],
    ids=["breath", "unconscious", "with a dose", "with another kommun"],
)
def test_an_emergency_starts_with_112(assistant, question):
    answer = assistant.ask(question)
    assert answer.text.startswith("Ring 112 först.")
    assert answer.state == "declined"


def test_a_rule_that_is_asked_in_an_emergency_is_answered_after_112(ingested, packaged):
    rule = "Kramplösande läkemedel som är ordinerat vid behov ges direkt, utan att sjuksköterskan inväntas."
    text = f"# Rutin vid krampanfall\n\nDokumenttyp: Rutin\n\n## Krampanfall\n\n{rule}\n"
    assistant = Assistant(ingested({"kramp.md": text}, embedder=packaged) / "index", packaged, today=TODAY)
    answer = assistant.ask("Hon krampar nu, måste jag invänta sjuksköterskan innan jag ger kramplösande läkemedel?")
    assert answer.state == "answered" and answer.text.startswith("Ring 112 först.")
    assert answer.quotes[0].text == rule
    assert assistant.ask("Hon krampar nu, hjälp!").state == "declined"


def test_an_unanswered_question_that_names_a_person_is_declined(assistant):
    answer = assistant.ask("varför flyttade Bengt till ett annat boende?")
    assert answer.state == "declined" and "enskilda patienter" in answer.text


def test_an_emergency_is_no_follow_up(assistant):
    asked = "Vem signerar läkemedelslistan?"
    answer = assistant.ask("Hon andas inte, hjälp!!", history=[Turn(asked, assistant.ask(asked))])
    assert answer.text.startswith("Ring 112 först.")
    assert answer.searched == ""


def test_what_is_unlikely_to_help_is_not_quoted_to_somebody_in_danger(tmp_path, packaged):
    (tmp_path / "documents").mkdir()
    text = "# Hjälpmedel\n\nAndningshjälpmedel och inhalator förskrivs av läkare eller fysioterapeut.\n"
    (tmp_path / "documents" / "hjälpmedel.md").write_text(text, encoding="utf-8")
    ingest(tmp_path / "documents", tmp_path / "index", packaged)
    answer = Assistant(tmp_path / "index", packaged, today=TODAY).ask("Hon andas inte, hjälp!!")
    assert answer.state == "declined" and answer.text.startswith("Ring 112 först.")
    assert answer.quotes == ()


@pytest.mark.parametrize(
    ("contacts", "told"),
    [
        (
            "| Vem | Telefon | Tid |\n|---|---|---|\n| Sjuksköterska | 0555-10 20 40 | Dygnet runt |\n",
            "Ring sedan sjuksköterska, 0555-10 20 40.",
        ),
        ("MAS har telefon 0555-33 33 33 på vardagar.\n", "Dokumenten ger inget säkert svar."),
    ],
    ids=["a nurse at all hours", "none that is named"],
)
def test_in_danger_without_a_sure_quote_nothing_is_told_but_112_and_the_nurse_of_the_documents(
    ingested, packaged, contacts, told
):
    folder = ingested({"kontakter.md": f"# Kontaktvägar\n\nDokumenttyp: Rutin\n\n{contacts}"}, embedder=packaged)
    answer = Assistant(folder / "index", packaged, today=TODAY).ask("Hon andas inte, hjälp!!")
    assert answer.state == "declined" and answer.quotes == ()
    assert answer.text.casefold() == f"Ring 112 först. {told}".casefold()


def test_an_expired_document_is_told_as_such_in_an_emergency_too(tmp_path, packaged):
    text = "# Rutin vid andningsstopp\n\nDokumenttyp: Rutin\nGiltig till: 2020-01-01\n\n## Gör så här\n\n"
    text += "Den som hittar en person som inte andas börjar med hjärt-lungräddning och hämtar hjärtstartaren.\n"
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "stopp.md").write_text(text, encoding="utf-8")
    ingest(tmp_path / "documents", tmp_path / "index", packaged)
    answer = Assistant(tmp_path / "index", packaged, today=TODAY).ask("Hon andas inte, vad gör den som hittar henne?")
    assert answer.state == "declined" and answer.text.startswith("Ring 112 först.")
    assert answer.quotes and "gick ut 2020-01-01" in answer.text


def test_a_rule_about_an_emergency_is_no_emergency(assistant):
    assert not assistant.ask("Vilken rutin finns vid hjärtstopp?").text.startswith("Ring 112")


def test_a_units_own_rutin_is_first_when_the_profile_names_the_unit(assistant):
    answer = assistant.ask(LARM, profile=Profile(unit="Björkgården"))
    assert answer.state == "answered"
    assert answer.quotes[0].document == "enheter/björkgården/larm.md"
    assert answer.text.startswith("På Björkgården besvaras")


def test_a_units_own_rutin_is_first_when_the_question_names_the_unit(assistant):
    answer = assistant.ask("Inom vilken tid besvaras ett larm från en boende på Björkgården?")
    assert answer.quotes[0].document == "enheter/björkgården/larm.md"


def test_the_common_rutin_is_first_to_another_unit(assistant):
    answer = assistant.ask(LARM, profile=Profile(unit="Tallbacken"))
    assert answer.quotes[0].document == "larm.md"


@pytest.mark.parametrize("groups", [(), ("sjuksköterskor",)], ids=["no group", "another group"])
def test_a_document_with_groups_is_nowhere_for_those_outside(assistant, groups):
    for question in (KEY, "Vad står i dokumentet om koden?", *QUESTIONS):
        told = everything(assistant.ask(question, profile=Profile(groups=groups)))
        assert not [word for word in CLOSED if word in told]
    assert assistant.ask("Var ligger reservnyckeln till nyckelskåpet?").state == "not_found"


def test_a_document_with_groups_is_found_by_a_member(assistant):
    answer = assistant.ask("Var ligger reservnyckeln till nyckelskåpet?", profile=Profile(groups=("chefer",)))
    assert answer.state == "answered" and answer.quotes[0].document == "nycklar.md"


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_quote_is_a_stretch_of_its_page_or_a_row(assistant, question):
    answer = assistant.ask(question)
    assert answer.quotes
    for quote in answer.quotes:
        blocks = assistant.page(quote.document, quote.page)
        assert quote.text in "\n".join(block.text for block in blocks)
        assert "|" not in quote.text or quote.text in [block.text for block in blocks if block.kind == "row"]
    assert len(answer.text) + sum(1 + len(quote.text) for quote in answer.quotes) <= 700


def test_a_page_that_does_not_exist_is_empty(assistant):
    assert assistant.page("finns-inte.md", None) == ()
    assert assistant.page("larm.md", 99) == ()


def test_the_same_question_has_the_same_answer(assistant):
    one, other = (assistant.ask("Får undersköterskan ge insulin?") for _ in range(2))
    assert (one.text, one.quotes, one.passages) == (other.text, other.quotes, other.passages)
    assert one.id != other.id


def test_five_thousand_words_are_answered(assistant):
    answer = assistant.ask("Får undersköterskan ge insulin? " * 1250)
    assert answer.state == "answered" and len(answer.question) <= 4000


def test_a_running_assistant_goes_on_with_a_new_generation(ingested, packaged):
    rule = "# Rutin för larm\n\nDokumenttyp: Rutin\n\n## Tid\n\nEtt larm besvaras inom {} minuter av undersköterskan.\n"
    folder = ingested({"larm.md": rule.format(10)}, embedder=packaged)
    assistant = Assistant(folder / "index", packaged, today=TODAY)
    before = assistant.ask("Inom hur många minuter besvaras ett larm?")
    for minutes in (5, 7):  # the second closes the first of all
        ingested({"larm.md": rule.format(minutes)}, embedder=packaged)
        after = assistant.ask("Inom hur många minuter besvaras ett larm?")
        assert f"inom {minutes} minuter" in after.quotes[0].text
        assert after.generation != before.generation
    assert "inom 10 minuter" in before.quotes[0].text


def test_without_a_contact_in_the_documents_the_advice_is_general(care_index, embedder):
    answer = Assistant(care_index, embedder, today=TODAY).ask("Vad kostar zebror på Älgstigen?")
    assert answer.state == "not_found"
    assert answer.contact.document == "" and "enhetschef" in answer.contact.how


SHEETS = (
    "Rutin för nycklar i Ekbacka kommun\n\nDokumenttyp: Rutin\nGäller från: 2025-01-01\n\n"
    "Borttappade nycklar\n\nDen som tappar bort en nyckel till en brukares bostad ringer samma dag till enhets-"
    "\fchefen eller tjänsteman i beredskap och skriver en avvikelse. Låset byts av fastighetsskötaren.\n"
)


@pytest.mark.parametrize(
    "question", ["Vem ringer den som tappar bort en nyckel?", "Vad gör tjänsteman i beredskap vid avvikelse om nyckel?"]
)
def test_a_sentence_that_a_page_break_cuts_is_shown_as_both_its_halves(tmp_path, question):
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "nycklar.txt").write_text(SHEETS, encoding="utf-8")
    embedder = open_embedder(PACKAGED)
    ingest(folder, tmp_path / "index", embedder)
    answer = Assistant(tmp_path / "index", embedder, today=TODAY).ask(question)
    assert answer.state == "answered"
    halves = [(quote.page, quote.text) for quote in answer.quotes[:2]]
    assert halves[0][0] == 1 and halves[0][1].endswith("till enhets-")
    assert halves[1] == (2, "chefen eller tjänsteman i beredskap och skriver en avvikelse.")
    assert "enhets-" not in answer.text
