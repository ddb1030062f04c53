import pytest

from eval.ingest_quality import Suspect, Vocabulary, as_written, main, suspects

CLEAN = (
    "Sjuksköterskan ansvarar för läkemedel och planering i vården varje dag. Arbetet med rutinen följs upp i kommunen "
    "av enhetschefen. Hälso- och sjukvård ges av undersköterskan, som får besluta. Förväntan förändras."
    " Resultat sjukvård"
)


def found(sentence):
    return [(suspect.why, suspect.text) for suspect in suspects(sentence, Vocabulary([], [CLEAN]))]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Sjuksköterskan ansvarar för rutinen.", []),
        ("Hälso- och sjukvård ges varje dag.", []),
        ("Förväntan förändras.", []),
        ("Arbetetmed rutinen följs upp.", [("glued", "Arbetetmed")]),
        ("Rutinen följs upp i kommunenEnhetschefen.", [("glued", "kommunenEnhetschefen")]),
        ("Rutinen följs upp.Arbetet ansvarar.", [("glued", "upp.Arbetet")]),
        ("Enhetschefen ser re- sultat varje dag.", [("hyphen", "re- sultat")]),
        ("Sjuk-vård ges varje dag.", [("hyphen", "Sjuk-vård")]),
        ("Planer ing följs upp i vården.", [("space", "Planer ing")]),
        ("Arbetet foä ljs upp.", [("letters", "foä")]),
        ("Arbetet med rutinen3 följs upp.", [("note", "rutinen3")]),
        ("Se www.kommunen.se och a@b.se varje dag.", []),
    ],
)
def test_suspects_of_a_sentence(sentence, expected):
    assert found(sentence) == expected


def test_what_stands_so_in_the_file_is_the_author_s(tmp_path):
    path = tmp_path / "rapport.txt"
    path.write_text("Länet bidrog i arbetetmed målet och re-\nsultatet.\n", encoding="utf-8")
    assert as_written(Suspect("glued", "arbetetmed", ""), path)
    assert not as_written(Suspect("hyphen", "re- sultatet", ""), path)
    assert not as_written(Suspect("letters", "arbetetmed", ""), path)


def test_command_tells_the_share_of_each_document(tmp_path, capsys):
    text = "Sjuksköterskan ansvarar för läkemedel. Enhetschefen foä ljer arbetet. Rutinen gäller för alla varje dag."
    (tmp_path / "rapport.txt").write_text(text, encoding="utf-8")
    (tmp_path / "hel.md").write_text("# Rutin\n\nSjuksköterskan ansvarar för läkemedel.\n", encoding="utf-8")
    assert main([str(tmp_path), "--clean", str(tmp_path / "hel.md"), "--read"]) == 1
    told = capsys.readouterr().out
    assert "hel.md: 0 of 1 sentences, 0.0%" in told
    assert "rapport.txt: 1 of 3 sentences, 33.3%" in told
    assert "letters: foä" in told
    assert "· Rutinen gäller för alla varje dag." in told
