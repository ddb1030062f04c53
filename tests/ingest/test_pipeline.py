import io
import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfWriter

from ingest import pipeline, read
from ingest.errors import DocumentsMissing, IndexBusy, IngestError
from ingest.generations import current, generations, writing
from ingest.index import Index, Writer
from ingest.pipeline import ingest

ROOT = Path(__file__).resolve().parents[2]
LARM = "# Rutin för larm\n\n## Svarstid\n\nUndersköterskan besvarar larm inom tio minuter – “alltid”.\n"
NYCKLAR = (
    "# Rutin för nycklar\n\n## Förvaring\n\nNycklar förvaras i skåpet på expeditionen.\n\n"
    "## Förlust\n\nEnhetschefen spärrar en nyckel som är borta.\n"
)


class CountingEmbedder:
    """Keeps the texts that it was given."""

    def __init__(self, embedder):
        self._embedder, self.name, self.texts = embedder, embedder.name, []

    def passages(self, texts):
        self.texts += texts
        return self._embedder.passages(texts)

    def query(self, text):
        return self._embedder.query(text)


@pytest.fixture
def embedder(embedder):
    return CountingEmbedder(embedder)


@pytest.fixture
def counted(monkeypatch):
    """The files that were parsed, in order."""
    parsed, whole = [], read.reader_for

    def reader_for(path):
        parsed.append(path.name)
        return whole(path)

    monkeypatch.setattr(read, "reader_for", reader_for)
    return parsed


@pytest.fixture
def folders(tmp_path, documents_of):
    """Documents and index; `larm.md` and `nycklar.md` lie there."""
    return documents_of({"larm.md": LARM, "nycklar.md": NYCKLAR}), tmp_path / "index"


