"""eval/embedding_speed.py: runtimes measured on the same passages."""

import pytest

from eval.embedding_speed import CHARACTERS, PACKAGED_RUNTIME, Runtime, measure, passages, table


def test_passages_are_all_of_one_length_and_the_same_each_time():
    made = passages(7)
    assert {len(text) for text in made} == {CHARACTERS}
    assert len(set(made)) == 7
    assert passages(7) == made


def test_too_many_passages_are_not_made_up():
    with pytest.raises(ValueError, match="passages, not"):
        passages(10**7)


def test_the_best_round_counts_and_the_fastest_stands_first():
    seen = []
    runtime = Runtime("å", lambda texts: seen.append(len(texts)))
    for _ in range(2):
        measure(runtime, ["en text"] * 9)
    assert seen == [4, 9, 4, 9]
    assert 0 <= runtime.clock < 60
    slow, fast = Runtime("långsam", print, clock=10.0, processor=5.0), Runtime(PACKAGED_RUNTIME, print, 2.0, 4.0)
    assert table([slow, fast], 100).splitlines()[1:] == [
        f"      50.0               40.0  {PACKAGED_RUNTIME}",
        "      10.0               50.0  långsam",
    ]
