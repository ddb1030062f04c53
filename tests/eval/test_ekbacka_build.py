"""What the sources of Ekbacka kommun become, read back with other libraries than wrote it, where there are any."""

import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from eval.ekbacka.build import SOURCES, build
from eval.ekbacka.source import Heading, Item, Items, PageBreak, Paragraph, Source, SourceError, Table, read, runs

HEADER = """\
header:
  Dokumenttyp: Rutin
  Dokumentnamn: Rutin för såromläggning
  Fastställd datum: 2025-12-04
  Version: 4.10
  Giltig till:
running_header: Ekbacka kommun | Vård- och omsorgsförvaltningen
footer: Utskrivet dokument är en kopia.
"""
BODY = """\
# 1 Inledning
Sjuksköterskan – ”SSK” – ansvarar för **läkemedelshanteringen** på Björkgården.

Den som upptäcker ett sår ska:
- ringa områdets sjuksköterska
- skriva i *Omsorgsjournalen*
  samma arbetspass

1. Tvätta händerna.
2. Ta på handskar:
   - i rätt storlek
3. Lägg om såret.

Tabell 1. Vem gör vad
| Uppgift | SSK | USK |
|---|---|---|
| Bedöma såret | A | I |
| Lägga om<br>såret | S | U |

<!-- page -->
## 1.1 Kontakt
Ring 0555-10 20 40.
"""


def write(root: Path, name: str, kind: str, body: str = BODY, header: str = HEADER) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\nformat: {kind}\n{header}---\n{body}", encoding="utf-8")
    return path


def made(tmp_path: Path, kind: str, body: str = BODY, header: str = HEADER) -> Path:
    """The one file built from one source."""
    write(tmp_path / "sources", "vård/sår.md", kind, body, header)
    files, errors = build(tmp_path / "sources", tmp_path / "out")
    assert errors == []
    return files[0]


def parsed(tmp_path: Path, body: str) -> Source:
    return read(write(tmp_path, "a.md", "pdf", body), tmp_path)


def pages(path: Path) -> list[str]:
    return [page.extract_text() for page in PdfReader(path).pages]


def test_body_becomes_blocks(tmp_path):
    items = Items(
        (Item(0, 0, "ringa områdets sjuksköterska"), Item(0, 0, "skriva i *Omsorgsjournalen* samma arbetspass"))
    )
    steps = Items(
        (
            Item(0, 1, "Tvätta händerna."),
            Item(0, 2, "Ta på handskar:"),
            Item(1, 0, "i rätt storlek"),
            Item(0, 3, "Lägg om såret."),
        )
    )
    rows = (("Bedöma såret", "A", "I"), ("Lägga om\nsåret", "S", "U"))
    blocks = parsed(tmp_path, BODY).blocks
    assert blocks[0] == Heading(1, "1 Inledning")
    assert blocks[3] == Items(items.items + steps.items)
    assert Table("Tabell 1. Vem gör vad", ("Uppgift", "SSK", "USK"), rows) in blocks
    assert blocks[-3:] == (PageBreak(), Heading(2, "1.1 Kontakt"), Paragraph("Ring 0555-10 20 40."))


def test_values_of_the_header_are_kept_as_written(tmp_path):
    header = parsed(tmp_path, BODY).front.header
    assert header["Version"] == "4.10"
    assert header["Fastställd datum"] == "2025-12-04"
    assert header["Giltig till"] == ""


def test_marks_become_runs():
    texts = [(run.text, run.bold, run.italic) for run in runs("a **b** *c* [d](https://e.example) 2*3*4")]
    assert texts == [
        ("a ", False, False), ("b", True, False), (" ", False, False), ("c", False, True), (" ", False, False),
        ("d", False, False), (" 2*3*4", False, False),
    ]  # fmt: skip


def test_pdf_has_header_table_body_and_numbered_pages(tmp_path):
    path = made(tmp_path, "pdf")
    first, second = pages(path)
    assert path == tmp_path / "out/vård/sår.pdf"
    for text in ("Fastställd datum", "4.10", "”SSK”", "• ringa", "1. Tvätta", "Tabell 1. Vem gör vad", "Bedöma såret"):
        assert text in first
    assert "Vård- och omsorgsförvaltningen" in second
    assert "Utskrivet dokument är en kopia." in second
    assert ("Sida 1 (2)" in first, "Sida 2 (2)" in second) == (True, True)
    assert "Ring 0555-10 20 40." in second


