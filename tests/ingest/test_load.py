import os
import unicodedata

import pytest

from ingest.errors import DocumentsMissing, Unreadable
from ingest.load import File, files, reader_for


def found(folder):
    """Sources that can be read, and the reason of each other one."""
    entries = list(files(folder))
    return (
        [entry.source for entry in entries if isinstance(entry, File)],
        dict(entry for entry in entries if not isinstance(entry, File)),
    )


def test_files_in_order_with_forward_slashes(tmp_path):
    (tmp_path / "rutiner" / "natt").mkdir(parents=True)
    for name in ("ö.md", "rutiner/natt/larm.md", "a.md"):
        (tmp_path / name).write_text("text", encoding="utf-8")
    assert found(tmp_path) == (["a.md", "ö.md", "rutiner/natt/larm.md"], {})


@pytest.mark.parametrize(
    "name",
    [".dold.md", "~$rutin.docx", "Thumbs.db", ".git/a.md", "ordlista.yaml", "a.md.rattelse.yaml", "a.md~", "b.tmp"],
)
def test_what_is_no_document_is_passed_over(tmp_path, name):
    (tmp_path / "a.md").write_text("text")
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("x")
    assert found(tmp_path) == (["a.md"], {})


def test_no_folder_and_no_file_say_what_to_do(tmp_path):
    with pytest.raises(DocumentsMissing, match="--documents"):
        list(files(tmp_path / "saknas"))
    with pytest.raises(DocumentsMissing, match="tom"):
        list(files(tmp_path))


def test_plain_text_of_many_books_is_named(tmp_path):
    with (tmp_path / "logg.txt").open("wb") as stream:
        stream.truncate(26_000_000)
    assert found(tmp_path) == ([], {"logg.txt": "filen är 26 MB; gränsen är 25 MB. Dela den."})


def test_empty_file_is_named(tmp_path):
    (tmp_path / "tom.pdf").touch()
    assert found(tmp_path) == ([], {"tom.pdf": "filen är tom (0 byte)."})


@pytest.mark.parametrize(
    ("name", "start", "reason"),
    [
        ("a.md", b"%PDF-1.7\n", "den är en PDF. Döp om den till .pdf."),
        ("a.docx", b"%PDF-1.7\n", "den är en PDF. Döp om den till .pdf."),
        (
            "a.pdf",
            b"PK\x03\x04",
            "den är ett Office-dokument. Döp om den till .docx eller .xlsx eller .pptx eller .odt.",
        ),
        ("a.txt", b"{\\rtf1 ", "den är i formatet RTF. Döp om den till .rtf."),
    ],
)
def test_a_wrong_ending_is_named_with_the_right_one(tmp_path, name, start, reason):
    (tmp_path / name).write_bytes(start + b"och sedan mer")
    assert found(tmp_path) == ([], {name: f"filen har fel filändelse: {reason}"})


def test_composed_and_loose_letters_are_one_name(tmp_path):
    (tmp_path / unicodedata.normalize("NFD", "åtgärd.md")).write_text("text")
    assert found(tmp_path)[0] == [unicodedata.normalize("NFC", "åtgärd.md")]


def test_two_files_of_one_name_do_not_hide_each_other(tmp_path):
    for form in ("NFC", "NFD"):
        (tmp_path / unicodedata.normalize(form, "åtgärd.md")).write_text(form)
    names, reasons = found(tmp_path)
    assert names == ["åtgärd.md"]
    assert list(reasons) == ["åtgärd.md (2)"]


def test_links_are_named_and_not_followed(tmp_path):
    folder = tmp_path / "documents"
    (tmp_path / "utanför").mkdir()
    (tmp_path / "utanför" / "hemligt.md").write_text("text")
    (folder / "här").mkdir(parents=True)
    (folder / "a.md").write_text("text")
    (folder / "ut.md").symlink_to(tmp_path / "utanför" / "hemligt.md")
    (folder / "mapp").symlink_to(folder / "här")
    (folder / "ring.md").symlink_to("ring.md")
    (folder / "bruten.md").symlink_to("finns-inte.md")
    names, reasons = found(folder)
    assert names == ["a.md"]
    assert set(reasons) == {"ut.md", "mapp", "ring.md", "bruten.md"}
    assert "länk" in reasons["ut.md"]
    assert "länk" in reasons["mapp"]


def test_name_in_another_encoding_is_told(tmp_path):
    (tmp_path / "a.md").write_text("text")
    with open(os.path.join(os.fsencode(tmp_path), b"r\xe5d.md"), "w") as stream:
        stream.write("text")
    names, reasons = found(tmp_path)
    assert names == ["a.md"]
    assert list(reasons) == ["r\ufffdd.md"]


def test_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "ko.md")
    assert found(tmp_path) == ([], {"ko.md": "det är ingen vanlig fil och läses inte."})


def test_closed_folder_is_told(tmp_path, monkeypatch):
    (tmp_path / "stängd").mkdir()
    (tmp_path / "a.md").write_text("text")
    whole = os.scandir

    def scandir(path):
        if os.fspath(path).endswith("stängd"):
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return whole(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert found(tmp_path) == (["a.md"], {"stängd": "mappen går inte att öppna (Permission denied)."})


def test_closed_documents_folder_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(DocumentsMissing, match="går inte att öppna"):
        list(files(tmp_path))


def test_sidecar_changes_the_digest(tmp_path):
    (tmp_path / "a.md").write_text("text")
    (before,) = files(tmp_path)
    (tmp_path / "a.md.rattelse.yaml").write_text("owner: MAS")
    (after,) = files(tmp_path)
    assert before.digest != after.digest


@pytest.mark.parametrize("name", ["a.pdf", "a.PDF", "a.docx", "a.xlsx", "a.md", "a.txt"])
def test_known_endings_have_a_reader(tmp_path, name):
    assert callable(reader_for(tmp_path / name))


@pytest.mark.parametrize(("name", "advice"), [("bild.heic", "Spara om"), ("README", "ingen"), ("gammal.xls", "xlsx")])
def test_unknown_ending_says_what_to_do(tmp_path, name, advice):
    with pytest.raises(Unreadable, match=advice):
        reader_for(tmp_path / name)
