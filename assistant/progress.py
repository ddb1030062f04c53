"""Long commands: how they are stopped, and how they tell how far they have come."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn, TextIO

from tqdm import tqdm

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")  # Ctrl-C, the system's word to end, a terminal that was closed
BAR = "{desc} {percentage:3.0f} % {bar} {remaining} kvar"
LINE_SECONDS = 30.0  # between two lines, where there is no terminal


@contextmanager
def stoppable() -> Iterator[Callable[[], None]]:
    """Have SIGNALS raise KeyboardInterrupt, unless they were to be ignored.

    Gives what raises it again where it was lost: one raised while Python lets go of an object goes nowhere.
    """
    stopped: list[int] = []

    def stop(number: int, frame: object) -> None:
        stopped.append(number)
        raise KeyboardInterrupt

    def check() -> None:
        if stopped:
            raise KeyboardInterrupt

    numbers = [getattr(signal, name) for name in SIGNALS if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        for number, handler in before.items():
            if handler is not signal.SIG_IGN:
                signal.signal(number, stop)
        yield check
        check()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def progress_on(stream: TextIO) -> Iterator[Callable[[str, int, int], None]]:
    """Tell of a step, how much of it is done and of how much: a bar on a terminal, else a line now and then."""
    terminal = stream.isatty()
    step = ""
    started = told = time.monotonic()
    bar: tqdm[NoReturn] = tqdm(disable=True)

    def progress(now_at: str, done: int, total: int) -> None:
        nonlocal step, started, told, bar
        now = time.monotonic()
        if now_at != step:
            step, started = now_at, now
            bar.close()
            bar = tqdm(
                desc=step,
                total=total,
                file=stream,
                bar_format=BAR,
                leave=False,
                dynamic_ncols=True,
                disable=not terminal,
            )
        bar.update(done - bar.n)
        if not terminal and now - told >= LINE_SECONDS:
            told = now
            left = f", {tqdm.format_interval((now - started) * (total - done) / done)} kvar" if done else ""
            print(f"{step}: {done} av {total}{left}", file=stream, flush=True)

    try:
        yield progress
    finally:
        bar.close()
