import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from ingest.errors import IndexBusy, IndexMismatch, IndexMissing, IngestError
from ingest.generations import current, generations, sweep, switch, writing
from ingest.index import WHOLE, Index
from ingest.pipeline import ingest

ROOT = Path(__file__).resolve().parents[2]
LARM = "# Rutin för larm\n\n## Svarstid\n\nUndersköterskan besvarar larm inom tio minuter – “alltid”.\n"
NYCKLAR = "# Rutin för nycklar\n\n## Förvaring\n\nNycklar förvaras i skåpet på expeditionen. Enhetschefen har koden.\n"


@pytest.fixture
def folder(ingested):
    return ingested({"larm.md": LARM, "mapp/nycklar.md": NYCKLAR}) / "index"


@pytest.fixture
def index(folder, embedder):
    opened = Index(folder, model=embedder.name)
    yield opened
    opened.close()


def test_chunks_come_in_the_order_asked_for(index):
    assert index.size == 2
    first, second = index.chunks([0, 1])
    assert index.chunks([1, 0, 1]) == [second, first, second]
    assert first.text == "Undersköterskan besvarar larm inom tio minuter – “alltid”."
    assert first.section == ("Rutin för larm", "Svarstid")
    assert (second.source, second.page) == ("mapp/nycklar.md", None)
    assert index.chunks([]) == []


def test_positions_of_a_document(index):
    assert index.positions("mapp/nycklar.md") == [1]
    assert index.positions("finns-inte.md") == []


def test_what_stands_around_is_of_the_same_document(index):
    first, second = index.chunks([0, 1])
    assert index.around(0) == [first]
    assert index.around(1) == [second]


def test_documents_come_back_whole(index):
    assert [document.source for document in index.documents()] == ["larm.md", "mapp/nycklar.md"]
    assert index.document("larm.md").pages[0].blocks[0].text == "Rutin för larm"
    assert index.document("finns-inte.md") is None


def test_nearest_is_best_first_and_within_one(index, embedder):
    asked = embedder.query("Var förvaras nycklar?")
    passages, units = index.nearest_passages(asked, 50), index.nearest_units(asked, 50)
    assert (len(passages), len(units)) == (2, 3)
    assert len(passages) + len(units) == index.manifest["vectors"]
    assert passages[0][0] == 1 and units[0][:2] == (1, 0)
    for similarities in ([found[-1] for found in passages], [found[-1] for found in units]):
        assert similarities == sorted(similarities, reverse=True)
        assert all(-1.001 <= similarity <= 1.001 for similarity in similarities)
    assert len(index.nearest_passages(asked, 1)) == len(index.nearest_units(asked, 1)) == 1


def test_vectors_are_those_that_were_stored(index, embedder):
    vectors = index.vectors([(0, WHOLE), (1, 0), (99, 0)])
    assert set(vectors) == {(0, WHOLE), (1, 0)}
    expected = embedder.query("Förvaring: Nycklar förvaras i skåpet på expeditionen.")
    assert float(vectors[(1, 0)] @ expected) == pytest.approx(1.0, abs=1e-5)


def test_vectors_of_documents_by_the_texts_they_were_made_from(index):
    assert {source: len(made) for source, made in index.vectors_of(["larm.md", "finns-inte.md"]).items()} == {
        "larm.md": 2
    }


def test_many_threads_read_at_once(index, embedder):
    failures = []

    def read():
        try:
            for _ in range(10):
                assert index.nearest_units(embedder.query("larm"), 3)[0][0] == 0
                assert index.nearest_passages(embedder.query("larm"), 1)[0][0] == 0
                assert index.chunks([0, 1])[1].source == "mapp/nycklar.md"
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_opened_index_answers_on_after_a_switch(folder, index, embedder, ingested):
    ingested({"larm.md": LARM})
    assert not (generations(folder) / index.name).exists()
    assert index.nearest_passages(embedder.query("nycklar"), 1)[0][0] == 1
    assert index.nearest_units(embedder.query("nycklar"), 3)[0][0] == 1
    found = []
    thread = threading.Thread(target=lambda: found.extend(index.chunks([1])))
    thread.start()
    thread.join()
    assert found[0].source == "mapp/nycklar.md"


def test_no_index_says_what_to_do(tmp_path):
    with pytest.raises(IndexMissing, match="rollkoll ingest"):
        Index(tmp_path)


