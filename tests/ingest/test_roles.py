"""Roles in a text, under the one name that all their words share."""

import pytest

from ingest.errors import IngestError
from ingest.roles import forms, read_roles

ROLES = read_roles()


def names(text):
    return [role for mention in ROLES.find(text) for role in mention.roles]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SSK och usk", ["sjuksköterska", "undersköterska"]),
        ("Omvårdnadsansvarig sjuksköterska (OAS)", ["sjuksköterska", "sjuksköterska"]),
        ("enhetscheferna, chefen eller EC", ["enhetschef", "enhetschef", "enhetschef"]),
        ("Verksamhetschefen", ["verksamhetschef"]),
        ("den fasta vårdkontakten och kontaktmannen", ["fast vårdkontakt", "kontaktman"]),
        ("fysioterapeut, förr sjukgymnast", ["fysioterapeut", "fysioterapeut"]),
        ("Bemanningsenheten och LSS-chefen", ["bemanningsenhet", "LSS-chef"]),
    ],
)
def test_every_word_of_a_role_has_its_name(text, expected):
    assert names(text) == expected


@pytest.mark.parametrize("text", ["sjuksköterskans bedömning", "en erfarenhet", "at home", "delegationen"])
def test_a_genitive_or_another_word_is_no_role(text):
    assert names(text) == []


def test_near_words_stay_apart():
    assert ROLES.name("ec") == ROLES.name("närmaste chef") == "enhetschef"
    assert ROLES.name("verksamhetschef") != ROLES.name("enhetschef")
    assert ROLES.name("fast vårdkontakt") != ROLES.name("kontaktman")


def test_a_text_that_says_more_than_its_role_is_not_exactly_one():
    assert ROLES.exactly("MAS") == ("MAS",)
    assert ROLES.exactly("MAS på Älgstigen") == ROLES.exactly("SSK och usk") == ROLES.exactly("") == ()


def test_the_folders_own_words_come_first(tmp_path):
    own = tmp_path / "ordlista.yaml"
    own.write_text("roller:\n  avdelningschef: [ec, områdeschef]\n", encoding="utf-8")
    assert read_roles(own).name("EC") == "avdelningschef"
    assert read_roles(own).name("områdeschef") == "avdelningschef"


def test_a_list_of_another_form_is_refused(tmp_path):
    own = tmp_path / "ordlista.yaml"
    own.write_text("roller: [enhetschef]\n", encoding="utf-8")
    with pytest.raises(IngestError, match="Rollistan"):
        read_roles(own)


@pytest.mark.parametrize(
    ("present", "infinitive", "passive"),
    [
        ("kontrollerar", "kontrollera", "kontrolleras"),
        ("bedömer", "bedöma", "bedöms"),
        ("tar", "ta", "tas"),
        ("gör", "göra", "görs"),
    ],
)
def test_a_verbs_forms_come_from_its_present(present, infinitive, passive):
    plain, now, _ = forms(present)
    assert infinitive in plain
    assert passive in now