def bytes_of(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def texts(folder, embedder):
    index = Index(folder, model=embedder.name)
    try:
        return [part.text for part in index.chunks(range(index.size))]
    finally:
        index.close()


def test_first_ingest_reads_everything(folders, embedder):
    report = ingest(*folders, embedder)
    assert (report.new, report.changed, report.unchanged, report.removed) == (["larm.md", "nycklar.md"], [], [], [])
    assert report.passages == 3
    assert report.vectors == len(embedder.texts) == 6
    assert report.generation == current(folders[1])


def test_every_text_is_embedded_with_its_context(folders, embedder):
    ingest(*folders, embedder)
    assert "Rutin för larm – Svarstid: Undersköterskan besvarar larm inom tio minuter – “alltid”." in embedder.texts
    assert "Svarstid: Undersköterskan besvarar larm inom tio minuter – “alltid”." in embedder.texts


def test_nothing_changed_does_nothing(folders, embedder, counted):
    first = ingest(*folders, embedder)
    embedder.texts.clear()
    counted.clear()
    again = ingest(*folders, embedder)
    assert (again.new, again.changed, again.unchanged) == ([], [], ["larm.md", "nycklar.md"])
    assert (again.generation, again.passages, again.vectors) == (first.generation, first.passages, first.vectors)
    assert (embedder.texts, counted) == ([], [])


def test_changed_file_is_read_and_only_its_new_texts_are_embedded(folders, embedder, counted):
    documents, folder = folders
    ingest(*folders, embedder)
    embedder.texts.clear()
    counted.clear()
    (documents / "nycklar.md").write_text(NYCKLAR.replace("skåpet", "kassaskåpet"), encoding="utf-8")
    report = ingest(*folders, embedder)
    assert (report.changed, report.unchanged) == (["nycklar.md"], ["larm.md"])
    assert counted == ["nycklar.md"]
    assert embedder.texts == [
        "Rutin för nycklar – Förvaring: Nycklar förvaras i kassaskåpet på expeditionen.",
        "Förvaring: Nycklar förvaras i kassaskåpet på expeditionen.",
    ]
    assert "Nycklar förvaras i kassaskåpet på expeditionen." in texts(folder, embedder)
    assert report.vectors == 6


def test_vectors_kept_from_before_are_those_of_their_texts(folders, embedder):
    documents, folder = folders
    ingest(*folders, embedder)
    (documents / "a-ny.md").write_text("# Rutin A\n\nMAS ansvarar för granskningen.\n", encoding="utf-8")  # shifts all
    ingest(*folders, embedder)
    index = Index(folder, model=embedder.name)
    for position, text in enumerate(["Enhetschefen spärrar en nyckel som är borta."], start=3):
        assert index.chunks([position])[0].text == text
        expected = embedder.query(f"Förlust: {text}")
        assert float(index.vectors([(position, 0)])[(position, 0)] @ expected) == pytest.approx(1.0, abs=1e-5)
    index.close()


def test_the_register_after_a_change_is_that_of_a_first_ingest(folders, embedder, tmp_path):
    documents, folder = folders
    ingest(documents, folder, embedder)
    text = "# Rutin för nycklar\n\nEnhetschefen ansvarar för nycklarna.\n"
    (documents / "0-ny.md").write_text(text, encoding="utf-8")
    ingest(documents, folder, embedder)  # what stood first stands later now
    ingest(documents, tmp_path / "anew", embedder)
    later, anew = (Index(each, model=embedder.name).register() for each in (folder, tmp_path / "anew"))
    assert {duty.source for duty in later} > {"0-ny.md"}
    assert later == anew


def test_removed_text_and_vectors_are_gone_from_disk(folders, embedder):
    documents, folder = folders
    ingest(*folders, embedder)
    assert "kassaskåp".encode() not in bytes_of(folder)
    assert b"expeditionen" in bytes_of(folder)
    (documents / "nycklar.md").unlink()
    report = ingest(*folders, embedder)
    assert (report.removed, report.unchanged) == (["nycklar.md"], ["larm.md"])
    assert b"expeditionen" not in bytes_of(folder)
    assert b"nycklar.md" not in bytes_of(folder)
    assert len(list(generations(folder).iterdir())) == 1
    assert texts(folder, embedder) == ["Undersköterskan besvarar larm inom tio minuter – “alltid”."]


def test_failed_file_is_told_each_time_and_nothing_is_built_anew(folders, embedder):
    documents, _ = folders
    (documents / "trasig.pdf").write_bytes(b"inte en pdf")
    first = ingest(*folders, embedder)
    again = ingest(*folders, embedder)
    assert list(first.failed) == list(again.failed) == ["trasig.pdf"]
    assert first.new == ["larm.md", "nycklar.md"]
    assert again.generation == first.generation


def test_file_that_turns_bad_loses_its_passages_and_comes_back(folders, embedder):
    documents, folder = folders
    ingest(*folders, embedder)
    (documents / "larm.md").write_bytes(b"")
    report = ingest(*folders, embedder)
    assert (list(report.failed), report.removed, report.changed) == (["larm.md"], [], [])
    assert not any("larm" in text for text in texts(folder, embedder))
    (documents / "larm.md").write_text(LARM, encoding="utf-8")
    assert ingest(*folders, embedder).new == ["larm.md"]
    assert any("larm" in text for text in texts(folder, embedder))


def pdf(*, pages=0, password=None):
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


BAD = {
    "ingen-pdf.pdf": b"<html>inloggning</html>",
    "noll.pdf": b"",
    "inga-sidor.pdf": pdf(),
    "tom-sida.pdf": pdf(pages=1),
    "hemlig.pdf": pdf(pages=1, password="å"),
    "halv.pdf": pdf(pages=3)[:200],
    "bild.heic": b"\x00\x01",
    "utan-andelse": b"text",
    "trasig.docx": b"PK\x03\x04 inte mer",
    "trasig.xlsx": b"inget arkiv",
    "bara-rubrik.md": b"# Rutin f\xc3\xb6r ingenting\n",
    "streck.md": "– – –\n".encode(),
}


def test_each_bad_file_is_named_with_a_reason_and_the_others_go_on(folders, embedder):
    documents, folder = folders
    for name, content in BAD.items():
        (documents / name).write_bytes(content)
    (documents / "larm.md.rattelse.yaml").write_text("status: gammal")
    report = ingest(*folders, embedder)
    assert set(report.failed) == {*BAD, "larm.md"}
    assert all(reason.endswith((".", ").")) and len(reason) > 15 for reason in report.failed.values())
    assert report.new == ["nycklar.md"]
    assert len(texts(folder, embedder)) == 2


def test_nothing_to_read_leaves_the_old_index(folders, embedder):
    documents, folder = folders
    before = ingest(*folders, embedder)
    for path in documents.iterdir():
        path.write_bytes(b"")
    with pytest.raises(DocumentsMissing, match=r"larm\.md"):
        ingest(*folders, embedder)
    for path in documents.iterdir():
        path.unlink()
    with pytest.raises(DocumentsMissing, match="tom"):
        ingest(*folders, embedder)
    assert current(folder) == before.generation
    assert len(texts(folder, embedder)) == 3


def test_dry_run_tells_and_changes_nothing(folders, embedder):
    documents, folder = folders
    report = ingest(*folders, embedder, dry_run=True)
    assert report.new == ["larm.md", "nycklar.md"]
    assert not folder.exists()
    ingest(*folders, embedder)
    before = generations(folder), current(folder), texts(folder, embedder)
    (documents / "ny.md").write_text("# Ny\n\nText.\n", encoding="utf-8")
    (documents / "okänd.heic").write_bytes(b"x")
    (documents / "trasig.pdf").write_bytes(b"%PDF-1.7 och sedan inget")
    (documents / "larm.md").unlink()
    report = ingest(*folders, embedder, dry_run=True)
    assert (report.new, report.removed, sorted(report.failed)) == (["ny.md"], ["larm.md"], ["okänd.heic", "trasig.pdf"])
    assert (generations(folder), current(folder), texts(folder, embedder)) == before


def test_text_without_end_is_refused(folders, embedder, monkeypatch):
    monkeypatch.setattr(read, "MOST_TEXT", 2_000_000)
    words = "<p>Sjuksköterskan signerar listan.</p>" * 70_000
    (folders[0] / "lång.html").write_text(words, encoding="utf-8")
    assert ingest(*folders, embedder).failed == {
        "lång.html": "filen har 2 miljoner tecken text; gränsen är 2. Dela den."
    }


def test_second_ingest_at_once_is_told_to_wait(folders, embedder):
    with writing(folders[1]), pytest.raises(IndexBusy):
        ingest(*folders, embedder)


def test_another_model_builds_everything_anew(folders, embedder):
    ingest(*folders, embedder)
    embedder.name = "annan"
    embedder.texts.clear()
    report = ingest(*folders, embedder)
    assert report.new == ["larm.md", "nycklar.md"]
    assert len(embedder.texts) == 6
    Index(folders[1], model="annan").close()


def test_a_new_word_list_builds_anew_without_embedding(folders, embedder):
    first = ingest(*folders, embedder)
    embedder.texts.clear()
    (folders[0] / "ordlista.yaml").write_text("synonymer:\n  - [larm, pip]\n", encoding="utf-8")
    again = ingest(*folders, embedder)
    assert again.generation != first.generation
    assert (again.unchanged, embedder.texts) == (["larm.md", "nycklar.md"], [])


def test_a_newer_program_reads_again_and_embeds_what_differs(folders, embedder, counted, monkeypatch):
    ingest(*folders, embedder)
    embedder.texts.clear()
    counted.clear()
    monkeypatch.setattr(pipeline, "_made_by", lambda: "nyare")
    ingest(*folders, embedder)
    assert (counted, embedder.texts) == (["larm.md", "nycklar.md"], [])


@pytest.mark.parametrize("step", ["add", "add_vectors", "finish"])
def test_full_disk_leaves_the_old_index(folders, embedder, monkeypatch, step):
    documents, folder = folders
    before = ingest(*folders, embedder)
    (documents / "ny.md").write_text("# Ny\n\nText om något nytt.\n", encoding="utf-8")

    def full(*args):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Writer, step, full)
        with pytest.raises(IngestError, match=r"disken är full.*gamla indexet svarar"):
            ingest(*folders, embedder)
    assert current(folder) == before.generation
    assert [path.name for path in generations(folder).iterdir()] == [before.generation]
    assert ingest(*folders, embedder).new == ["ny.md"]


