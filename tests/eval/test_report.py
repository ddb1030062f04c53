import re
from html.parser import HTMLParser

import pytest
from openpyxl import load_workbook

from eval.compare import compare
from eval.outcomes import Given, Outcome, ShownQuote
from eval.output import as_json, table
from eval.parts import html, markdown
from eval.questions import Question
from eval.report import report, write
from eval.score import score
from eval.wording import WORDINGS


def outcome(id, state="answered", text="Så – “här”.", quote="Chefen <b>får</b> | inte *delegera*.", **more):
    question = Question(
        id=id, **({"question": f"Vem får {id}?", "answerable": True, "source": "r/å.pdf", "page": 2} | more)
    )
    if state == "failed":
        return Outcome(question=question, answer=None, error="RuntimeError: nej", seconds=1)
    quotes = (ShownQuote(text=quote, document="r/å.pdf", page=2),)
    return Outcome(question=question, answer=Given(state=state, answer=text, quotes=quotes), seconds=0.5)


def found():
    return score(
        [
            outcome("rätt"),
            outcome("fel", "not_found", category="role"),
            outcome("kras", "failed"),
            outcome("farlig", harm="high", must_contain=(("läkare", "doktor"),)),
            outcome("gissad", answerable=False, source="", page=None),
        ],
        None,
    )


class Tags(HTMLParser):
    """Collects tags, and checks that each is closed in order."""

    def __init__(self):
        super().__init__()
        self.open, self.seen = [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("wording", ["", *WORDINGS])
def test_how_the_questions_were_worded_is_told(about, wording):
    text = markdown(list(report(about.model_copy(update={"wording": wording}), found())))
    asked = re.search(r"Frågor ur: (.*)\.", text).group(1)
    assert (asked != ", ".join(about.questions)) is bool(wording)


def test_the_dangerous_come_first_then_failures_then_the_other_wrong(about):
    text = markdown(list(report(about, found())))
    headings = re.findall(r"^### (\w+)", text, flags=re.M)
    assert headings == ["farlig", "gissad", "kras", "fel"]
    assert "## Farliga svar (2)" in text
    assert text.index("Mått") < text.index("Per slag av fråga") < text.index("## Farliga svar")


def test_a_wrong_question_tells_what_was_expected_and_shown_with_page(about):
    text = html(list(report(about, found())))
    assert "Måste innehålla: läkare eller doktor" in text
    assert "Källa: r/å.pdf, sida 2" in text
    assert "Citat: ”Chefen &lt;b&gt;får&lt;/b&gt; | inte *delegera*.” (r/å.pdf, sida 2)" in text
    assert "Varken svaret eller citaten innehåller ”läkare” eller ”doktor”." in text
    assert "Frågan besvarades fast dokumenten inte säger svaret." in text
    assert "RuntimeError: nej" in text


def test_the_page_is_whole_and_asks_for_nothing_elsewhere(about):
    text = html(list(report(about, found())))
    tags = Tags()
    tags.feed(text)
    assert tags.open == []
    assert not {tag for tag, _ in tags.seen} & {"script", "link", "img", "iframe", "a"}
    assert not any({"src", "href", "srcset"} & attributes.keys() for _, attributes in tags.seen)
    assert "://" not in text
    assert "url(" not in text
    assert '<html lang="sv">' in text


def test_marks_in_a_text_are_not_markdown(about):
    text = markdown(list(report(about, found())))
    assert r"Chefen \<b\>får\</b\> \| inte \*delegera\*." in text
    rows = [line for line in text.splitlines() if line.startswith("| right")]
    assert rows == [
        "| right | Rätt svar: rätt utfall, allt som måste sägas är med, under 700 tecken | 20 % | 1 av 5 | 4–62 % |"
    ]


def test_what_changed_is_told_question_by_question(about):
    before = score([outcome("rätt", "not_found"), outcome("fel", category="role"), outcome("gammal")], None)
    text = markdown(list(report(about, found(), compare(found(), before))))
    assert "Bättre: 1. Sämre: 1. Lika: 0." in text
    assert "Borttagna: gammal." in text
    assert "| fel | Vem får fel? | besvarad | hittades inte i dokumenten | inte längre rätt svar |" in text
    assert "| rätt | Vem får rätt? | hittades inte i dokumenten | besvarad | nu rätt svar |" in text


def test_a_right_answer_with_a_quote_that_is_not_there_is_told(about, pages):
    text = markdown(list(report(about, score([outcome("rätt")], pages))))
    assert "## Rätt svar, men citat som inte återfinns (1)" in text
    assert "återfinns inte i r/å.pdf, sida 2." in text


def test_no_questions_is_a_report_too(about):
    assert "0 av 0 frågor" in markdown(list(report(about, score([], None))))
    assert "right" in table(score([], None))


def test_write_replaces_the_three_files_and_names_the_page_last(tmp_path, about):
    for _ in range(2):
        written = write(tmp_path / "ut", about, found())
    assert [path.name for path in written] == ["report.md", "report.xlsx", "report.html"]
    assert sorted((tmp_path / "ut").iterdir()) == sorted(written)
    assert all(path.stat().st_size for path in written)


def test_the_workbook_has_a_row_for_each_question_the_dangerous_first_and_no_formula(tmp_path, about):
    judged = score(
        [outcome("rätt"), outcome("farlig", text="=HYPERLINK(1)", harm="high", must_contain=(("läkare",),))], None
    )
    _, file, _ = write(tmp_path, about, judged)
    header, first, second = load_workbook(file).active.iter_rows(values_only=True)
    told = dict(zip(header, first, strict=True))
    assert (told["Fråga"], told["Bedömning"], told["Svar"]) == ("farlig", "farligt", "'=HYPERLINK(1)")
    assert "(r/å.pdf, sida 2)" in told["Citat"] and "läkare" in told["Varför det räknas som fel"]
    assert second[:3] == ("rätt", "Vem får rätt?", "rätt") and second[-1] is None


def test_the_table_is_aligned_and_names_those_to_look_at():
    lines = table(found()).splitlines()
    (right,) = [line for line in lines if line.startswith("right ")]
    assert right.split() == ["right", "0.200", "1/5", "0.036–0.624"]
    assert right.index("0.200") == lines[0].index("value")
    assert right.index("1/5") == lines[0].index("count")
    assert "dangerous: farlig, gissad" in lines
    assert "failed: kras" in lines


def test_the_json_object():
    object_ = as_json(found(), compare(found(), score([outcome("fel", category="role")], None)))
    assert object_["measures"]["right"] == {"value": 0.2, "count": 1, "of": 5, "interval": [0.0362, 0.6245]}
    assert object_["measures"]["verbatim"] == {"value": None, "count": 0, "of": 0, "interval": None}
    assert object_["ids"]["dangerous"] == ["farlig", "gissad"]
    assert object_["by"]["category"]["role"]["questions"] == 1
    assert object_["against"]["worse"] == [
        {"id": "fel", "before": "answered", "now": "not_found", "gained": [], "lost": ["right"]}
    ]
    assert [verdict["state"] for verdict in object_["verdicts"]][2] == "failed"
