from datetime import date

import pytest

from ingest.corpus import Block, Document, Page, Standing
from ingest.review import due, repealed, replaced, review

BODY = "Undersköterskan besvarar larm inom tio minuter och ringer sjuksköterskan – “alltid” – om någon är skadad."


def document(source, *texts, **standing):
    standing = {"title": "Rutin för larm", "owner": "MAS", "valid_from": date(2025, 1, 1), **standing}
    blocks = tuple(Block("paragraph", text) for text in texts or (f"{source} säger något eget om sin sak.",))
    return Document(source, "d", (Page(2, blocks),), Standing(**standing))


def told(documents, about):
    return {(finding.source, finding.other) for finding in review(documents) if finding.about == about}


@pytest.mark.parametrize(
    ("missing", "about"),
    [({"owner": ""}, "utan ägare"), ({"valid_from": None}, "utan datum")],
)
def test_missing_owner_and_date_are_told(missing, about):
    assert told([document("a.pdf", **missing), document("b.pdf", title="Fall")], about) == {("a.pdf", "")}
    assert told([document("a.pdf", kind="blankett", **missing)], about) == set()


def test_expired_are_those_in_force_by_their_own_word():
    standings = {
        "a.pdf": Standing(valid_until=date(2025, 12, 31)),
        "b.pdf": Standing(valid_until=date(2026, 1, 1)),
        "c.pdf": Standing(valid_until=date(2020, 1, 1), status="upphävd"),
        "d.pdf": Standing(),
    }
    (finding,) = due(standings, date(2026, 1, 1))
    assert (finding.source, finding.text) == ("a.pdf", "Gick ut 2025-12-31. Revidera det eller ta bort det.")


def test_overdue_revision_names_whom_to_ask():
    standings = {
        "a.pdf": Standing(revise_by=date(2025, 12, 31), owner="MAS"),
        "b.pdf": Standing(revise_by=date(2026, 1, 1)),
        "c.pdf": Standing(revise_by=date(2025, 12, 31), status="upphävd"),
        "d.pdf": Standing(revise_by=date(2025, 6, 1), valid_until=date(2025, 6, 1)),
    }
    assert [(finding.source, finding.about, finding.text) for finding in due(standings, date(2026, 1, 1))] == [
        ("a.pdf", "revidering försenad", "Skulle ha reviderats senast 2025-12-31. MAS är dokumentansvarig."),
        ("d.pdf", "utgånget", "Gick ut 2025-06-01. Revidera det eller ta bort det."),
    ]


OLD = {"title": "Riktlinje för läkemedelshantering", "version": "3.1", "valid_from": date(2022, 3, 1)}
NEW = {"title": "Riktlinje för läkemedelshantering", "version": "4.0", "valid_from": date(2025, 2, 1)}


@pytest.mark.parametrize(
    ("replaces", "older", "newer", "expected"),
    [
        ("Riktlinje för läkemedelshantering 2022, version 3.1", OLD, NEW, True),
        ("Riktlinje läkemedelshantering, version 3.0", OLD, NEW, False),
        ("Version 3.1", OLD, NEW, True),
        ("Version 3.0", OLD, NEW, False),
        ("utgåva 3.1 (2022-03-01)", OLD, NEW, True),
        ("Riktlinje för läkemedelshantering 2022-03-01", OLD, NEW, True),
        ("Riktlinje för läkemedelshantering 2021-03-01", {**OLD, "version": ""}, NEW, False),
        ("Riktlinje för läkemedelshantering", OLD, NEW, True),
        ("Riktlinje för läkemedelshantering", {**OLD, "valid_from": date(2026, 1, 1)}, NEW, False),
        ("Rutin egenvård 2019", OLD, NEW, False),
        ("Rutin lex Sarah 2019 och Riktlinje för läkemedelshantering 2022", OLD, NEW, True),
        ("SN 2022/114", {**OLD, "diary": "SN 2022/114"}, NEW, True),
        ("SN 2022/1145", {**OLD, "diary": "SN 2022/114"}, NEW, False),
        ("old.pdf", {**OLD, "title": "Annat"}, NEW, True),
        ("Version 3.1", {**OLD, "unit": "Björkgården"}, NEW, False),
        ("Version 3.1", {**OLD, "unit": "Björkgården"}, {**NEW, "unit": "Björkgården"}, True),
        ("Version 3.1", {**OLD, "organisation": "Region Mälarsjö"}, {**NEW, "organisation": "Ekbacka kommun"}, False),
        ("Version 3.1", OLD, {**NEW, "status": "utkast"}, False),
        ("Version 3.1", {**OLD, "title": "Läkemedelshantering i hemsjukvård", "status": "upphävd"}, NEW, True),
        ("Version 3.1", {**OLD, "title": "Läkemedelshantering i hemsjukvård"}, NEW, False),
        ("Version 3.1", {**OLD, "title": "Nycklar i hemsjukvård", "status": "upphävd"}, NEW, False),
        (
            "Version 3.1",
            {**OLD, "title": "Rutin för fall i hemtjänst", "status": "upphävd"},
            {**NEW, "title": "Rutin för nycklar i hemtjänst"},
            False,
        ),
        ("", OLD, NEW, False),
        ("–", OLD, NEW, False),
    ],
)
def test_replaced_by_title_version_date_or_number(replaces, older, newer, expected):
    documents = [document("old.pdf", **older), document("new.pdf", **{**newer, "replaces": replaces})]
    assert replaced(documents) == ({"old.pdf": "new.pdf"} if expected else {})


