"""assistant/place.py: the unit that a question speaks of."""

from datetime import date

import pytest

from assistant.answers import Profile
from assistant.assistant import Assistant
from assistant.opened import Opened
from assistant.place import home_of, unit_named
from ingest.embed import PACKAGED, open_embedder

UNITS = ("Hemtjänsten Norr", "Gruppbostaden Lönnen", "särskilt boende Tallgläntan")


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("Vem har nyckeln på Lönnen?", "gruppbostaden lönnen"),
        ("vad gäller på tallgläntans avdelningar", "särskilt boende tallgläntan"),
        ("hemtjänst norr, vem ringer jag?", "hemtjänsten norr"),
        ("Får hemtjänsten dela dosett?", ""),
        ("Vad gäller på gruppbostaden?", ""),
        ("Åker bussen norrut?", ""),
        ("Hur noga ska hemtjänsten mäta blodtrycket?", ""),
        ("hemtjänsten norra, vem ringer jag?", "hemtjänsten norr"),
    ],
)
def test_a_unit_is_named_by_its_own_name_not_by_its_sort(question, unit):
    assert unit_named(question, UNITS) == unit


RUTIN = "# Lokal rutin\n\nDokumenttyp: Lokal rutin\n\n## Natt\n\n{text}\n"
TEXTS = {
    "enheter/Åsgården/natt.md": RUTIN.format(
        text="Åsgården är ett korttidsboende. På Granen är dörren låst. Fråga Karin i Klara på måndag."
    ),
    "enheter/Lindgården/natt.md": RUTIN.format(text="På Björken är dörren öppen."),
    "rutin.md": "# Rutin\n\nDokumenttyp: Rutin\n\nBjörken läses av på måndagar. Särskilt boende Lindgården har larm.\n",
}


@pytest.fixture
def opened(ingested, embedder):
    return Opened.newest(ingested(TEXTS) / "index", model=embedder.name)


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("Är dörren låst på Granen?", "åsgården"),
        ("Är dörren låst på granen?", ""),  # a tree
        ("Är dörren låst på Björken?", ""),  # a rule for all speaks of it too
        ("Granen har tappat barr", ""),
        ("Vem skriver i Klara hos Karin på Måndag?", ""),
        ("Vem går till Lindgården från Granen?", "lindgården"),
    ],
)
def test_a_ward_that_one_unit_alone_speaks_of_says_which_unit(opened, question, unit):
    assert opened.place(question, Profile()) == unit


def test_else_it_is_the_asker_s_own(opened):
    assert opened.place("Vem ringer jag?", Profile(unit="Lönnen")) == "lönnen"


@pytest.mark.parametrize(
    ("question", "unit", "home"),
    [
        ("Är dörren låst på Granen?", "åsgården", "korttid"),
        ("Var är larmet på Lindgården?", "lindgården", "särskilt boende"),
        ("Hon flyttar till Lindgården, vem möter?", "", "särskilt boende"),
        ("Var är larmet på Björken?", "", ""),
        ("Var är larmet?", "gruppbostaden lönnen", "LSS"),
    ],
)
def test_what_kind_of_home_a_place_is_is_what_the_documents_call_it(opened, question, unit, home):
    assert home_of(question, unit, opened.index) == home


def test_a_place_in_the_question_does_not_change_what_the_profile_says(ingested):
    table = "| Boendeform | Vägning görs |\n|---|---|\n| Korttid | Vid ankomst |\n| Hemtjänst | Varje månad |\n"
    texts = {**TEXTS, "vägning.md": f"# Rutin för vägning\n\nDokumenttyp: Rutin\n\n## Vägning\n\n{table}"}
    packaged = open_embedder(PACKAGED)
    asking = Assistant(ingested(texts, embedder=packaged) / "index", packaged, today=date(2026, 3, 1))
    question = "Hur ofta görs vägning på Granen?"
    shown = [asking.ask(question, profile=profile) for profile in (Profile(), Profile(boendeform="hemtjänst"))]
    assert [answer.quotes[0].text.split(": ")[-1] for answer in shown] == ["Vid ankomst", "Varje månad"]
