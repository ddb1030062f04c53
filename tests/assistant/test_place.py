"""assistant/opened.py: the unit that a question speaks of."""

from types import SimpleNamespace

import pytest

from assistant.answers import Profile
from assistant.opened import Opened

UNITS = SimpleNamespace(units=("Hemtjänsten Norr", "Gruppbostaden Lönnen", "särskilt boende Tallgläntan"))


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("Vem har nyckeln på Lönnen?", "gruppbostaden lönnen"),
        ("vad gäller på tallgläntans avdelningar", "särskilt boende tallgläntan"),
        ("hemtjänst norr, vem ringer jag?", "hemtjänsten norr"),
        ("Får hemtjänsten dela dosett?", ""),
        ("Vad gäller på gruppbostaden?", ""),
        ("Åker bussen norrut?", ""),
    ],
)
def test_a_unit_is_named_by_its_own_name_not_by_its_sort(question, unit):
    assert Opened.place(UNITS, question, Profile()) == unit


def test_else_it_is_the_asker_s_own():
    assert Opened.place(UNITS, "Vem ringer jag?", Profile(unit="Lönnen")) == "lönnen"
