"""The steps in order: run ▸ save ▸ score ▸ compare ▸ report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval import output, report
from eval.compare import Comparison, compare
from eval.outcomes import Outcome, Run, read, save
from eval.questions import Question
from eval.run import Asker, run
from eval.score import PageReader, Score, score


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A run, what came of it, and how it stands."""

    about: Run
    score: Score
    comparison: Comparison | None
    written: tuple[Path, ...]  # the run's folder, then the report's files

    def table(self) -> str:
        """For the terminal."""
        told = [output.table(self.score)]
        if self.comparison:
            worse, better = ([c.now.id for c in changes] for changes in (self.comparison.worse, self.comparison.better))
            told.append(f"worse: {', '.join(worse) or '–'}\nbetter: {', '.join(better) or '–'}")
        return "\n\n".join([*told, *(f"written: {path}" for path in self.written[:1] + self.written[-1:])])

    def json(self) -> dict[str, Any]:
        """For `--json`."""
        return {"run": self.about.model_dump(mode="json"), **output.as_json(self.score, self.comparison)}


def evaluate(
    questions: Sequence[Question],
    asker: Asker,
    pages: PageReader | None,
    *,
    about: Run,
    folder: Path,
    report_folder: Path | None = None,
    against: Path | None = None,
    told: Callable[[int, int], None] = lambda done, of: None,
) -> Evaluation:
    """Ask all questions, save the run in `folder` (a new one), score it, and write the report.

    The report goes to `report_folder`, or beside the run. `against` is the folder of an earlier run. `told` hears how
    many questions are done. The generation of `about` is filled in from the answers. Raises RunUnreadable, for
    `against` before any question is asked.
    """
    earlier = read(against) if against else None
    outcomes: list[Outcome] = []
    for outcome in run(questions, asker):
        outcomes.append(outcome)
        told(len(outcomes), len(questions))
    generations = sorted({o.answer.generation for o in outcomes if o.answer and o.answer.generation})
    about = about.model_copy(update={"generation": ", ".join(generations) or about.generation})
    save(folder, about, outcomes)
    return judge_run(about, outcomes, pages, folder=folder, report_folder=report_folder, earlier=earlier)


def judge_run(
    about: Run,
    outcomes: Sequence[Outcome],
    pages: PageReader | None,
    *,
    folder: Path,
    report_folder: Path | None = None,
    earlier: tuple[Run, list[Outcome]] | None = None,
) -> Evaluation:
    """Score outcomes, just made or read from `folder`, and write the report."""
    found = score(outcomes, pages)
    comparison = None
    if earlier:
        before, old = earlier
        # The pages of today say nothing of what was quoted from an earlier index.
        comparison = compare(found, score(old, pages if before.generation == about.generation else None))
    written = report.write(report_folder or folder, about, found, comparison)
    return Evaluation(about=about, score=found, comparison=comparison, written=(folder, *written))
