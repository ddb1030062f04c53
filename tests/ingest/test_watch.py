import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.watch import Watch, look

ROOT = Path(__file__).parents[2]


class Hours:
    """A clock that goes when somebody sleeps; after so many naps it does what it was told, then after more gives up."""

    def __init__(self, *events):
        self.now, self.naps, self.events = 100.0, 0, dict(events)

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds
        self.naps += 1
        if self.naps > 60:
            raise TimeoutError("nothing happened")
        self.events.get(self.naps, lambda: None)()


def watching(folder, *events):
    hours = Hours(*events)
    watch = Watch(folder, every=1.0, still=3.0, patience=20.0, clock=hours.clock, sleep=hours.sleep)
    watch.wait()
    return watch, hours


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "hygien").mkdir()
    (tmp_path / "hygien" / "rutin för händer.md").write_text("# Händer\n", encoding="utf-8")
    return tmp_path


def test_first_wait_is_over_at_once(folder):
    _, hours = watching(folder)
    assert hours.naps == 0


def test_nothing_changes_and_it_goes_on_waiting(folder):
    watch, _ = watching(folder)
    with pytest.raises(TimeoutError):
        watch.wait()


@pytest.mark.parametrize(
    "event",
    [
        lambda folder: (folder / "hygien" / "ny – “å”.md").write_text("# Ny\n", encoding="utf-8"),
        lambda folder: (folder / "hygien" / "rutin för händer.md").write_text("# Händer och armar\n", encoding="utf-8"),
        lambda folder: (folder / "hygien" / "rutin för händer.md").unlink(),
        lambda folder: (folder / "hygien").rename(folder / "vårdhygien"),
        lambda folder: (folder / "ordlista.yaml").write_text("synonymer: []\n", encoding="utf-8"),
    ],
    ids=["new", "changed", "removed", "folder renamed", "word list"],
)
def test_wait_is_over_when_a_change_has_been_still(folder, event):
    watch, hours = watching(folder, (5, lambda: event(folder)))
    watch.wait()
    assert hours.naps == 5 + 3


def test_a_file_that_grows_is_waited_for(folder):
    path = folder / "stor.pdf"
    writes = [(nap, lambda nap=nap: path.write_bytes(b"x" * nap)) for nap in range(2, 10)]
    watch, hours = watching(folder, *writes)
    watch.wait()
    assert hours.naps == 9 + 3


def test_a_folder_that_is_never_still_is_taken_after_a_while(folder):
    path = folder / "logg.txt"
    writes = [(nap, lambda nap=nap: path.write_bytes(b"x" * nap)) for nap in range(1, 60)]
    watch, hours = watching(folder, *writes)
    watch.wait()
    assert hours.naps == 1 + 20


def test_what_changes_while_it_is_read_in_ends_the_next_wait(folder):
    watch, hours = watching(folder)
    (folder / "under tiden.md").write_text("# Nytt\n", encoding="utf-8")
    watch.wait()
    assert hours.naps == 3


def test_again_waits_a_little_and_no_more(folder):
    watch, hours = watching(folder)
    watch.again()
    watch.wait()
    assert hours.naps == 3


def test_hidden_and_open_files_of_office_are_not_looked_at(folder):
    (folder / "~$rutin.docx").write_bytes(b"x")
    (folder / "rutin.md~").write_bytes(b"x")
    (folder / "rutin.docx.tmp").write_bytes(b"x")
    (folder / ".git").mkdir()
    (folder / ".git" / "HEAD").write_bytes(b"x")
    assert [Path(path).name for path in look(folder)] == ["rutin för händer.md"]
    assert look(folder / "finns inte") == {}


COMMAND = """
import signal, sys
import numpy as np
import ingest.embed
from assistant.cli import main

signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background

class Embedder:
    name = "ones"
    def passages(self, texts):
        return np.ones((len(texts), 384), dtype=np.float32) / np.float32(384 ** 0.5)

ingest.embed.open_embedder = lambda name: Embedder()
sys.exit(main(["ingest", "--watch", *sys.argv[1:]]))
"""


def told(process, start):
    """Read on to the line that begins so."""
    for line in process.stdout:
        if line.startswith(start):
            return line
    raise AssertionError(f"never said {start!r}")


def test_command_follows_the_folder_and_ends_cleanly(folder):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    (folder / "hygien" / "rutin.md").write_text("# Rutin\n\nHänderna spritas före och efter.\n", encoding="utf-8")
    with (folder / ".errors").open("w+", encoding="utf-8") as errors:
        command = [sys.executable, "-c", COMMAND, "--documents", str(folder), "--index", str(folder / ".index")]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, encoding="utf-8", env=environment, cwd=folder
        )
        with process:
            try:
                told(process, "Inläst: 1 nya, 0 ändrade")
                (folder / "trasig.pdf").write_bytes(b"ingen pdf")
                (folder / "ny.md").write_text("# Ny rutin\n\nVisiret torkas av.\n", encoding="utf-8")
                told(process, "Inläst: 1 nya, 0 ändrade, 1 oförändrade")
                (folder / "ny.md").unlink()
                told(process, "Inläst: 0 nya, 0 ändrade, 1 oförändrade, 1 borttagna")
                time.sleep(0.2)
                process.send_signal(signal.SIGINT)
                assert process.wait(timeout=60) == 0
            finally:
                process.kill()
        said = (folder / ".errors").read_text(encoding="utf-8")
    assert "trasig.pdf" in said
    assert "Traceback" not in said
