import dataclasses
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import records
from ingest.corpus import Block, Chunk, Document, Page, Standing, Unit

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
BLOCK = st.builds(
    Block,
    st.sampled_from(["heading", "paragraph", "item", "row", "caption"]),
    TEXT,
    level=st.integers(0, 6),
    group=st.integers(-1, 9),
    spans=st.booleans(),
)
STANDING = st.builds(
    Standing,
    title=TEXT,
    kind=st.sampled_from(["rutin", "lag", "dokument"]),
    status=st.sampled_from(["gällande", "utkast", "upphävd"]),
    valid_from=st.none() | st.dates(),
    valid_until=st.none() | st.dates(),
    owner=TEXT,
    groups=st.lists(TEXT, max_size=3).map(tuple),
    found=st.dictionaries(TEXT, TEXT, max_size=3),
)
DOCUMENT = st.builds(
    Document,
    TEXT,
    TEXT,
    st.lists(st.builds(Page, st.none() | st.integers(1, 99), st.lists(BLOCK, max_size=3).map(tuple)), max_size=3).map(
        tuple
    ),
    STANDING,
    st.lists(TEXT, max_size=2).map(tuple),
)
CHUNK = st.builds(
    Chunk,
    TEXT,
    TEXT,
    st.none() | st.integers(1, 99),
    st.lists(TEXT, max_size=3).map(tuple),
    TEXT,
    st.lists(st.builds(Unit, st.integers(0, 9), st.integers(0, 9), st.just("row"), st.integers(-1, 3)), max_size=3).map(
        tuple
    ),
)


@settings(max_examples=50, deadline=None)
@given(DOCUMENT)
def test_document_comes_back_as_it_was(document):
    assert records.document(records.dump(document)) == document


@settings(max_examples=50, deadline=None)
@given(CHUNK)
def test_chunk_comes_back_as_it_was(chunk):
    assert records.chunk(records.dump(chunk)) == chunk


def test_standing_of_a_manifest_may_leave_out_what_is_empty():
    assert records.standing({"title": "Larm", "valid_from": "2025-01-31"}) == Standing(
        title="Larm", valid_from=date(2025, 1, 31)
    )


def test_what_cannot_be_stored_is_told():
    @dataclasses.dataclass
    class Odd:
        value: object

    with pytest.raises(TypeError, match="is not stored"):
        records.dump(Odd(object()))
