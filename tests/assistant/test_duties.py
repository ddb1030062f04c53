"""A role's list and the card of an answer, and who is shown what."""

from datetime import date
from io import BytesIO

import pytest
from docx import Document as Word
from openpyxl import load_workbook

from assistant.answers import Quote
from assistant.assistant import Assistant
from assistant.duties import asked_for, card, listing
from assistant.errors import ExportRefused
from assistant.export import HEADINGS, as_docx, as_html, as_xlsx, write
from assistant.question import Question
from ingest.corpus import Standing
from ingest.register import Duty
from ingest.roles import read_roles
from ingest.swedish import Compounds

TODAY = date(2026, 6, 1)
ROLES = read_roles()
NAMES = ("enhetschef", "undersköterska", "MAS")


def duty(role="enhetschef", task="se över rutinen", kind="ansvarar", source="rutin.md", **more):
    quote = more.pop("quote", f"{role} {kind} {task}.")
    return Duty(role, task, kind, more.pop("condition", ""), quote, "", source, 1, ("Ansvar",), 0, 0, **more)


def shown(register, standings=None, **asked):
    standings = standings or {d.source: Standing(title="Rutin", kind="rutin") for d in register}
    found = listing(register, standings, today=TODAY, **{"role": "enhetschef", **asked})
    return [entry.duty.task for entry in found.entries]


@pytest.mark.parametrize(
    ("text", "role", "topic"),
    [
        ("Vad ansvarar enhetschefen för?", "enhetschef", ""),
        ("vad får en undersköterska göra med läkemedel", "undersköterska", "läkemedel"),
        ("Vilket ansvar har MAS?", "MAS", ""),
        ("Vad har jag för ansvar som EC?", "enhetschef", ""),
        ("Vad är enhetschefens ansvar vid fall?", "enhetschef", "fall"),
    ],
)
def test_a_question_for_a_roles_duties_is_known(text, role, topic):
    asked = asked_for(text, ROLES, NAMES)
    assert asked is not None
    assert (asked.role, asked.topic) == (role, topic)


@pytest.mark.parametrize("text", ["Vem ansvarar för nycklar?", "Vad gör jag om någon ramlar?", "Vad är en avvikelse?"])
def test_another_question_is_not(text):
    assert asked_for(text, ROLES, NAMES) is None


@pytest.mark.parametrize("text", ["Vad ansvarar jag för?", "Vilka uppgifter har jag vid fall?"])
def test_what_i_answer_for_has_no_role_where_nothing_tells_what_i_am(text):
    asked = asked_for(text, ROLES, NAMES)
    assert asked is not None
    assert asked.role == ""


def test_what_i_answer_for_is_asked_of_my_own_role():
    asked = asked_for("Vad har jag för ansvar?", ROLES, NAMES, own_role="enhetschef")
    assert asked is not None and asked.role == "enhetschef"
    asked = asked_for("Vad ansvarar jag för?", ROLES, NAMES, own_role="enhetschef")
    assert asked is not None
    assert asked.role == "enhetschef"


@pytest.mark.parametrize(
    "standing",
    [
        Standing(status="utkast"),
        Standing(status="upphävd"),
        Standing(valid_until=date(2026, 5, 31)),
        Standing(kind="rapport"),
        Standing(valid_from=date(2026, 7, 1)),
    ],
)
def test_what_does_not_hold_today_is_never_listed_as_a_rule(standing):
    assert shown([duty()], {"rutin.md": standing}) == []


def test_a_closed_document_is_not_listed():
    assert shown([duty()], allowed=lambda source: source != "rutin.md") == []


def test_a_topic_is_found_by_its_synonyms():
    register = [duty(task="beställa läkemedel"), duty(task="boka lokaler")]
    assert shown(register, topic="medicin", groups=[("läkemedel", "medicin")]) == ["beställa läkemedel"]


def test_a_units_own_rules_come_after_the_common_ones():
    standings = {
        "a.md": Standing(title="Lokal", kind="lokal rutin", unit="Björkgården"),
        "b.md": Standing(title="Riktlinje", kind="riktlinje"),
    }
    register = [duty(task="lokalt", source="a.md"), duty(task="gemensamt", source="b.md")]
    assert shown(register, standings) == ["gemensamt", "lokalt"]
    assert shown(register, standings, place="ån") == ["gemensamt"]


def test_the_card_has_all_roles_of_the_row_that_is_quoted():
    text = "Moment: Bedömning | Ansvarig: AT eller FT"
    register = [duty(role, "Bedömning", quote=text) for role in ("arbetsterapeut", "fysioterapeut")]
    quote = Quote(text, "rutin.md", "Rutin", "rutin", "gällande", None, "Ansvar", 1, 1.0)
    found = card(Question("Vem ansvarar för bedömning?", (), {}, ("who",), ()), quote, register, Compounds(()))
    assert found is not None
    assert found.roles == ("arbetsterapeut", "fysioterapeut")
    other = Question("När görs bedömning?", (), {}, ("when",), ())
    assert card(other, quote, register, Compounds(())) is None


def test_no_card_names_who_answers_at_one_time_where_others_answer_at_other_times():
    text = "Behov: Sjuk kollega | Dagtid: Enhetschefen | Natt: Nattgruppen löser det"
    register = [duty("nattgrupp", "Sjuk kollega", quote=text, condition="Natt")]
    quote = Quote(text, "rutin.md", "Rutin", "rutin", "gällande", None, "Ansvar", 1, 1.0)

    def carded(question):
        return card(Question(question, (), {}, ("who",), ()), quote, register, Compounds(()))

    assert carded("Vem löser sjuk kollega?") is None
    assert carded("Vem löser sjuk kollega på natten?").roles == ("nattgrupp",)


def test_a_list_is_written_as_workbook_document_and_page(tmp_path):
    register = [duty(task="=1+1"), duty(task="<b>öva</b> “brand”")]
    found = listing(register, {"rutin.md": Standing(title="Rutin", kind="rutin")}, role="enhetschef", today=TODAY)
    sheet = load_workbook(BytesIO(as_xlsx(found))).active
    assert tuple(cell.value for cell in sheet[1]) == HEADINGS
    assert sheet["D2"].value == "'=1+1"
    (table,) = Word(BytesIO(as_docx(found, today=TODAY))).tables
    assert [cell.text for cell in table.rows[1].cells][:2] == ["ansvarar", "=1+1"]
    html = as_html(found, today=TODAY)
    assert "&lt;b&gt;öva&lt;/b&gt; “brand”" in html
    assert "http" not in html
    write(found, tmp_path / "lista.html", today=TODAY)
    assert (tmp_path / "lista.html").read_text(encoding="utf-8") == html
    with pytest.raises(ExportRefused, match="ändelse"):
        write(found, tmp_path / "lista.pdf", today=TODAY)


def test_who_has_not_said_what_they_are_chooses_among_the_roles_of_the_documents(ingested, embedder):
    rules = "Enhetschefen ansvarar för larmen. Sjuksköterskan ansvarar för listan. Kommunen ansvarar för huset."
    folder = ingested({"ansvar.md": f"# Riktlinje för ansvar\n\nDokumenttyp: Riktlinje\n\n## Ansvar\n\n{rules}\n"})
    answer = Assistant(folder / "index", embedder, today=date(2026, 3, 1)).ask("Vad ansvarar jag för?")
    assert (answer.state, answer.quotes) == ("unclear", ())
    assert set(answer.choices) == {"Vad ansvarar jag för som enhetschef?", "Vad ansvarar jag för som sjuksköterska?"}
