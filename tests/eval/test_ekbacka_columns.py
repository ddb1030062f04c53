"""Column widths, measured in letters."""

import pytest

from eval.ekbacka.columns import columns


@pytest.mark.parametrize(
    "rows",
    [
        [["a", "b"], ["åäö", "x"]],
        [["Uppgift", "Vem"], ["ord " * 90, "sjuksköterska"]],
        [["läkemedelshanteringsrutin"] * 6, ["ja"] * 6],
        [["Datum", "Signatur"], ["", ""]],
    ],
    ids=["roomy", "long text", "long words", "to fill in"],
)
def test_columns_fill_the_width(rows):
    assert sum(columns(rows, width=60, margin=2, measure=len)) == pytest.approx(60, rel=0.02)


def test_the_longest_word_has_room_when_there_is_any():
    first, second = columns([["Uppgift", "Vem"], ["ord " * 90, "sjuksköterska"]], width=60, margin=2, measure=len)
    assert first > second >= len("sjuksköterska") + 2