def test_newest_of_two_that_replace_is_named():
    documents = [
        document("gammal.pdf", title="Rutin larm", valid_from=date(2020, 1, 1)),
        document("b.pdf", title="Rutin trygghet", valid_from=date(2023, 1, 1), replaces="Rutin larm"),
        document("a.pdf", title="Rutin nödsignal", valid_from=date(2024, 1, 1), replaces="Rutin larm"),
    ]
    assert replaced(documents) == {"gammal.pdf": "a.pdf"}
    assert told(documents, "ersatt") == {("gammal.pdf", "a.pdf")}


def test_two_in_force_under_one_title_are_told():
    documents = [
        document("a.pdf", version="1", valid_from=date(2023, 1, 1)),
        document("b.pdf", version="2", valid_from=date(2025, 1, 1)),
        document("c.pdf", unit="Björkgården"),
        document("d.pdf", status="utkast"),
    ]
    assert told(documents, "flera versioner") == {("a.pdf", "b.pdf")}


def test_nearly_the_same_text_is_told_once():
    documents = [
        document("a.pdf", BODY, BODY.replace("tio", "fem"), title="A"),
        document("b.pdf", BODY, BODY.replace("tio", "fem"), "Ett ord till.", title="B"),
        document(
            "c.pdf", "Nycklar förvaras i skåpet på expeditionen och räknas varje kväll av den som går.", title="C"
        ),
    ]
    assert told(documents, "nästan lika") == {("a.pdf", "b.pdf")}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Egenvård bedöms enligt SOSFS 2009:6.", "SOSFS 2009:6"),
        ("Se SOSFS 2008:1 om medicintekniska produkter.", "SOSFS 2008:1"),
        ("Insatser enligt SoL (2001:453).", "SFS 2001:453"),
        ("Insatser enligt socialtjänstlagen (2001:453).", "SFS 2001:453"),
        ("Enligt SFS 2001:453 gäller annat.", "SFS 2001:453"),
        ("Egenvård bedöms enligt den upphävda SOSFS 2009:6.", None),
        ("Rutinen byggde på SOSFS 2009:6.", None),
        ("Läkemedel hanteras enligt HSLF-FS 2017:37 och lagen (2022:1250) om egenvård.", None),
    ],
)
def test_repealed_regulation_is_told_unless_the_text_says_so(text, number):
    found = [finding.text for finding in review([document("a.pdf", text)]) if finding.about == "upphävd regel"]
    if number is None:
        assert found == []
    else:
        assert found == [f"Hänvisar till {number} (sida 2), som är upphävd: {repealed()[number]}."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Se Rutin för nycklar.", "Rutin för nycklar"),
        ("Det står i ”Riktlinje för nutrition och munhälsa”.", "Riktlinje för nutrition och munhälsa"),
        ("Se blankett-nyckelkvittens.docx.", "blankett-nyckelkvittens.docx"),
        ("Se Rutin för larm.", None),
        ("Se rutin och riktlinje.", None),
        ("Se a.pdf.", None),
        ("Ersätter Rutin för nycklar.", None),
    ],
)
def test_reference_to_a_document_that_is_not_there(text, expected):
    found = [finding.text for finding in review([document("a.pdf", text)]) if finding.about == "hänvisning saknas"]
    assert len(found) == (expected is not None)
    assert expected is None or expected in found[0]


def test_nothing_to_say_of_nothing():
    assert review([]) == []
    assert replaced([]) == {}