@pytest.mark.parametrize(
    "content",
    [b"", b"finns-inte", b"../../documents", b"\xff\xfe\x00", b"a\x00b", b"x" * 5000, b"."],
    ids=["empty", "no such", "outside", "bytes", "nul", "long", "dot"],
)
def test_garbage_for_current_is_no_index_and_is_mended_by_ingest(folder, tmp_path, embedder, content):
    (folder / "current").write_bytes(content)
    assert current(folder) is None
    with pytest.raises(IndexMissing):
        Index(folder)
    report = ingest(tmp_path / "documents", folder, embedder)
    assert current(folder) == report.generation
    assert len(list(generations(folder).iterdir())) == 1


def test_another_model_is_refused_with_what_to_do(folder):
    with pytest.raises(IndexMismatch, match=r"'words', inte 'annan'.*rollkoll ingest.*ROLLKOLL_EMBEDDING_MODEL"):
        Index(folder, model="annan")


def test_older_layout_is_refused(folder):
    manifest = generations(folder) / current(folder) / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text(encoding="utf-8")), "layout": 0}), encoding="utf-8")
    with pytest.raises(IndexMismatch, match="annan version"):
        Index(folder)


@pytest.mark.parametrize("name", ["manifest.json", "text.sqlite", "lexical/words.json", "chroma/chroma.sqlite3"])
def test_damaged_index_is_told_and_built_anew(folder, tmp_path, embedder, name):
    (generations(folder) / current(folder) / name).write_bytes(b"{ inte som det ska vara")
    with pytest.raises(IndexMismatch, match="skadat"):
        Index(folder)
    report = ingest(tmp_path / "documents", folder, embedder)
    assert report.new == ["larm.md", "mapp/nycklar.md"]
    Index(folder, model=embedder.name).close()


WITHOUT_RIGHTS = """
import ctypes, sys, tempfile
from pathlib import Path
# Root too must obey the files' modes from here on.
ctypes.CDLL(None).capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)())
import numpy as np
from ingest.index import Index

index = Index(Path(sys.argv[1]))
print(len(index.nearest_passages(np.ones(384, dtype=np.float32), 5)), len(list(Path(tempfile.gettempdir()).iterdir())))
index.close()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="rights are given up as Linux does it")
def test_index_that_cannot_be_written_to_answers_from_a_copy_that_is_gone_after(folder, tmp_path):
    closed = [path for path in [folder, *folder.rglob("*")] if "chroma" in str(path)]
    aside = tmp_path / "tillfälligt"
    aside.mkdir()
    for path in closed:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        told = subprocess.run(
            [sys.executable, "-c", WITHOUT_RIGHTS, str(folder)],
            env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(aside)},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    finally:
        for path in closed:
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert told.stdout == "2 1\n"
    assert not list(aside.iterdir())


def test_switch_leaves_one_generation(folder):
    old = current(folder)
    other = generations(folder) / "20990101T000000-abcdef"
    other.mkdir()
    (other / "manifest.json").write_text("{}")
    switch(folder, other.name)
    assert current(folder) == other.name != old
    assert [path.name for path in generations(folder).iterdir()] == [other.name]


def test_sweep_takes_halves_and_leaves_the_current(folder):
    (generations(folder) / "halv").mkdir()
    sweep(folder)
    assert [path.name for path in generations(folder).iterdir()] == [current(folder)]


def test_one_writer_at_a_time_also_between_processes(tmp_path):
    with writing(tmp_path / "index"):
        with pytest.raises(IndexBusy, match="Vänta"), writing(tmp_path / "index"):
            pass
        code = (
            "import sys; from pathlib import Path; from ingest.generations import writing\n"
            "from ingest.errors import IndexBusy\n"
            "try:\n    writing(Path(sys.argv[1])).__enter__()\nexcept IndexBusy:\n    sys.exit(7)\n"
        )
        assert subprocess.run([sys.executable, "-c", code, str(tmp_path / "index")], check=False).returncode == 7
    with writing(tmp_path / "index"):
        pass


def test_index_folder_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "fil").write_text("")
    with pytest.raises(IngestError, match="--index"), writing(tmp_path / "fil" / "index"):
        pass


def test_vectors_are_copied_not_shared(index):
    vectors = index.vectors([(0, WHOLE)])
    vectors[(0, WHOLE)][:] = 0
    assert np.linalg.norm(index.vectors([(0, WHOLE)])[(0, WHOLE)]) == pytest.approx(1.0, abs=1e-5)
