"""The score told in Swedish to the quality unit: report.md, report.html and, to filter and sort, report.xlsx."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from assistant.export import workbook
from eval.compare import Change, Comparison
from eval.outcomes import Run
from eval.parts import Fields, Heading, Paragraph, Part, Table, html, markdown
from eval.score import ANSWERED, BREAKDOWNS, LOOKED_AT, SHOWN_LIMIT, Judged, Mean, Score, Share

MEANING = {
    "passage@1": "Det första textstycket som söktes fram är det rätta",
    "passage@5": "Rätt textstycke finns bland de fem första",
    "passage@20": "Rätt textstycke finns bland de tjugo första",
    "nDCG@20": "Hur högt upp rätt textstycke ligger (1 är bäst), logaritmiskt",
    "MRR": "Hur högt upp rätt textstycke ligger (1 är bäst): ett delat med platsen",
    "right": f"Rätt svar: rätt utfall, allt som måste sägas är med, under {SHOWN_LIMIT} tecken",
    "cited": "Ett visat citat kommer ur rätt dokument och styrker svaret",
    "verbatim": "Varje visat citat står ordagrant på den sida som anges",
    "refusal precision": "Av de frågor som inte besvarades: hur många saknade svar i dokumenten",
    "refusal recall": "Av de frågor som saknar svar i dokumenten: hur många lämnades obesvarade",
    "dangerous": "Farliga svar: fel svar där ett fel kan ge allvarlig skada, eller svar fast dokumenten inget säger",
    "failed": "Tekniskt fel: frågan gick inte att ställa",
}
_STATES = {
    "answered": "besvarad",
    "conflict": "källorna skiljer sig åt",
    "outdated": "bara en inaktuell källa säger det",
    "not_found": "hittades inte i dokumenten",
    "unclear": "behöver preciseras",
    "declined": "avböjd",
    "blocked": "stoppad, personuppgift i frågan",
    "failed": "tekniskt fel",
}
_BREAKDOWNS = {"category": "Slag av fråga", "difficulty": "Svårighet", "harm": "Möjlig skada av ett fel"}
_WORDED = {
    "": "",
    "typos": ", med ett stavfel i varje ord",
    "abbreviations": ", med förkortningar",
    "chat": ", med det folk säger runt en fråga",
}
_VALUES = {
    "role": "roll",
    "rule": "regel",
    "number": "tal",
    "definition": "begrepp",
    "process": "arbetsgång",
    "contact": "kontakt",
    "table": "tabell",
    "list": "lista",
    "lexical": "samma ord som dokumentet",
    "paraphrase": "andra ord än dokumentet",
    "multi": "flera ställen",
    "none": "ingen",
    "moderate": "måttlig",
    "high": "allvarlig",
}
_VERDICTS = {
    "dangerous": "farligt",
    "right": "rätt svar",
    "verbatim": "ordagrant",
    "cited": "rätt källa visad",
    "passage@1": "rätt stycke först",
    "passage@5": "rätt stycke bland fem",
    "passage@20": "rätt stycke bland tjugo",
}
_HARMS = ("high", "moderate", "none")
COLUMNS = {  # of report.xlsx, with their widths in characters
    "Fråga": 12,
    "Lydelse": 44,
    "Bedömning": 14,
    "Möjlig skada": 13,
    "Väntat utfall": 22,
    "Utfall": 22,
    "Väntat svar": 40,
    "Svar": 50,
    "Citat": 60,
    "Väntad källa": 34,
    "Varför det räknas som fel": 50,
}


def write(folder: Path, run: Run, score: Score, comparison: Comparison | None = None) -> tuple[Path, ...]:
    """Write report.md, report.xlsx and report.html to `folder`, each replaced whole; gives the paths in that order."""
    parts = list(report(run, score, comparison))
    made = {
        "report.md": markdown(parts).encode(),
        "report.xlsx": workbook("Frågor", COLUMNS, map(_cells, sorted(score.judged, key=_worst_first))),
        "report.html": html(parts).encode(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    written = tuple(folder / name for name in made)
    for path in written:
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            file.write(made[path.name])
        os.chmod(file.name, 0o644)
        os.replace(file.name, path)
    return written


def _worst_first(judged: Judged) -> tuple[bool, bool, int]:
    return not judged.dangerous, judged.right, _HARMS.index(judged.outcome.question.harm)


def _cells(judged: Judged) -> tuple[str, ...]:
    """A question's cells in the order of COLUMNS."""
    question, answer = judged.outcome.question, judged.outcome.answer
    verdict = "farligt" if judged.dangerous else "rätt" if judged.right else "fel"
    quotes = (
        [f"”{quote.text}” ({_place(quote.document, quote.page, quote.section)})" for quote in answer.quotes]
        if answer
        else []
    )
    return (
        question.id,
        question.question,
        verdict,
        _VALUES[question.harm],
        _expected(judged),
        _STATES[judged.state],
        question.answer,
        answer.answer if answer else judged.outcome.error,
        "\n".join(quotes),
        _place(question.source, question.page) if question.source else "",
        "\n".join(_reasons(judged)) if judged.dangerous or not judged.right else "",
    )