def test_pdf_hyphenates_and_repeats_the_head_of_a_long_table(tmp_path):
    rows = "\n".join(f"| {n} | {'läkemedelshantering ' * 9} |" for n in range(60))
    texts = pages(made(tmp_path, "pdf", f"# Tabell\n| Nummer | Vad |\n|---|---|\n{rows}\n"))
    assert len(texts) > 2
    assert all("Nummer Vad" in " ".join(text.split()) for text in texts)
    assert any(line.rstrip().endswith("-") for text in texts for line in text.splitlines())


def test_list_of_contents_names_the_pages(tmp_path):
    body = "".join(f"# {n} Avsnitt\nText.\n\n<!-- page -->\n" for n in range(1, 10))
    texts = pages(made(tmp_path, "pdf", body))
    assert "Innehåll" in texts[0]
    lines = [line for line in texts[0].splitlines() if "Avsnitt ...." in line]
    named = [int(line.replace(".", " ").split()[-1]) for line in lines]
    assert len(named) == 9
    assert all(f"{n} Avsnitt" in texts[page - 1] for n, page in enumerate(named, start=1))


def test_two_columns_stand_side_by_side(tmp_path):
    body = "# Start\n" + "Ett stycke om ansvar och samverkan i vården. " * 90
    path = made(tmp_path, "pdf", body, HEADER + "layout: two-column\n")
    lefts: list[float] = []

    def visit(text: str, matrix: list[float], *rest: object) -> None:
        if "samverkan" in text:
            lefts.append(matrix[4])

    PdfReader(path).pages[0].extract_text(visitor_text=visit)
    assert {left > 297 for left in lefts} == {True, False}


def test_word_has_styles_lists_tables_and_a_numbered_footer(tmp_path):
    document = Document(str(made(tmp_path, "docx")))
    styles = {paragraph.text: paragraph.style.name for paragraph in document.paragraphs}
    assert styles["1 Inledning"] == "Heading 1"
    assert styles["1.1 Kontakt"] == "Heading 2"
    assert styles["ringa områdets sjuksköterska"] == "List Bullet"
    assert styles["Tvätta händerna."] == "List Number"
    assert styles["i rätt storlek"] == "List Bullet 2"
    header, table = document.tables
    assert [cell.text for cell in header.rows[3].cells] == ["Version", "4.10"]
    assert [[cell.text for cell in row.cells] for row in table.rows][2] == ["Lägga om\nsåret", "S", "U"]
    footer = document.sections[0].footer._element.xml
    assert "Utskrivet dokument är en kopia." in footer
    assert "NUMPAGES" in footer
    assert document.core_properties.modified.replace(tzinfo=None) == datetime(2026, 1, 1, 8)


def test_word_starts_each_numbered_list_anew(tmp_path):
    document = Document(str(made(tmp_path, "docx", "# A\n1. ett\n2. två\n\nSedan:\n\n1. om\n")))
    ids = [p._p.pPr.numPr.numId.val for p in document.paragraphs if p.style.name == "List Number"]
    assert ids[0] == ids[1] != ids[2]


def test_excel_has_a_sheet_a_heading(tmp_path):
    body = (
        "# Dag\n| Vem | Nummer | Antal | Från |\n|---|---|---|---|\n| MAS | 0555-10 20 30 | 3 | 2026-01-01 |\n"
        "# Natt\n| Vem |\n|---|\n| Tjänstgörande sjuksköterska |\n"
    )
    book = load_workbook(made(tmp_path, "xlsx", body))
    day = book["Dag"]
    assert book.sheetnames == ["Dag", "Natt"]
    assert day["A1"].value == "Rutin för såromläggning – Dag"
    assert "A1:D1" in {str(cells) for cells in day.merged_cells.ranges}
    assert day.freeze_panes == "A4"
    rows = list(day.iter_rows(min_row=3, max_row=4, values_only=True))
    assert rows == [("Vem", "Nummer", "Antal", "Från"), ("MAS", "0555-10 20 30", 3, datetime(2026, 1, 1))]
    assert book["Natt"]["A3"].value == "Tjänstgörande sjuksköterska"


