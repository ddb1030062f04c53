from datetime import date

import pytest

from assistant.opened import Opened
from assistant.precedence import OTHER_PLACE, REPORT_ELSEWHERE, by_standing

HEAD = "# {title}\n\nDokumenttyp: {kind}\n\n## Natten\n\nTillsynen sker två gånger.\n"
LOST = {"rapport.md": REPORT_ELSEWHERE, "riktlinje.md": OTHER_PLACE}


@pytest.mark.parametrize("source", LOST)
def test_a_report_on_another_place_loses_more_than_a_rule_that_may_hold_there(ingested, embedder, source):
    texts = {
        f"{kind.lower()}.md": HEAD.format(title=f"{kind} om natten", kind=kind) for kind in ("Rapport", "Riktlinje")
    }
    opened = Opened.newest(ingested(texts) / "index", model=embedder.name)
    chunk = opened.index.chunks(opened.index.positions(source))[-1]

    def shift(elsewhere: set[str]) -> float:
        given = {"today": date(2026, 11, 1), "place": "", "going_on": {}}
        return by_standing("Hur ofta i Flen?", opened, elsewhere=elsewhere, **given)(chunk)

    assert shift(set()) - shift({source}) == pytest.approx(LOST[source])
    opened.index.close()