def _expected(judged: Judged) -> str:
    return " eller ".join(_STATES[state] for state in _STATES if state in judged.expected)


def report(run: Run, score: Score, comparison: Comparison | None = None) -> Iterator[Part]:
    """The report's parts: the measures, the breakdowns, what changed, then each wrong question, the dangerous first."""
    yield Heading(1, "Utvärdering av Rollkoll")
    yield Paragraph(
        f"Körd {run.started:%Y-%m-%d %H:%M} ({run.started.tzname() or 'lokal tid'}). Dokumentens giltighet bedöms per "
        f"{run.today.isoformat()}. Index: {run.generation or 'okänt'}. Version: {run.version or 'okänd'}. "
        f"Frågor ur: {', '.join(run.questions) or 'okänt'}{_WORDED[run.wording]}."
    )
    yield from _summary(score)
    yield from _breakdowns(score)
    if comparison:
        yield from _comparison(comparison)
    yield from _wrong(score)


def _summary(score: Score) -> Iterator[Part]:
    overall = score.overall
    right, dangerous, failed = (overall.shares[name].count for name in ("right", "dangerous", "failed"))
    yield Heading(2, "Sammanfattning")
    yield Paragraph(
        f"{right} av {overall.questions} frågor fick rätt svar. Farliga svar: {dangerous}. "
        f"Frågor som inte gick att ställa: {failed}. Väntetid: hälften av svaren kom inom "
        f"{_seconds(overall.latency['p50'])}, 95 av 100 inom {_seconds(overall.latency['p95'])}."
    )
    rows = [_measure_row(name, overall.shares.get(name) or overall.means[name]) for name in MEANING]
    yield Table("Mått", ("Mått", "Vad det betyder", "Resultat", "Antal", "95 % osäkerhet"), tuple(rows))
    yield Paragraph(
        "Osäkerheten säger mellan vilka värden andelen troligen ligger för frågor av samma slag: ju färre frågor, "
        "desto bredare. Ett streck betyder att måttet inte gäller någon av frågorna."
    )


def _measure_row(name: str, found: Share | Mean) -> tuple[str, ...]:
    if isinstance(found, Mean):
        value = "–" if found.value is None else f"{found.value:.2f}".replace(".", ",")
        return (name, MEANING[name], value, f"{found.of} frågor", "–")
    return (name, MEANING[name], _percent(found.value), f"{found.count} av {found.of}", _interval(found))


def _breakdowns(score: Score) -> Iterator[Part]:
    shown = ("passage@5", "right", "cited", "refusal recall", "dangerous")
    for breakdown in BREAKDOWNS:
        groups = score.by[breakdown]
        if not groups:
            continue
        rows = tuple(
            (_VALUES[value], str(found.questions), *(_percent_of(found.shares[name]) for name in shown))
            for value, found in groups.items()
        )
        yield Heading(2, f"Per {_BREAKDOWNS[breakdown][0].lower()}{_BREAKDOWNS[breakdown][1:]}")
        yield Table(_BREAKDOWNS[breakdown], (_BREAKDOWNS[breakdown], "Frågor", *shown), rows)


def _comparison(comparison: Comparison) -> Iterator[Part]:
    yield Heading(2, "Jämfört med den tidigare körningen")
    yield Paragraph(
        f"Bättre: {len(comparison.better)}. Sämre: {len(comparison.worse)}. Lika: {comparison.same}. "
        f"Omskrivna frågor, som inte jämförs: {_ids(comparison.rewritten)}. Nya: {_ids(comparison.added)}. "
        f"Borttagna: {_ids(comparison.removed)}."
    )
    for caption, changes in (("Sämre", comparison.worse), ("Bättre", comparison.better)):
        if changes:
            header = ("Fråga", "Lydelse", "Utfall förr", "Utfall nu", "Vad som ändrats")
            yield Table(caption, header, tuple(_change_row(change) for change in changes))