TOO_LARGE = """
import resource, sys
from pathlib import Path
import numpy as np
from ingest.errors import IngestError
from ingest.pipeline import ingest

class Embedder:
    name = "words"
    def passages(self, texts):
        return np.ones((len(texts), 384), dtype=np.float32) / np.float32(384 ** 0.5)

documents, folder, most = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_FSIZE, (int(most), int(most)))
try:
    ingest(Path(documents), Path(folder), Embedder())
except IngestError as error:
    sys.exit(str(error))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the size of files is not limited there")
@pytest.mark.parametrize("most", [1_000, 70_000, 250_000])
def test_what_the_system_does_not_let_be_written_leaves_the_old_index(folders, embedder, most):
    documents, folder = folders
    before = ingest(*folders, embedder)
    lines = "\n\n".join(f"Enhetschefen byter lampa {number} senast den {number}:e dagen." for number in range(400))
    (documents / "ny.md").write_text(f"# Ny\n\n{lines}\n", encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-c", TOO_LARGE, str(documents), str(folder), str(most)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert told.returncode == 1
    assert f"Indexet i {folder} kunde inte skrivas" in told.stderr
    assert "Se efter om disken är full" in told.stderr
    assert current(folder) == before.generation
    assert [path.name for path in generations(folder).iterdir()] == [before.generation]
    assert len(texts(folder, embedder)) == 3
    assert ingest(*folders, embedder).new == ["ny.md"]


def test_embedder_that_fails_leaves_the_old_index(folders, embedder, monkeypatch):
    before = ingest(*folders, embedder)
    (folders[0] / "ny.md").write_text("# Ny\n\nText om något nytt.\n", encoding="utf-8")
    monkeypatch.setattr(embedder, "passages", lambda texts: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        ingest(*folders, embedder)
    assert [path.name for path in generations(folders[1]).iterdir()] == [before.generation]


KILLED = """
import os, signal, sys
from pathlib import Path
import numpy as np
from ingest import generations, index
from ingest.pipeline import ingest

