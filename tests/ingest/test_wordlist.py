import pytest

from ingest.errors import IngestError
from ingest.wordlist import SHIPPED, read_word_list


def test_shipped_list_has_groups_and_parts():
    listed = read_word_list()
    assert any({"läkemedel", "medicin"} <= set(group) for group in listed.groups)
    assert all(len(group) > 1 and all(word == word.casefold().strip() for word in group) for group in listed.groups)
    assert len(set(listed.parts)) == len(listed.parts) > 10


def test_shipped_list_says_no_word_twice_in_a_group():
    assert [group for group in read_word_list().groups if len(set(group)) < len(group)] == []
    assert SHIPPED.name == "words.yaml"


@pytest.mark.parametrize(
    ("text", "group", "part"),
    [
        ("synonymer:\n  - [Larm, Trygghetslarm]\ndelar: nyckel skåp\n", ("larm", "trygghetslarm"), "skåp"),
        ("\ufeffsynonymer:\n  - [larm, trygghetslarm]\ndelar: [nyckel, skåp]\n", ("larm", "trygghetslarm"), "skåp"),
        ("synonymer:\ndelar:\n", None, None),
        ("", None, None),
    ],
    ids=["words", "byte order mark and a list", "headings alone", "empty"],
)
def test_own_list_is_added(tmp_path, text, group, part):
    own = tmp_path / "ordlista.yaml"
    own.write_text(text, encoding="utf-8")
    shipped, listed = read_word_list(), read_word_list(own)
    assert listed.groups == shipped.groups + ((group,) if group else ())
    assert (part in listed.parts) if part else listed == shipped


def test_no_own_list_is_no_fault(tmp_path):
    assert read_word_list(tmp_path / "ordlista.yaml") == read_word_list()


@pytest.mark.parametrize(
    "content",
    [b"synonymer: [", b"- a\n- b\n", b"synonymer:\n  - larm\n", b"synonymer: larm\n", "å: \xe5".encode("latin-1")],
    ids=["no YAML", "a list", "a word for a group", "a word for all", "another encoding"],
)
def test_list_of_another_form_is_named(tmp_path, content):
    own = tmp_path / "ordlista.yaml"
    own.write_bytes(content)
    with pytest.raises(IngestError, match=r"ordlista\.yaml"):
        read_word_list(own)


def test_what_the_documents_explain_goes_before_the_shipped_list():
    groups = read_word_list(found=[("vc", "vårdcentral"), ("xyz", "ytterst yrvaken zebra")]).groups
    assert ("vc", "vårdcentral") in groups
    assert ("xyz", "ytterst yrvaken zebra") in groups
    assert not any("vc" in group and "verksamhetschef" in group for group in groups)


def test_an_abbreviation_of_two_meanings_stands_for_none():
    groups = read_word_list(found=[("vc", "")]).groups
    assert not any("vc" in group for group in groups)


def test_an_abbreviation_that_is_explained_as_listed_stays_where_it_is():
    groups = read_word_list(found=[("vc", "verksamhetschef")]).groups
    assert any({"vc", "verksamhetschef"} <= set(group) for group in groups)


def test_the_folder_s_own_list_goes_before_the_documents(tmp_path):
    own = tmp_path / "ordlista.yaml"
    own.write_text("synonymer:\n  - [vårdcentralen i Ekbacka, vc]\n", encoding="utf-8")
    groups = read_word_list(own, [("vc", "verksamhetschef för larm")]).groups
    assert ("vårdcentralen i ekbacka", "vc") in groups
    assert ("vc", "verksamhetschef för larm") not in groups
