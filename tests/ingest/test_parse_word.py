"""ingest/parse/word.py: Word files into blocks."""

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingest.corpus import Block
from ingest.errors import Unreadable
from ingest.parse.word import read_word


def blocks_of(path):
    parsed = read_word(path)
    assert [page.number for page in parsed.pages] == [None]
    return list(parsed.pages[0].blocks)


def saved(document, tmp_path):
    path = tmp_path / "rutin å.docx"
    document.save(str(path))
    return path


def test_headings_paragraphs_and_lists_come_in_order(tmp_path):
    document = docx.Document()
    document.add_heading("Rutin för fall", 0)
    document.add_heading("Ansvar", 1)
    document.add_paragraph("Sjuksköterskan bedömer – alltid – ”akut” eller inte.")
    document.add_paragraph("Kontrollera puls", style="List Bullet")
    document.add_paragraph("Ring 112", style="List Bullet")
    document.add_paragraph("Därefter skrivs avvikelse.")
    document.add_paragraph("Larma", style="List Number")

    assert blocks_of(saved(document, tmp_path)) == [
        Block("heading", "Rutin för fall", level=1),
        Block("heading", "Ansvar", level=1),
        Block("paragraph", "Sjuksköterskan bedömer – alltid – ”akut” eller inte."),
        Block("item", "Kontrollera puls", group=1),
        Block("item", "Ring 112", group=1),
        Block("paragraph", "Därefter skrivs avvikelse."),
        Block("item", "Larma", group=2),
    ]


def test_a_bold_line_of_its_own_is_a_heading(tmp_path):
    document = docx.Document()
    document.add_paragraph().add_run("Gör så här").bold = True
    document.add_paragraph("Ring sjuksköterskan.")

    assert blocks_of(saved(document, tmp_path))[0] == Block("heading", "Gör så här", level=3)


def test_a_header_table_gives_fields_and_a_table_gives_rows(tmp_path):
    document = docx.Document()
    form = document.add_table(2, 2)
    table = document.add_table(3, 3)
    for grid, cells in (
        (form, [["Dokumenttyp", "Rutin"], ["Gäller från", "2025-01-01"]]),
        (table, [["Uppgift", "USK", "SSK"], ["Insulin", "", "X"], ["Ögondroppar", "X", "X"]]),
    ):
        for row, texts in zip(grid.rows, cells, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    path = saved(document, tmp_path)

    assert blocks_of(path) == [
        Block("row", "Dokumenttyp: Rutin", group=-1),
        Block("row", "Gäller från: 2025-01-01", group=-1),
        Block("row", "Uppgift: Insulin | SSK: X", group=1),
        Block("row", "Uppgift: Ögondroppar | USK: X | SSK: X", group=1),
    ]
    assert read_word(path).fields == (("Dokumenttyp", "Rutin"), ("Gäller från", "2025-01-01"))


def test_content_controls_and_inserted_text_are_read_and_deleted_text_is_not(tmp_path):
    document = docx.Document()
    body = document.element.body
    space = nsdecls("w")
    body.insert(
        0,
        parse_xml(
            f"<w:sdt {space}><w:sdtContent><w:p><w:r><w:t>I ett innehållsfält.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        ),
    )
    body.insert(
        1,
        parse_xml(
            f'<w:p {space}><w:r><w:t xml:space="preserve">Ring </w:t></w:r>'
            '<w:ins w:id="1" w:author="a"><w:r><w:t>sjuksköterskan</w:t></w:r></w:ins>'
            '<w:del w:id="2" w:author="a"><w:r><w:delText>läkaren</w:delText></w:r></w:del>'
            "<w:sdt><w:sdtContent><w:r><w:t>!</w:t></w:r></w:sdtContent></w:sdt></w:p>"
        ),
    )

    assert blocks_of(saved(document, tmp_path)) == [
        Block("paragraph", "I ett innehållsfält."),
        Block("paragraph", "Ring sjuksköterskan!"),
    ]


def test_a_table_of_contents_is_left_out(tmp_path):
    document = docx.Document()
    document.element.body.insert(
        0,
        parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtPr><w:docPartObj>"
            '<w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
            "<w:sdtContent><w:p><w:r><w:t>Ansvar 3</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        ),
    )
    document.add_paragraph("Text.")

    assert blocks_of(saved(document, tmp_path)) == [Block("paragraph", "Text.")]


def test_a_text_box_is_read_once_after_its_paragraph(tmp_path):
    document = docx.Document()
    box = "<w:txbxContent><w:p><w:r><w:t>Akut: ring 112.</w:t></w:r></w:p></w:txbxContent>"
    document.element.body.insert(
        0,
        parse_xml(
            f'<w:p {nsdecls("w")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
            "<w:r><w:t>Viktigt.</w:t></w:r><w:r><mc:AlternateContent>"
            f'<mc:Choice Requires="wps">{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>'
            "</mc:AlternateContent></w:r></w:p>"
        ),
    )

    assert blocks_of(saved(document, tmp_path)) == [
        Block("paragraph", "Viktigt."),
        Block("paragraph", "Akut: ring 112."),
    ]


def test_a_table_within_a_cell_keeps_its_text(tmp_path):
    document = docx.Document()
    table = document.add_table(2, 2)
    for cell, text in zip(table.rows[0].cells, ("Steg", "Vem"), strict=True):
        cell.text = text
    table.cell(1, 0).text = "Larma"
    table.cell(1, 1).add_table(1, 1).cell(0, 0).text = "Undersköterskan"

    assert blocks_of(saved(document, tmp_path)) == [Block("row", "Steg: Larma | Vem: Undersköterskan", group=1)]


def test_running_header_and_footer_are_edges_not_text(tmp_path):
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Ekbacka kommun"
    document.sections[0].footer.paragraphs[0].text = "Diarienummer: VON 2025/12"
    document.add_paragraph("Text.")
    parsed = read_word(saved(document, tmp_path))

    assert parsed.edges == ("Ekbacka kommun", "Diarienummer: VON 2025/12")
    assert ("Diarienummer", "VON 2025/12") in parsed.fields
    assert list(parsed.pages[0].blocks) == [Block("paragraph", "Text.")]


def test_what_is_no_word_file_is_refused(tmp_path):
    path = tmp_path / "a.docx"
    path.write_bytes(b"hej")
    with pytest.raises(Unreadable, match="skadad eller har fel filändelse"):
        read_word(path)


def test_a_locked_file_is_named_as_such(tmp_path):
    path = tmp_path / "a.docx"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + b"\x00" * 600)
    with pytest.raises(Unreadable, match="låst med lösenord"):
        read_word(path)
