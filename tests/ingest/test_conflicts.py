"""Two rules in force that differ are found; those that do not meet, or are the same, are not."""

from datetime import date

import numpy as np
import pytest

from ingest.conflicts import conflicts, limit_keys
from ingest.corpus import Chunk, Standing, Unit
from ingest.register import Duty

TODAY = date(2026, 6, 1)
A, B = Standing(title="A", kind="riktlinje"), Standing(title="B", kind="rutin")


def duty(role, source, task="läsa temperaturen i kylskåpet"):
    return Duty(role, task, "ansvarar", "", f"{role} ansvarar för {task}.", "", source, 1, (), 0, 0)


def said(source, text):
    return Chunk(source, source, 1, (), text, (Unit(0, len(text), "sentence"),))


def limits(one, other, *, standings=None):
    chunks = [(0, said("a.md", one)), (1, said("b.md", other))]
    same = np.array([1.0, 0.0], dtype=np.float32)
    vectors = dict.fromkeys(limit_keys(chunks), same)
    return conflicts([], chunks, standings or {"a.md": A, "b.md": B}, vectors, TODAY)


def test_one_task_of_two_roles_is_told_with_both_quotes():
    (found,) = conflicts([duty("enhetschef", "a.md"), duty("MAS", "b.md")], [], {"a.md": A, "b.md": B}, {}, TODAY)
    assert (found.about, found.source, found.other) == ("säger olika", "a.md", "b.md")
    assert "enhetschef ansvarar för läsa" in found.text
    assert "MAS ansvarar för läsa" in found.text


@pytest.mark.parametrize("status", ["utkast", "upphävd"])
def test_a_document_that_does_not_hold_contradicts_nothing(status):
    register = [duty("enhetschef", "a.md"), duty("MAS", "b.md")]
    assert conflicts(register, [], {"a.md": A, "b.md": Standing(status=status)}, {}, TODAY) == []


def test_two_units_may_give_a_task_to_different_roles():
    register = [duty("enhetschef", "a.md"), duty("ombud", "b.md")]
    standings = {"a.md": Standing(unit="Norr"), "b.md": Standing(unit="Söder")}
    assert conflicts(register, [], standings, {}, TODAY) == []


def test_different_numbers_for_one_limit_are_told():
    (found,) = limits("Ring jouren om avbrottet varar 30 minuter.", "Ring jouren om avbrottet varar 15 minuter.")
    assert "30 minuter" in found.text
    assert "15 minuter" in found.text


@pytest.mark.parametrize(
    "other", ["Ring jouren om avbrottet varar 30 minuter.", "Besök kunden tre gånger varje dag, 15 minuter."]
)
def test_the_same_number_or_another_matter_is_no_conflict(other):
    assert limits("Ring jouren om avbrottet varar 30 minuter.", other) == []


def test_limits_that_stand_far_apart_are_compared_and_only_those_alike():
    chunks = [(n, said(f"{n}.md", f"Lampa {n} byts inom {n + 2} dagar.")) for n in range(600)]
    vectors = {key: np.eye(600, dtype=np.float32)[key[0] % 599] for key in limit_keys(chunks)}
    found = conflicts([], chunks, {chunk.source: A for _, chunk in chunks}, vectors, TODAY)
    assert [(one.source, one.other) for one in found] == [("0.md", "599.md")]
