"""Memory and speed of reading a long PDF, without embedding: makes one, and reads it as ingest does.

    python -m eval.ingest_load [--pages 1000] [--words 350]

The peak is that of the process in which files are read.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.load import READERS
from ingest.parse.guard import Guard

MOST_MEMORY = 1.5  # GB
LEAST_SPEED = 300  # pages a minute
WORDS = [
    "sjuksköterskan",
    "undersköterskan",
    "enhetschefen",
    "ansvarar",
    "kontrollerar",
    "signerar",
    "dokumenterar",
    "läkemedelslistan",
    "journalen",
    "varje",
    "vid",
    "och",
    "för",
    "att",
    "inom",
    "senast",
    "dagen",
    "före",
    "utskrivning",
    "hälso-",
    "och",
    "sjukvård",
    "den",
    "enskilde",
    "närstående",
    "avvikelse",
    "delegering",
    "rutinen",
    "månad",
    "timmar",
    "ordination",
    "överlämnas",
    "ringer",
    "läkare",
    "åtgärd",
    "följs",
    "upp",
]


@dataclass(frozen=True, slots=True)
class Load:
    """What reading one file took."""

    pages: int
    seconds: float  # on the clock
    processor: float  # seconds; what the clock would say on a machine that does nothing else
    memory: float  # GB, at the peak

    @property
    def speed(self) -> float:
        """Pages a minute of processor time."""
        return 60 * self.pages / self.processor


def write_pdf(path: Path, *, pages: int, words: int) -> None:
    """Write a PDF of headings, paragraphs and a running footer; `words` on each page."""
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate

    chance = random.Random(1)
    styles = getSampleStyleSheet()
    story: list[Flowable] = []
    for number in range(1, pages + 1):
        story.append(Paragraph(f"{number} Avsnitt om ansvar", styles["Heading2"]))
        left = words
        while left > 0:
            sentences = [" ".join(chance.choices(WORDS, k=12)).capitalize() + "." for _ in range(5)]
            story.append(Paragraph(" ".join(sentences), styles["BodyText"]))
            left -= 60
        story.append(PageBreak())

    def footer(canvas: Canvas, document: SimpleDocTemplate) -> None:
        canvas.drawString(60, 30, f"Ekbacka kommun – sida {document.page} ({pages})")

    SimpleDocTemplate(str(path)).build(story, onFirstPage=footer, onLaterPages=footer)


def measure(path: Path) -> Load:
    """Read a PDF in a process of its own, and tell what it took."""
    guard = Guard()
    started = time.monotonic()
    try:
        parsed = guard.read(READERS[".pdf"], path)  # held to the limits of any file
    finally:
        guard.close()
    seconds = time.monotonic() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Load(len(parsed.pages), seconds, used.ru_utime + used.ru_stime, peak / 1e9)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print pages a minute and the peak of memory. Returns 0, or 1 where one falls short."""
    parser = argparse.ArgumentParser(prog="python -m eval.ingest_load", description=__doc__.split("\n")[0])
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--words", type=int, default=350, help="on each page")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.pdf"
        write_pdf(path, pages=given.pages, words=given.words)
        load = measure(path)
    print(
        f"{load.pages} pages in {load.processor:.1f} s of processor time ({load.seconds:.1f} s on the clock): "
        f"{load.speed:.0f} pages a minute, {load.memory:.2f} GB at the peak"
    )
    return int(load.memory > MOST_MEMORY or load.speed < LEAST_SPEED)


if __name__ == "__main__":
    sys.exit(main())
