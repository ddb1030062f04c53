"""ingest/parse/text.py: plain text into blocks."""

import pytest

from ingest.corpus import Block
from ingest.errors import Unreadable
from ingest.parse.text import decode, read_text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_decoded(encoding):
    assert decode("Åtgärd – ”vård”".encode(encoding)) == "Åtgärd – ”vård”"


def test_binary_is_refused():
    with pytest.raises(Unreadable, match="inte text"):
        decode(b"\x7fELF\x00\x00")


def test_a_page_at_every_form_feed_and_running_lines_out(tmp_path):
    path = tmp_path / "a.txt"
    texts = ["Sjuksköterskan ansvarar.", "Åtgärder skrivs ned.", "Därefter följs de upp."]
    sheets = [f"Ekbacka kommun\n\n{text}\n\nSida {n} (3)\n" for n, text in enumerate(texts, start=1)]
    path.write_text("\f".join(sheets), encoding="utf-8")
    parsed = read_text(path)

    assert [(page.number, [block.text for block in page.blocks]) for page in parsed.pages] == [
        (n, [text]) for n, text in enumerate(texts, start=1)
    ]


def test_lines_of_a_paragraph_are_joined_and_bullets_are_items(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(
        "Undersköterskan ska kontakta tjänstgörande sjuk-\nsköterska när något sker.\n\n• ring först\n• skriv sedan\n",
        encoding="utf-8",
    )
    assert list(read_text(path).pages[0].blocks) == [
        Block("paragraph", "Undersköterskan ska kontakta tjänstgörande sjuksköterska när något sker."),
        Block("item", "ring först", group=1),
        Block("item", "skriv sedan", group=1),
    ]


def test_field_lines_are_fields(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("Dokumenttyp: Rutin\n\nGäller från: 2025-03-01\n\nText.\n", encoding="utf-8")
    assert read_text(path).fields == (("Dokumenttyp", "Rutin"), ("Gäller från", "2025-03-01"))
