"""eval/pages.py: an independent reading of what a quote must stand in."""

import zipfile

from eval.pages import FilePages
from eval.score import is_verbatim


def test_a_list_of_html_is_read_without_its_marks(tmp_path):
    (tmp_path / "rutin.html").write_text("<ul><li>Ring&nbsp;112.</li>\n<li>Stanna kvar.</li></ul>", encoding="utf-8")
    read = FilePages(tmp_path).page_text("rutin.html", None) or ""
    assert is_verbatim("Ring 112.\nStanna kvar.", read)
    assert not is_verbatim("Stanna kvar. Ring 112.", read)


def test_an_office_file_is_read_bare(tmp_path):
    with zipfile.ZipFile(tmp_path / "rutin.odt", "w") as archive:
        archive.writestr("content.xml", "<p>Ring <b>112</b>.</p>")
        archive.writestr("meta.xml", "<p>Ring inte.</p>")
    read = FilePages(tmp_path).page_text("rutin.odt", None) or ""
    assert is_verbatim("Ring 112.", read) and not is_verbatim("Ring inte.", read)
