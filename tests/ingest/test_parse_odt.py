"""ingest/parse/odt.py: OpenDocument texts into blocks."""

import zipfile

import pytest

from ingest.corpus import Block
from ingest.errors import Unreadable
from ingest.parse.odt import read_odt

SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{full}:1.0"'
    for short, full in (
        *(("office", "office"), ("text", "text"), ("table", "table"), ("style", "style")),
        *(("draw", "drawing"), ("meta", "meta")),
    )
)


@pytest.fixture
def read(tmp_path):
    def reading(body, *, styles="", head=""):
        path = tmp_path / "rutin å.odt"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
            archive.writestr(
                "content.xml",
                f"{head}<office:document-content {SPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
                f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
            )
            archive.writestr(
                "styles.xml",
                f"<office:document-styles {SPACES}><office:master-styles><style:master-page><style:footer>"
                "<text:p>Version: 2</text:p></style:footer></style:master-page></office:master-styles>"
                "</office:document-styles>",
            )
        return read_odt(path)

    return reading


def row(*texts):
    cells = "".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in texts)
    return f"<table:table-row>{cells}</table:table-row>"


def test_headings_paragraphs_and_lists(read):
    styles = '<text:list-style style:name="L1"><text:list-level-style-number text:level="1"/></text:list-style>'
    parsed = read(
        '<text:h text:outline-level="2">Ansvar</text:h><text:p>Ring<text:s/>sjuk<text:span>sköterskan</text:span>'
        "<text:note><text:note-body><text:p>fotnot</text:p></text:note-body></text:note> – ”genast”.</text:p>"
        "<text:list><text:list-item><text:p>Puls</text:p><text:list><text:list-item><text:p>varje timme</text:p>"
        "</text:list-item></text:list></text:list-item></text:list>"
        '<text:list text:style-name="L1"><text:list-item><text:p>Ring</text:p></text:list-item>'
        "<text:list-item><text:p>Skriv</text:p></text:list-item></text:list>",
        styles=styles,
    )
    assert list(parsed.pages[0].blocks) == [
        Block("heading", "Ansvar", level=2),
        Block("paragraph", "Ring sjuksköterskan – ”genast”."),
        Block("item", "Puls", level=0, group=1),
        Block("item", "varje timme", level=1, group=1),
        Block("item", "Ring", level=0, group=2),
        Block("item", "Skriv", level=0, group=2),
        Block("paragraph", "fotnot"),
    ]
    assert parsed.edges == ("Version: 2",)
    assert parsed.fields == (("Version", "2"),)


def test_tables_with_repeated_and_merged_cells(read):
    parsed = read(
        "<table:table><table:table-header-rows>" + row("Pass", "Uppgift", "Vem") + "</table:table-header-rows>"
        '<table:table-row><table:table-cell table:number-rows-spanned="2"><text:p>Natt</text:p></table:table-cell>'
        '<table:table-cell table:number-columns-repeated="2"><text:p>Larm</text:p></table:table-cell></table:table-row>'
        "<table:table-row><table:covered-table-cell/><table:table-cell><text:p>Till-</text:p><text:p>syn</text:p>"
        '</table:table-cell><table:table-cell/></table:table-row><table:table-row table:number-rows-repeated="1048576">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )
    assert list(parsed.pages[0].blocks) == [
        Block("row", "Pass: Natt | Uppgift: Larm | Vem: Larm", group=1),
        Block("row", "Pass: Natt | Uppgift: Tillsyn", group=1),
    ]


def test_a_text_box_is_read_and_deleted_text_is_not(read):
    parsed = read(
        "<text:tracked-changes><text:p>struket</text:p></text:tracked-changes><text:p>Viktigt.<draw:frame>"
        "<draw:text-box><text:p>Ring 112.</text:p></draw:text-box></draw:frame></text:p>"
    )
    assert [block.text for block in parsed.pages[0].blocks] == ["Viktigt.", "Ring 112."]


def test_a_header_table_gives_fields(read):
    parsed = read("<table:table>" + row("Dokumenttyp", "Rutin") + row("Version", "3") + "</table:table>")
    assert parsed.fields[:2] == (("Dokumenttyp", "Rutin"), ("Version", "3"))


def test_entities_are_refused(read):
    head = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    with pytest.raises(Unreadable, match=r"content\.xml har XML-entiteter"):
        read("<text:p>&b;</text:p>", head=head)


def test_what_holds_no_text_is_refused(tmp_path):
    path = tmp_path / "a.odt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "x")
    with pytest.raises(Unreadable, match="OpenDocument"):
        read_odt(path)