def test_markdown_has_its_header_on_top_or_at_the_foot(tmp_path):
    on_top = made(tmp_path, "md").read_text(encoding="utf-8")
    at_foot = made(tmp_path, "md", header=HEADER.replace("  Dokumenttyp: Rutin\n", "")).read_text(encoding="utf-8")
    assert on_top.index("| Version | 4.10 |") < on_top.index("# 1 Inledning")
    assert at_foot.index("Version: 4.10") > at_foot.index("## 1.1 Kontakt")
    assert "<!--" not in on_top


def test_text_is_as_copied_out_of_a_pdf(tmp_path):
    body = BODY.replace("Björkgården.", "bemanningsenhetens kontor.")
    body += "\nRing 112.\n" * 12
    text = made(tmp_path, "txt", body).read_text(encoding="utf-8")
    assert text.startswith("Ekbacka kommun | Vård- och omsorgsförvaltningen\n\nRutin för såromläggning\n")
    assert "Giltig till:\n" in text and "Sida 1 (2)\nEkbacka kommun" in text
    assert re.search(r"[a-zåäö]-\n[a-zåäö]", text)
    assert "Uppgift          SSK   USK\nBedöma såret     A     I" in text


def test_scan_is_pictures_without_text(tmp_path):
    path = made(tmp_path, "scan")
    scanned = PdfReader(path).pages
    assert path.suffix == ".pdf"
    assert [page.extract_text() for page in scanned] == ["", ""]
    picture = scanned[0].images[0].image
    assert picture is not None
    assert (picture.mode, picture.width > 1000) == ("L", True)


@pytest.mark.parametrize("kind", ["pdf", "docx", "md", "txt", "scan", "xlsx"])
def test_building_again_gives_the_same_bytes_and_leaves_the_file_alone(tmp_path, kind):
    body = "# A\n| Ö |\n|---|\n| å |\n" if kind == "xlsx" else BODY
    path = made(tmp_path, kind, body)
    data, written = path.read_bytes(), path.stat().st_mtime_ns
    made(tmp_path, kind, body)
    assert path.stat().st_mtime_ns == written
    path.unlink()
    assert made(tmp_path, kind, body).read_bytes() == data


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# Utan huvud\n", "front matter"),
        ("---\nformat: pdf\nlayuot: x\n---\nText.\n", "layuot"),
        ("---\nformat: odt\n---\nText.\n", "format"),
        ("---\nformat: pdf\nheader:\n  a: b: c\n---\nText.\n", "quotation marks"),
        ("---\nformat: pdf\n---\n\n", "no text"),
        ("---\nformat: pdf\n---\n| a | b |\n|---|---|\n| c |\n", ":6: the row has 1 cells"),
        ("---\nformat: pdf\n---\n| a |\n| c |\n", ":4: the table has no line"),
        ("---\nformat: pdf\n---\n<!-- sida -->\n", ":4: unknown comment"),
        ("---\nformat: pdf\n---\nEn val: 🐋\n", "font lacks"),
        ("---\nformat: xlsx\n---\n# A/B\n| a |\n|---|\n", "cannot name a sheet"),
        ("---\nformat: xlsx\n---\n# A\nText.\n", "without a table"),
    ],
)
def test_a_bad_source_is_named_and_the_others_are_built(tmp_path, text, message):
    (tmp_path / "dålig.md").write_text(text, encoding="utf-8")
    write(tmp_path, "god.md", "md")
    files, errors = build(tmp_path, tmp_path / "out")
    assert [path.name for path in files] == ["god.md"]
    assert [type(error) for error in errors] == [SourceError]
    assert "dålig" in str(errors[0])
    assert message in str(errors[0])


def test_the_command_reports_and_fails(tmp_path):
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources/a.md").write_text("inget", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "eval.ekbacka.build",
        "--sources",
        str(tmp_path / "sources"),
        "--out",
        str(tmp_path),
    ]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=SOURCES.parents[2])
    assert ran.returncode == 1
    assert ran.stderr.startswith("Error: a.md does not start with front matter")


def test_every_source_in_the_repository_can_be_read():
    sources = [read(path, SOURCES) for path in sorted(SOURCES.rglob("*.md"))]
    assert len({source.target for source in sources}) == len(sources) > 0