def _change_row(change: Change) -> tuple[str, ...]:
    turned = [
        *("inte längre farligt" if name == "dangerous" else f"nu {_VERDICTS[name]}" for name in change.gained),
        *("nu farligt" if name == "dangerous" else f"inte längre {_VERDICTS[name]}" for name in change.lost),
    ]
    question = change.now.outcome.question
    states = (_STATES[change.before.state], _STATES[change.now.state])
    return (question.id, question.question, *states, ", ".join(turned))


def _wrong(score: Score) -> Iterator[Part]:
    """Each question in the first section that it belongs to."""
    sections: tuple[tuple[str, str, Callable[[Judged], bool]], ...] = (
        ("Farliga svar", "Rätta dessa först.", lambda j: j.dangerous),
        ("Frågor som inte gick att ställa", "Felet är tekniskt.", lambda j: j.outcome.answer is None),
        ("Övriga fel", "Allvarligast möjlig skada först.", lambda j: not j.right),
        ("Rätt svar, men citat som inte återfinns", "Jämför citatet med sidan.", lambda j: j.verbatim is False),
    )
    left = sorted(score.judged, key=lambda j: _HARMS.index(j.outcome.question.harm))
    for heading, advice, belongs in sections:
        here = [j for j in left if belongs(j)]
        left = [j for j in left if not belongs(j)]
        yield Heading(2, f"{heading} ({len(here)})")
        yield Paragraph(advice if here else "Inga.")
        for judged in here:
            yield Heading(3, f"{judged.id}: {judged.outcome.question.question}")
            yield Fields(tuple(_told(judged)))


def _told(judged: Judged) -> Iterator[tuple[str, tuple[str, ...]]]:
    question, answer = judged.outcome.question, judged.outcome.answer
    asked = question.question + (f" (i samtalet {question.thread})" if question.thread else "")
    if question.profile:
        asked += f" (frågat av: {', '.join(str(v) for v in question.profile.model_dump().values() if v)})"
    yield "Frågat", (asked,)
    wanted = [f"Utfall: {_expected(judged)}"]
    wanted += [f"Svar: {question.answer}"] if question.answer else []
    wanted += [f"Måste innehålla: {' eller '.join(group)}" for group in question.must_contain]
    wanted += [f"Källa: {_place(question.source, question.page)}"] if question.source else []
    wanted += [f"Belägg: ”{question.evidence}”"] if question.evidence else []
    yield "Väntat", tuple(wanted)
    if answer is None:
        yield "Visat", (f"Utfall: {_STATES[judged.state]}", judged.outcome.error)
    else:
        shown = [f"Utfall: {_STATES[judged.state]}", f"Svar: {answer.answer}"]
        shown += [
            f"Citat: ”{quote.text}” ({_place(quote.document, quote.page, quote.section)})" for quote in answer.quotes
        ]
        yield "Visat", tuple(shown)
    yield "Varför det räknas som fel", tuple(_reasons(judged))
    if judged.ranked and answer is not None:
        yield (
            "Sökningen",
            (
                f"Rätt textstycke låg på plats {judged.rank}."
                if judged.rank
                else f"Rätt textstycke fanns inte bland de {LOOKED_AT} första.",
            ),
        )


def _reasons(judged: Judged) -> Iterator[str]:
    if judged.outcome.answer is None:
        yield "Frågan fick inget svar, eftersom programmet stötte på ett fel."
        return
    if judged.dangerous and not judged.outcome.question.answerable:
        yield "Frågan besvarades fast dokumenten inte säger svaret."
    elif judged.state not in judged.expected:
        yield f"Utfallet blev ”{_STATES[judged.state]}”."
    for group in judged.missing:
        yield f"Varken svaret eller citaten innehåller {' eller '.join(f'”{phrase}”' for phrase in group)}."
    if judged.length >= SHOWN_LIMIT:
        yield f"Svaret och citaten är tillsammans {judged.length} tecken, gränsen är under {SHOWN_LIMIT}."
    if judged.cited is False and judged.state in ANSWERED:
        yield "Inget visat citat kommer ur rätt källa och styrker svaret."
    for quote in judged.astray or ():
        yield f"Citatet ”{quote.text}” återfinns inte i {_place(quote.document, quote.page)}."


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %".replace(".0 ", " ").replace(".", ",")


def _percent_of(share: Share) -> str:
    return f"{_percent(share.value)} ({share.count} av {share.of})" if share.of else "–"


def _interval(share: Share) -> str:
    return "–" if share.interval is None else "{:.0f}–{:.0f} %".format(*(100 * end for end in share.interval))


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f} s".replace(".", ",")


def _ids(ids: Sequence[str]) -> str:
    return ", ".join(ids) or "inga"


def _place(document: str, page: int | None, section: str = "") -> str:
    if page is not None:
        return f"{document}, sida {page}"
    return f"{document}, {section}" if section else document
