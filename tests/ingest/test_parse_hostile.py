"""Files made to harm: each is refused or read within bounds, with a reason, through the same door as all others."""

import io
import time
import zipfile
import zlib

import docx
import openpyxl
import pytest

from ingest.errors import Unreadable
from ingest.load import File, files, reader_for

SOON = 100  # seconds, on a busy computer too: less than the limit after which a file is stopped


def attempt(path):
    """What the reader of this file makes of it: its text, or the reason why there is none."""
    started = time.monotonic()
    try:
        parsed = reader_for(path)(path)
        return " ".join(block.text for page in parsed.pages for block in page.blocks)
    except Unreadable as error:
        return f"NEJ: {error}"
    finally:
        assert time.monotonic() - started < SOON


def zipped(path, parts, *, level=9):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def pdf(path, objects):
    """A PDF of raw objects, numbered from 1; the first is the catalogue."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer <</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    path.write_bytes(out.getvalue())
    return path


def stream(raw, extra=b""):
    packed = zlib.compress(raw, 9)
    return b"<</Length %d /Filter /FlateDecode %s>>\nstream\n%s\nendstream" % (len(packed), extra, packed)


CATALOGUE = b"<</Type /Catalog /Pages 2 0 R>>"
PAGES = b"<</Type /Pages /Kids [3 0 R] /Count 1>>"
FONT = b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>"
PAGE = (
    b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
    b"/Resources <</Font <</F1 5 0 R>> /XObject <</X 6 0 R>>>>>>"
)


@pytest.mark.parametrize("ending", [".docx", ".xlsx", ".pptx", ".odt"])
def test_a_zip_bomb_is_refused_by_its_size(tmp_path, ending):
    path = tmp_path / f"bomb{ending}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(4):
            with archive.open(f"del{number}.xml", "w", force_zip64=True) as part:
                for _ in range(80):
                    part.write(bytes(1_000_000))
    assert "säkerhetsskäl" in attempt(path)


@pytest.mark.parametrize("ending", [".docx", ".xlsx", ".pptx", ".odt"])
def test_a_part_that_unpacks_a_thousandfold_is_refused(tmp_path, ending):
    path = zipped(tmp_path / f"bomb{ending}", {"word/document.xml": b"<a>" + b" " * 30_000_000})
    assert "word/document.xml packar upp till 30 MB" in attempt(path)


def test_a_zip_within_a_zip_is_not_opened(tmp_path):
    inner = zipped(tmp_path / "inner.zip", {"a": bytes(19_000_000)}).read_bytes()
    document = docx.Document()
    document.add_paragraph("Text.")
    document.save(str(tmp_path / "a.docx"))
    with zipfile.ZipFile(tmp_path / "a.docx", "a") as archive:
        archive.writestr("word/embeddings/inner.zip", inner)
    assert attempt(tmp_path / "a.docx") == "Text."


def test_a_container_of_very_many_parts_is_refused(tmp_path):
    path = zipped(tmp_path / "a.docx", {f"{number}": b"" for number in range(20_001)}, level=0)
    assert "20001 delar" in attempt(path)


@pytest.mark.parametrize("ending", [".docx", ".xlsx", ".pptx", ".odt"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_entities_are_refused(tmp_path, ending, encoding):
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [{laughs}]><a>&l9;</a>'.encode(encoding)
    answer = attempt(zipped(tmp_path / f"a{ending}", {"content.xml": text, "word/document.xml": text}))
    assert "content.xml har XML-entiteter" in answer


def test_an_external_entity_in_a_web_page_is_not_fetched(tmp_path):
    (tmp_path / "hemligt.txt").write_text("HEMLIGT", encoding="utf-8")
    path = tmp_path / "a.html"
    where = (tmp_path / "hemligt.txt").as_uri()
    path.write_text(f'<!DOCTYPE a [<!ENTITY x SYSTEM "{where}">]><p>Text &x;</p>', encoding="utf-8")
    assert "HEMLIGT" not in attempt(path)


def test_a_pdf_stream_that_unpacks_without_end_is_stopped(tmp_path):
    packer = zlib.compressobj(9)
    first = packer.compress(b" " * 10_000_000) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(b" " * 10_000_000) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = first + again * 600 + packer.flush()  # 6 GB
    body = b"<</Length %d /Filter /FlateDecode>>\nstream\n%s\nendstream" % (len(packed), packed)
    answer = attempt(pdf(tmp_path / "a.pdf", [CATALOGUE, PAGES, PAGE, body, FONT, FONT]))
    assert answer == "NEJ: sida 1 packar upp till mer än 60 MB och läses inte av säkerhetsskäl."


def test_a_pdf_form_that_draws_itself_ends(tmp_path):
    form = stream(b"/X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources <</XObject <</X 6 0 R>>>>")
    text = stream("BT /F1 12 Tf 70 700 Td (Text som ska finnas kvar h\\344r.) Tj ET /X Do".encode("latin-1"))
    answer = attempt(pdf(tmp_path / "a.pdf", [CATALOGUE, PAGES, PAGE, text, FONT, form]))
    assert "Text som ska finnas kvar" in answer or answer.startswith("NEJ: ")


def test_a_pdf_whose_page_tree_goes_in_a_ring_ends(tmp_path):
    ring = b"<</Type /Pages /Kids [2 0 R 3 0 R] /Count 2 /Parent 2 0 R>>"
    attempt(pdf(tmp_path / "a.pdf", [CATALOGUE, ring, PAGE, stream(b""), FONT, FONT]))


def test_a_pdf_nested_ten_thousand_deep_ends(tmp_path):
    deep = b"[" * 10_000 + b"]" * 10_000
    attempt(pdf(tmp_path / "a.pdf", [CATALOGUE, PAGES, PAGE, deep, FONT, FONT]))


def test_a_pdf_page_of_endless_size_ends(tmp_path):
    page = PAGE.replace(b"595 842", b"2000000 2000000")
    attempt(pdf(tmp_path / "a.pdf", [CATALOGUE, PAGES, page, stream(b"0 0 m 9 9 l S"), FONT, FONT]))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", "<div>" * 50_000 + "inne" + "</div>" * 50_000),
        ("b.html", "<ul><li>" * 5_000 + "inne"),
        ("c.html", "<table><tr><td>" * 2_000 + "inne"),
        ("d.html", "<table><tr>" + "<td colspan=1000000 rowspan=1000000>x" * 50 + "</table>"),
        ("a.md", ">" * 20_000 + " inne"),
        ("b.md", "\n".join("  " * depth + "- x" for depth in range(1_000))),
        ("c.md", "[" * 20_000),
        ("d.md", "*a " * 20_000),
        ("a.txt", "a" * 3_000_000),
        ("b.txt", "oä " * 500_000),
        ("c.txt", "\f" * 100_000),
        ("d.txt", ". " * 300_000),
    ],
)
def test_deep_and_odd_text_is_done_with_soon(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    attempt(path)


def test_tables_within_tables_in_word_end(tmp_path):
    document = docx.Document()
    table = document.add_table(2, 2)
    for _ in range(60):
        table.cell(0, 0).text = "x"
        table = table.cell(1, 1).add_table(2, 2)
    document.save(str(tmp_path / "a.docx"))
    attempt(tmp_path / "a.docx")


def test_a_sheet_merged_over_all_its_cells_ends(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = "A"
    book.active["B1"] = "B"
    book.active["A2"] = "å"
    path = tmp_path / "a.xlsx"
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="A2:A100000"/></mergeCells>'
    parts[name] = parts[name].replace(b"</sheetData>", merged)
    attempt(zipped(path, parts))


@pytest.mark.parametrize(
    "name", ["rutin på ön.md", "a'b\"c.md", "a..b.md", "a b  c.md", "x;rm -rf $(y).md", "%2e%2e.md", "Ω–”.md"]
)
def test_odd_names_are_read(tmp_path, name):
    (tmp_path / name).write_text("Text å.", encoding="utf-8")
    (found,) = files(tmp_path)
    assert isinstance(found, File)
    assert found.source == name
    assert attempt(found.path) == "Text å."


def test_links_out_of_the_folder_are_named_and_not_read(tmp_path):
    folder = tmp_path / "dokument"
    folder.mkdir()
    (tmp_path / "hemligt.md").write_text("hemligt", encoding="utf-8")
    (folder / "a.md").write_text("a", encoding="utf-8")
    (folder / "lank.md").symlink_to(tmp_path / "hemligt.md")
    (folder / "ring.md").symlink_to(folder / "ring.md")
    found = list(files(folder))
    assert [entry.source for entry in found if isinstance(entry, File)] == ["a.md"]
    assert {entry[0] for entry in found if not isinstance(entry, File)} == {"lank.md", "ring.md"}


def test_ten_thousand_small_files_are_listed_soon(tmp_path):
    for number in range(10_000):
        (tmp_path / f"{number}.md").write_bytes(b"a")
    started = time.monotonic()
    assert sum(isinstance(entry, File) for entry in files(tmp_path)) == 10_000
    assert time.monotonic() - started < SOON


def test_five_hundred_small_files_are_read_soon(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("Text.", encoding="utf-8")
    attempt(path)
    started = time.monotonic()
    for _ in range(500):
        assert attempt(path) == "Text."
    assert time.monotonic() - started < 0.3 * 500


@pytest.mark.parametrize("name", ["a.doc", "a.rtf"])
def test_old_word_files_full_of_noise_are_refused(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(bytes(range(256)) * 40)
    try:
        assert attempt(path).startswith("NEJ: ")
    except Unreadable as error:  # without LibreOffice
        assert "installera LibreOffice" in str(error)
