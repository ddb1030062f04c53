"""ingest/parse/markdown.py: Markdown into blocks."""

import pytest

from ingest.corpus import Block
from ingest.parse.markdown import read_markdown


@pytest.fixture
def read(tmp_path):
    def reading(text):
        path = tmp_path / "rutin.md"
        path.write_text(text, encoding="utf-8")
        return read_markdown(path)

    return reading


def test_headings_paragraphs_lists_and_tables(read):
    parsed = read(
        "# Rutin\n\nRing **sjuksköterskan** – alltid\ninnan 22.00.\n\n- Kontrollera å\n  - puls\n- Ring\n\n"
        "1. Först\n2. Sedan\n\n| Vem | När |\n|---|---|\n| Natt 1 | 23.00 |\n"
    )
    assert list(parsed.pages[0].blocks) == [
        Block("heading", "Rutin", level=1),
        Block("paragraph", "Ring sjuksköterskan – alltid innan 22.00."),
        Block("item", "Kontrollera å", level=0, group=1),
        Block("item", "puls", level=1, group=1),
        Block("item", "Ring", level=0, group=1),
        Block("item", "1. Först", level=0, group=2),
        Block("item", "2. Sedan", level=0, group=2),
        Block("row", "Vem: Natt 1 | När: 23.00", group=3),
    ]
    assert parsed.pages[0].number is None


def test_front_matter_becomes_fields_and_not_text(read):
    parsed = read("---\nGäller från: 2025-01-01\nVersion: 2\n---\n# Rutin\n\nText.\n")
    assert parsed.fields[:2] == (("Gäller från", "2025-01-01"), ("Version", "2"))
    assert [block.text for block in parsed.pages[0].blocks] == ["Rutin", "Text."]


def test_broken_front_matter_is_told(read):
    parsed = read("---\na: [1\n---\n# Rutin\n")
    assert parsed.warnings == ("dokumenthuvudet överst (mellan ---) är inte giltig YAML och lästes inte",)


def test_a_block_of_field_lines_keeps_its_lines(read):
    parsed = read("Dokumenttyp: Rutin\nGäller för: Björkgården\n\nText.\n")
    assert [block.text for block in parsed.pages[0].blocks] == [
        "Dokumenttyp: Rutin",
        "Gäller för: Björkgården",
        "Text.",
    ]
    assert ("Gäller för", "Björkgården") in parsed.fields


def test_raw_html_is_not_text(read):
    assert [b.text for b in read("<script>x</script>\n\nText.\n").pages[0].blocks] == ["Text."]


def test_a_file_without_a_mark_of_markdown_is_text_pulled_out_of_pages(read):
    page = "Natten bemannas av två. " * 3 + "\n" + "Rutinen gäller alla som\narbetar natt.\n" * 6
    parsed = read("".join(f"Dnr ON 2024/311        Sida {n} (3)\n\n{page}\n" for n in (1, 2, 3)))
    texts = [block.text for block in parsed.pages[0].blocks]
    assert any("Rutinen gäller alla som arbetar natt." in text for text in texts)
    assert not any("Sida" in text for text in texts)


def test_particulars_keep_their_lines_beside_one_that_is_no_field(read):
    parsed = read(
        "# Lokal rutin\n\n**Enhet:** Lärkbacken, 48 lägenheter\n**Version:** 9\n**Ansvarig:** EC\nSida 1 (3)\n"
    )
    assert ("Enhet", "Lärkbacken, 48 lägenheter") in parsed.fields
