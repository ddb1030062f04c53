"""assistant/outside.py: questions that have nothing to do with the work, by the packaged model's vectors."""

import numpy as np
import pytest

from assistant.outside import Outside, open_outside, write_outside
from ingest.embed import PACKAGED, open_embedder


@pytest.fixture(scope="module")
def packaged():
    return open_embedder(PACKAGED)


@pytest.mark.parametrize(
    ("text", "outside"),
    [
        ("vilka filmer går på bio i helgen", True),
        ("skriv en rolig dikt om en älg", True),
        ("Vem ansvarar för att signeringslistan finns när patienten kommer hem?", False),
        ("får jag ta med hunden till jobbet", False),
        ("hur ofta ska larmet provas?", False),
        ("influensavaccin", False),
        ("han slog mig", False),
        ("katten hos kunden bet mig", False),
    ],
)
def test_what_has_nothing_to_do_with_the_work_is_told(packaged, text, outside):
    assert open_outside(packaged.name).is_told(text, packaged.query(text)) is outside


def test_the_probability_is_that_of_a_logistic_regression():
    assert Outside(np.array([2.0, -1.0], np.float32), 0.5)(np.array([0.5, 1.0], np.float32)) == pytest.approx(
        0.6225, abs=1e-4
    )


def test_another_embedding_model_has_none_and_what_is_written_is_read(tmp_path):
    path = tmp_path / "outside.json"
    write_outside(Outside(np.array([0.25, -1.5], np.float32), 0.5), "known", path)
    assert open_outside("known", path)(np.array([1.0, 0.0], np.float32)) == pytest.approx(0.679, abs=1e-3)
    assert open_outside("other", path) is None
