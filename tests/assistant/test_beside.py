"""assistant/beside.py: sentences side by side that each begin with the place that they hold for."""

from types import SimpleNamespace

import pytest

from assistant.beside import answers_beside, told_by_places


def sentences(*texts, says=()):
    candidate = SimpleNamespace(chunk=SimpleNamespace(units=[SimpleNamespace(kind="sentence") for _ in texts]))
    sure = says or [0.0] * len(texts)
    return [
        SimpleNamespace(text=text, number=number, candidate=candidate, says=sure[number])
        for number, text in enumerate(texts)
    ]


@pytest.mark.parametrize(
    ("texts", "on", "labels"),
    [
        (
            ["På Ekhaga är taket 500 kronor.", "På Lotsen och Viken tas inga kontanter emot."],
            "enhet",
            ["Ekhaga", "Lotsen", "Viken"],
        ),
        (
            ["Hon kommer till hyresgäster på LSS-boende inom tio dagar.", "I Hamnen är tiden fem dagar."],
            "boendeform",
            ["LSS", "Hamnen"],
        ),
        (["På Ekhaga är taket 500 kronor.", "Kvitto lämnas samma dag."], "", []),
        (["På Ekhaga är taket 500 kronor.", "På Ekhaga lämnas kvitto."], "", []),
        (["I särskilt boende är det fem.", "I hemtjänsten är det sju."], "", []),  # kinds of home are told elsewhere
        (["I Treserva dokumenteras insatser.", "I Combine dokumenteras hälso- och sjukvård."], "", []),
        (["För MAS gäller fem dagar.", "På SÄBO gäller sju dagar."], "", []),
        (["På Måndagar städas det.", "På Ekhaga är taket 500 kronor."], "", []),
    ],
)
def test_sentences_that_say_which_places_they_hold_for_are_choices(texts, on, labels):
    units = sentences(*texts)
    cases = told_by_places(units[0], units)
    assert [case.label for case in cases.cases] == labels if cases else labels == []
    assert (cases.on if cases else "") == on


def test_a_sentence_beside_that_the_reranker_is_as_sure_of():
    units = sentences("Chefen kontrollerar tre.", "Det görs varje månad.", "Det är bra.", says=(2.5, 3.9, 1.0))
    assert [unit.number for unit in answers_beside(units[0], units)] == [1]
