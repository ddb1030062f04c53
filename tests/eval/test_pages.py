"""eval/pages.py: an independent reading of what a quote must stand in."""

from eval.pages import FilePages
from eval.score import is_verbatim


def test_a_list_of_html_is_read_without_its_marks(tmp_path):
    (tmp_path / "rutin.html").write_text("<ul><li>Ring&nbsp;112.</li>\n<li>Stanna kvar.</li></ul>", encoding="utf-8")
    read = FilePages(tmp_path).page_text("rutin.html", None) or ""
    assert is_verbatim("Ring 112.\nStanna kvar.", read)
    assert not is_verbatim("Stanna kvar. Ring 112.", read)
