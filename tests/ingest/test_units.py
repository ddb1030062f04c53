import numpy as np
import pytest

from ingest import units
from ingest.units import UnitVectors, UnitWriter


def unit_length(vectors):
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def written(tmp_path):
    """Makes opened vectors of keys and vectors, written in two parts."""

    def make(keys, vectors):
        writer = UnitWriter(tmp_path / "units")
        half = len(keys) // 2
        writer.add(keys[:half], vectors[:half])
        writer.add(keys[half:], vectors[half:])
        writer.finish()
        return UnitVectors(tmp_path / "units")

    return make


def crowd(count, width, *, seed):
    """Vectors that share a direction and mostly lie in few others, as those of language models do."""
    chance = np.random.default_rng(seed)
    few = chance.standard_normal((count, 24)) @ np.random.default_rng(0).standard_normal((24, width))
    return unit_length(few + 0.5 * chance.standard_normal((count, width)) + 5.0)


def test_the_nearest_units_are_found_with_their_place_and_similarity(written):
    vectors = unit_length(np.array([[1, 0, 0], [0, 1, 0], [0, 0.8, 0.6]], dtype=np.float32))
    opened = written([(7, 2), (0, 0), (0, 11)], vectors)
    found = opened.nearest(np.array([0, 1, 0], dtype=np.float32), 2)
    assert [(position, unit) for position, unit, _ in found] == [(0, 0), (0, 11)]
    assert [similarity for _, _, similarity in found] == pytest.approx([1.0, 0.8], abs=1e-3)


def test_vectors_come_back_by_their_key_and_unknown_keys_are_left_out(written):
    vectors = crowd(50, 100, seed=1)
    keys = [(place // 5, place % 5) for place in range(50)]
    order = np.random.default_rng(2).permutation(50)
    opened = written([keys[place] for place in order], vectors[order])
    found = opened.vectors([(9, 4), (3, 1), (3, 5), (99, 0)])
    assert set(found) == {(9, 4), (3, 1)}
    assert found[9, 4] == pytest.approx(vectors[49], abs=1e-3)
    assert opened.vectors([]) == {}


def test_signs_find_what_an_exact_search_finds(written, monkeypatch):
    monkeypatch.setattr(units, "SHORTLIST", 1000)
    vectors = crowd(20_000, 384, seed=3)
    opened = written([(place, 0) for place in range(len(vectors))], vectors)
    shares = []
    for query in crowd(20, 384, seed=4):
        exact = set(np.argsort(-(vectors @ query))[:20].tolist())
        found = {position for position, _, _ in opened.nearest(query, 20)}
        shares.append(len(exact & found) / 20)
    assert np.mean(shares) > 0.8


def test_no_units_are_no_neighbours(written):
    opened = written([], np.zeros((0, 384), dtype=np.float32))
    assert len(opened) == 0
    assert opened.nearest(np.ones(384, dtype=np.float32), 5) == []
    assert opened.vectors([(0, 0)]) == {}


def test_a_file_that_is_cut_off_is_refused(tmp_path, written):
    written([(0, 0), (1, 0)], crowd(2, 64, seed=5))
    path = tmp_path / "units" / "vectors"
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(ValueError, match="does not hold 2 vectors"):
        UnitVectors(tmp_path / "units")
