"""Files are read in a process of its own, so that a hostile or broken one can neither hang nor fill this one.

One such process serves many files; it is started when the first is read, and again after one that had to be stopped.
What a file may take is processor time, so that a busy computer reads what an idle one does; the clock comes last.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import math
import os
import pickle
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from ingest.errors import Unreadable
from ingest.parse.parsed import Parsed

FILE_SECONDS = 60.0  # of processor time for a file, on top of what its size and its reader (`more_time`) ask for
MEGABYTE_SECONDS = 2.0  # for every million bytes of it
PATIENCE = 10.0  # times as long it may take on the clock
MOST_MEMORY = 1_400_000_000  # bytes that are its own, where the system can hold a process to it (Linux)
MOST_ADDRESSES = 4 * 1024**3  # bytes of address space, with libraries and mapped files
IDLE_SECONDS = 30.0  # after which a waiting process is let go
ROOT = Path(__file__).resolve().parents[2]
OUT_OF_TIME = -int(getattr(signal, "SIGXCPU", 0))  # how a process ends that has used its processor time
_ask: list[Callable[[float], None]] = []  # in the reading process: gets it more time


def more_time(seconds: float) -> None:
    """Called by a reader that has much to do, such as a page to put through OCR; seconds of processor time."""
    for ask in _ask:
        ask(seconds)


def broken(error: Exception) -> str:
    """Why a file is not read whose reader failed so, and what to do."""
    what = f"{type(error).__name__}: {str(error)[:120]}"
    return f"filen går inte att läsa ({what}). Öppna den i sitt program och spara om den."


def time_for(path: Path) -> float:
    """Seconds of processor time that a file of this size may take."""
    try:
        return FILE_SECONDS + MEGABYTE_SECONDS * path.stat().st_size / 1e6
    except OSError:  # gone; its reader says so
        return FILE_SECONDS


def run_limited(command: Sequence[str], *, seconds: int, environment: Mapping[str, str]) -> str:
    """What a command prints; "" where it fails or takes more than `seconds` of processor time (and PATIENCE)."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **environment},
        )
    except OSError:
        return ""
    with process:
        if sys.platform == "linux":
            import resource

            with contextlib.suppress(OSError, ValueError):  # already done
                resource.prlimit(process.pid, resource.RLIMIT_CPU, (seconds, seconds))
        try:
            printed, _ = process.communicate(timeout=PATIENCE * seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            return ""
    return printed.decode("utf-8", "replace") if process.returncode == 0 else ""


class Guard:
    """Reads files, one at a time, in another process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[tuple[str, Any]] = queue.Queue()
        self._used = 0.0
        self._owner = 0
        self._aside = ""  # the process's folder for temporary files

    def read(self, reader: str, path: Path, *, seconds: float | None = None, patience: float = PATIENCE) -> Parsed:
        """What `reader` ("module:function") makes of a file.

        It may take `seconds` of processor time (None: by the file's size), and `patience` times as long on the clock.
        Raises Unreadable for a file that cannot be read, takes too long or too much memory.
        """
        seconds = time_for(path) if seconds is None else seconds
        with self._lock:
            process = self._running()
            try:
                assert process.stdin is not None
                pickle.dump((reader, str(path), seconds), process.stdin)
                process.stdin.flush()
            except OSError:
                self._stop()
                raise Unreadable("filen gick inte att läsa: läsaren stannade. Kör ingest igen.") from None
            kind, value = self._answer(process, seconds, patience)
            self._used = time.monotonic()
        if kind == "done" and isinstance(value, Parsed):
            return value
        raise Unreadable(str(value))

    def close(self) -> None:
        """Let the other process go."""
        with self._lock:
            self._stop()

    def _answer(self, process: subprocess.Popen[bytes], seconds: float, patience: float) -> tuple[str, Any]:
        started, allowed = time.monotonic(), seconds
        while True:
            too_long = "unreadable", f"filen tog mer än {allowed:.0f} s att läsa. Den är skadad, eller bör delas."
            try:
                kind, value = self._answers.get(timeout=max(0.0, started + patience * allowed - time.monotonic()))
            except queue.Empty:
                self._stop()
                return too_long
            except BaseException:  # Ctrl-C: the answer that is under way must not be taken for the next file's
                self._stop()
                raise
            if kind == "time":
                allowed += float(value)
                continue
            if kind == "gone":
                self._stop()
                if process.returncode == OUT_OF_TIME < 0:
                    return too_long
                return (
                    "unreadable",
                    "filen är skadad eller kräver för mycket minne; läsningen avbröts. Dela den, eller spara om den.",
                )
            return kind, value

    def _running(self) -> subprocess.Popen[bytes]:
        fresh = time.monotonic() - self._used < IDLE_SECONDS and self._owner == os.getpid()
        if self._process is not None and fresh and self._process.poll() is None:
            return self._process
        if self._owner == os.getpid():
            self._stop()
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        # A folder of its own, which goes with it: what was being read may hold what is soon removed.
        self._aside = environment["TMPDIR"] = tempfile.mkdtemp(prefix="rollkoll-")
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "ingest.parse.guard", self._aside],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        self._answers = queue.Queue()
        threading.Thread(target=_listen, args=(self._process.stdout, self._answers), daemon=True).start()
        self._owner, self._used = os.getpid(), time.monotonic()
        atexit.unregister(self.close)
        atexit.register(self.close)
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)  # with the commands that it started
            else:
                process.kill()
        process.wait()
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()
        shutil.rmtree(self._aside, ignore_errors=True)


_guard = Guard()


def guarded(reader: str) -> Callable[[Path], Parsed]:
    """A reader ("module:function") that works in another process."""

    def read(path: Path) -> Parsed:
        return _guard.read(reader, path)

    return read


def _listen(stream: IO[bytes], answers: queue.Queue[tuple[str, Any]]) -> None:
    with stream:
        while True:
            try:
                answers.put(pickle.load(stream))
            except Exception:  # the end of the stream, or half an answer
                answers.put(("gone", ""))
                return


def _serve() -> None:
    """Read files as they are asked for, until there is nobody who asks."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer

    def tell(kind: str, value: object) -> None:
        pickle.dump((kind, value), answers)
        answers.flush()

    _limit_memory()
    until = 0.0  # of processor time

    def allow(seconds: float) -> None:
        nonlocal until
        until += seconds
        _limit_time(until)

    def ask(seconds: float) -> None:
        allow(seconds)
        tell("time", seconds)

    # This file runs as __main__; the readers import it by its name.
    importlib.import_module("ingest.parse.guard")._ask.append(ask)
    while True:
        try:
            reader, path, seconds = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        until = time.process_time()
        allow(seconds)
        try:
            module, name = reader.split(":")
            tell("done", getattr(importlib.import_module(module), name)(Path(path)))
        except Unreadable as error:
            tell("unreadable", str(error))
        except MemoryError:
            tell("unreadable", "filen kräver för mycket minne. Dela den, eller spara om den.")
        except RecursionError:
            tell("unreadable", "filen är nästlad för djupt. Spara om den i sitt program.")
        except Exception as error:  # a reader's library can fail in any way on a broken file
            tell("unreadable", broken(error))


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, most in ((resource.RLIMIT_DATA, MOST_MEMORY), (resource.RLIMIT_AS, MOST_ADDRESSES)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))


def _limit_time(seconds: float) -> None:
    """End this process when it has used so many seconds of processor time in all."""
    try:
        import resource
    except ImportError:  # Windows: the clock alone
        return
    most = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = math.ceil(seconds)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft if most == resource.RLIM_INFINITY else min(soft, most), most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


if __name__ == "__main__":
    try:
        _serve()
    except BrokenPipeError:  # the process that asked was killed meanwhile
        sys.exit(1)
    finally:
        shutil.rmtree(sys.argv[1], ignore_errors=True)
