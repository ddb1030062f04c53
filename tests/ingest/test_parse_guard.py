"""ingest/parse/guard.py: files are read in another process, within limits."""

import os
import time

import pytest

from ingest.corpus import Block, Page
from ingest.errors import Unreadable
from ingest.parse.guard import Guard, guarded
from ingest.parse.parsed import Parsed

READERS = """
import os, time
from pathlib import Path
from ingest.corpus import Block, Page
from ingest.errors import Unreadable
from ingest.parse.guard import more_time
from ingest.parse.parsed import Parsed

def who(path):
    print("något på skärmen")
    return Parsed((Page(None, (Block("paragraph", str(os.getpid())),)),), title=path.name)

def sleeps(path): time.sleep(60)
def asks(path):
    more_time(30)
    time.sleep(1.5)
    return who(path)
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
    yield lambda name, path=tmp_path / "a", **limits: made.read(f"test_readers:{name}", path, **limits)
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


def test_a_file_that_takes_too_long_is_stopped(guard):
    guard("who")
    started = time.monotonic()
    with pytest.raises(Unreadable, match="mer än 1 s"):
        guard("sleeps", seconds=1)
    assert time.monotonic() - started < 5
    assert guard("who").title == "a"


def test_a_reader_may_ask_for_more_time(guard):
    guard("who")
    assert guard("asks", seconds=1).title == "a"


def test_guarded_is_a_reader(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("Text å.", encoding="utf-8")
    assert guarded("ingest.parse.markdown:read_markdown")(path) == Parsed(
        (Page(None, (Block("paragraph", "Text å."),)),)
    )
