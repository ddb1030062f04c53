"""ingest/parse/guard.py: files are read in another process, within limits."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.corpus import Block, Page
from ingest.errors import Unreadable
from ingest.parse.guard import Guard, guarded, run_limited, time_for
from ingest.parse.parsed import Parsed

ROOT = Path(__file__).resolve().parents[2]
READERS = """
import os, tempfile, time
from pathlib import Path
from ingest.corpus import Block, Page
from ingest.errors import Unreadable
from ingest.parse.guard import more_time
from ingest.parse.parsed import Parsed

def who(path):
    print("något på skärmen")
    return Parsed((Page(None, (Block("paragraph", str(os.getpid())),)),), title=path.name)

def litters(path):
    with tempfile.NamedTemporaryFile(delete=False) as left:
        return Parsed(who(path).pages, title=left.name)

def litters_and_naps(path):
    done = litters(path)
    path.write_text(done.title + "\\n")
    time.sleep(1)
    return done

def sleeps(path): time.sleep(60)
def naps(path):
    time.sleep(1.5)
    return who(path)
def works(path):
    until = time.process_time() + float(path.name)
    while time.process_time() < until: pass
    return who(path)
def asks(path):
    more_time(30)
    return works(path)
def fills(path): return bytearray(64 * 1024**3)
def recurses(path): return recurses(path)
def dies(path): os._exit(3)
def refuses(path): raise Unreadable("filen är låst.")
def breaks(path): raise KeyError("å")
"""


@pytest.fixture
def guard(tmp_path, monkeypatch):
    (tmp_path / "test_readers.py").write_text(READERS, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    made = Guard()
    patient = {"patience": 300}  # a busy computer starts the process late
    yield lambda name, path=tmp_path / "a", **limits: made.read(f"test_readers:{name}", path, **(patient | limits))
    made.close()


def test_one_other_process_reads_many_files(guard, tmp_path):
    first, second = guard("who"), guard("who", tmp_path / "å ”b”.md")
    assert first.pages == second.pages
    assert first.pages[0].blocks[0].text != str(os.getpid())
    assert second.title == "å ”b”.md"


@pytest.mark.parametrize(
    ("reader", "reason"),
    [
        ("refuses", "^filen är låst.$"),
        ("breaks", "KeyError"),
        ("recurses", "nästlad för djupt"),
        ("dies", "läsningen avbröts"),
        ("fills", "för mycket minne"),
        ("missing", "AttributeError"),
    ],
)
def test_a_bad_file_is_refused_and_the_next_is_read(guard, reader, reason):
    with pytest.raises(Unreadable, match=reason):
        guard(reader)
    assert guard("who").title == "a"


@pytest.mark.skipif(sys.platform == "win32", reason="processor time is not limited there")
def test_a_file_that_takes_too_much_of_the_processor_is_stopped(guard, tmp_path):
    guard("works", tmp_path / "0.9")  # what one file used is not held against the next
    guard("works", tmp_path / "0.9", seconds=1)
    with pytest.raises(Unreadable, match="mer än 1 s"):
        guard("works", tmp_path / "60", seconds=1)
    assert guard("who").title == "a"


def test_temporary_files_are_gone_with_the_process_that_made_them(guard):
    left = Path(guard("litters").title)
    assert left.exists()
    with pytest.raises(Unreadable):
        guard("dies")
    assert not left.parent.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal there")
def test_temporary_files_are_gone_when_the_asking_process_is_killed(tmp_path):
    told = tmp_path / "told"
    asking = (
        "import sys; from pathlib import Path; from ingest.parse.guard import Guard;"
        "Guard().read('test_readers:litters_and_naps', Path(sys.argv[1]))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(tmp_path)])}
    (tmp_path / "test_readers.py").write_text(READERS, encoding="utf-8")
    deadline = time.monotonic() + 60
    with subprocess.Popen([sys.executable, "-c", asking, str(told)], env=environment) as process:
        while not (told.exists() and told.read_text().endswith("\n")) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.kill()
    left = Path(told.read_text().strip())
    assert left.parent.name.startswith("rollkoll-")
    while left.parent.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not left.parent.exists()


def test_a_reader_that_must_wait_is_waited_for(guard):
    assert guard("naps", seconds=1).title == "a"


def test_a_file_that_hangs_is_stopped(guard):
    guard("who")
    started = time.monotonic()
    with pytest.raises(Unreadable, match="mer än 1 s"):
        guard("sleeps", seconds=1, patience=1.5)
    assert time.monotonic() - started < 30
    assert guard("who").title == "a"


def test_a_reader_may_ask_for_more_time(guard, tmp_path):
    assert guard("asks", tmp_path / "2.5", seconds=1).title == "2.5"


def test_a_larger_file_may_take_longer(tmp_path):
    small, large = tmp_path / "liten.pdf", tmp_path / "stör.pdf"
    small.write_bytes(b"1")
    large.write_bytes(bytes(5_000_000))
    assert time_for(small) < time_for(large) == 70
    assert time_for(tmp_path / "borta.pdf") == 60


@pytest.mark.skipif(sys.platform != "linux", reason="limits of another process are set on Linux alone")
def test_a_command_that_takes_too_much_of_the_processor_is_stopped():
    spin = [sys.executable, "-c", "print('å', flush=True)\nwhile True: pass"]
    assert run_limited(spin, seconds=1, environment={}) == ""
    said = [sys.executable, "-c", "import os; print(os.environ['ORD'])"]
    assert run_limited(said, seconds=9, environment={"ORD": "år"}).strip() == "år"
    assert run_limited(["finns-inte"], seconds=9, environment={}) == ""


def test_guarded_is_a_reader(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("Text å.", encoding="utf-8")
    assert guarded("ingest.parse.markdown:read_markdown")(path) == Parsed(
        (Page(None, (Block("paragraph", "Text å."),)),)
    )
