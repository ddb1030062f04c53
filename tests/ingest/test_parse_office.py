"""ingest/parse/office.py: older Word files by way of LibreOffice."""

import pytest

from ingest.corpus import Block
from ingest.errors import Unreadable
from ingest.load import reader_for
from ingest.parse import office

RTF = r"""{\rtf1\ansi\deff0{\fonttbl{\f0 Arial;}}\f0
Ring sjuksk\'f6terskan \endash  genast.\par
\trowd\cellx3000\cellx6000\intbl Vad\cell Vem\cell\row
\trowd\cellx3000\cellx6000\intbl L\'e5s d\'f6rren\cell Natt 1\cell\row
\pard Slut.\par}"""


@pytest.mark.skipif(not office.can_convert(), reason="LibreOffice saknas")
def test_rtf_is_read_with_its_table(tmp_path):
    path = tmp_path / "rutin på ”ön”.rtf"
    path.write_text(RTF, encoding="ascii")
    assert list(reader_for(path)(path).pages[0].blocks) == [
        Block("paragraph", "Ring sjuksköterskan – genast."),
        Block("row", "Vad: Lås dörren | Vem: Natt 1", group=1),
        Block("paragraph", "Slut."),
    ]


@pytest.mark.parametrize("ending", [".doc", ".rtf"])
def test_without_libreoffice_the_advice_is_to_save_it_anew(tmp_path, monkeypatch, ending):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unreadable, match=r"spara om den som \.docx, eller installera LibreOffice"):
        reader_for(tmp_path / f"a{ending}")