def die(*args, **named):
    os.kill(os.getpid(), signal.SIGKILL)

class Embedder:
    name = "words"
    def passages(self, texts):
        if at == "vectors":
            die()
        return np.ones((len(texts), 384), dtype=np.float32) / np.float32(384 ** 0.5)

documents, folder, at = sys.argv[1:]
if at == "manifest":
    index.Writer.finish = die
elif at == "switch":
    os.replace = die
elif at == "sweep":
    generations.sweep = die
print("börjar", flush=True)
ingest(Path(documents), Path(folder), Embedder())
"""


@pytest.mark.parametrize("at", ["vectors", "manifest", "switch", "sweep", 0.02, 0.2])
def test_killed_at_any_point_the_index_is_whole_and_the_next_run_finishes(folders, embedder, at):
    documents, folder = folders
    before = ingest(*folders, embedder)
    for number in range(6):
        (documents / f"ny-{number}.md").write_text(f"# Ny {number}\n\nText om något nytt.\n", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(documents), str(folder), str(at)], stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout.readline() == "börjar\n"
        if isinstance(at, float):
            time.sleep(at)
            process.send_signal(signal.SIGKILL)
    assert process.returncode == (-signal.SIGKILL if isinstance(at, str) else process.returncode)
    switched = current(folder) != before.generation
    assert switched == (at == "sweep") or isinstance(at, float)
    assert len(texts(folder, embedder)) == (9 if switched else 3)
    report = ingest(*folders, embedder)
    assert report.passages == len(texts(folder, embedder)) == 9
    assert [path.name for path in generations(folder).iterdir()] == [report.generation]


def test_replaced_document_is_marked_and_marked_back(folders, embedder):
    documents, folder = folders
    (documents / "larm-ny.md").write_text(
        "---\nErsätter: Rutin för larm\nGäller från: 2025-01-01\n---\n"
        "# Rutin för larm och nödsignal\n\nLarm besvaras.\n",
        encoding="utf-8",
    )

    def standing(source):
        manifest = json.loads((generations(folder) / current(folder) / "manifest.json").read_text(encoding="utf-8"))
        index = Index(folder, model=embedder.name)
        stored = index.document(source).standing
        index.close()
        (told,) = [entry["standing"] for entry in manifest["documents"] if entry["source"] == source]
        assert told["status"] == stored.status
        return stored

    report = ingest(*folders, embedder)
    assert standing("larm.md").status == "upphävd"
    assert standing("larm.md").found["status"] == "ersätts av larm-ny.md (dokumenthuvud: Ersätter)"
    assert ("ersatt", "larm.md") in {(finding.about, finding.source) for finding in report.review}
    assert ingest(*folders, embedder).generation == report.generation
    (documents / "larm-ny.md").unlink()
    ingest(*folders, embedder)
    assert standing("larm.md").status == "gällande"
    assert "status" not in standing("larm.md").found


def test_review_is_stored_and_told_again_with_today_s_expired(folders, embedder):
    (folders[0] / "gammal.md").write_text(
        "---\nGiltig till: 2020-12-31\nDokumentansvarig: MAS\n---\n# Rutin för fall\n\nFall utreds.\n", encoding="utf-8"
    )
    first, again = ingest(*folders, embedder), ingest(*folders, embedder)
    assert again.review == first.review
    assert ("utgånget", "gammal.md") in {(finding.about, finding.source) for finding in first.review}
    assert date.today() > date(2020, 12, 31)


def test_progress_names_each_step(folders, embedder):
    heard = []
    ingest(*folders, embedder, progress=lambda step, done, total: heard.append((step, done, total)))
    assert list(dict.fromkeys(step for step, _, _ in heard)) == [
        *("läser", "delar upp", "räknar vektorer", "jämför", "bygger ordindex")
    ]
    assert all(0 <= done < total for _, done, total in heard)
