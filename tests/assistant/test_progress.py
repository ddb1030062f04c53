import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import time
from fcntl import ioctl
from io import StringIO
from pathlib import Path

import pytest

from assistant.progress import progress_on, stoppable

ROOT = Path(__file__).resolve().parents[2]
LARM = "# Rutin för larm\n\nUndersköterskan besvarar larm inom tio minuter – “alltid”.\n"


@pytest.mark.parametrize("columns", [40, 80])
def test_bar_fits_the_terminal_and_tells_the_time_left(columns):
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with open(theirs, "w", encoding="utf-8") as stream, progress_on(stream) as tell:
        tell("räknar vektorer", 0, 40_000)
        time.sleep(0.2)
        tell("räknar vektorer", 10_000, 40_000)
        shown = b""
        while shown.count(b"kvar") < 2:
            shown += os.read(ours, 10_000)
    os.close(ours)
    lines = shown.decode().split("\r")
    assert max(map(len, lines)) <= columns
    assert lines[-1].startswith("räknar vektorer  25 % ")
    assert lines[-1].endswith(" 00:00 kvar")


def test_without_a_terminal_nothing_short_is_told():
    stream = StringIO()
    with progress_on(stream) as tell:
        for done in range(5):
            tell("läser", done, 5)
    assert stream.getvalue() == ""


def test_without_a_terminal_a_long_step_is_told_by_lines(monkeypatch):
    stream, clock = StringIO(), iter(range(0, 1000, 20))
    monkeypatch.setattr("assistant.progress.time.monotonic", lambda: next(clock))
    with progress_on(stream) as tell:
        for done in range(5):
            tell("läser", done, 10)
    assert stream.getvalue().splitlines() == ["läser: 1 av 10, 03:00 kvar", "läser: 3 av 10, 02:20 kvar"]


def test_a_stop_that_was_lost_is_raised_again_and_handlers_come_back():
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), stoppable() as check:
        try:
            signal.raise_signal(signal.SIGTERM)
        except KeyboardInterrupt:
            check()
    assert signal.getsignal(signal.SIGTERM) is before


def test_what_is_to_be_ignored_stays_ignored(monkeypatch):
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with stoppable():
            signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)


STOPPED = """
import os, signal, sys
import numpy as np
import ingest.embed
from assistant.cli import main

signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background

class Embedder:
    name = "ones"
    def passages(self, texts):
        os.kill(os.getpid(), int(sys.argv[1]))
        return np.ones((len(texts), 384), dtype=np.float32) / np.float32(384 ** 0.5)

ingest.embed.open_embedder = lambda name: Embedder()
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals end a process there at once")
@pytest.mark.parametrize(("command", "code"), [(["ingest"], 1), (["up"], 1), (["ingest", "--watch"], 0)])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_ingest_says_so_and_leaves_no_half(tmp_path, command, code, number):
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "larm.md").write_text(LARM, encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-c", STOPPED, str(int(number)), *command],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    said = "Slutar följa mappen.\n" if command[-1] == "--watch" else "Inläsningen avbröts. "
    assert (told.returncode, told.stdout) == (code, "")
    assert told.stderr.startswith(said)
    assert len(told.stderr.splitlines()) == 1
    assert list((tmp_path / ".rollkoll" / "index" / "generations").iterdir()) == []
