from datetime import date

import pytest

from ingest.correction import read_correction
from ingest.errors import Unreadable


def correction(tmp_path, text):
    path = tmp_path / "a.pdf.rattelse.yaml"
    path.write_text(text, encoding="utf-8")
    return read_correction(path)


def test_no_file_corrects_nothing(tmp_path):
    assert read_correction(tmp_path / "saknas.yaml") == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("owner: Medicinskt ansvarig sjuksköterska", {"owner": "Medicinskt ansvarig sjuksköterska"}),
        ("\ufeffversion: 4.0", {"version": "4.0"}),
        ("valid_until: 2026-12-31", {"valid_until": date(2026, 12, 31)}),
        ('valid_until: "2026-12-31"', {"valid_until": date(2026, 12, 31)}),
        ("valid_until:", {}),
        ("groups: chefer", {"groups": ("chefer",)}),
        ("groups: [chefer, MAS]", {"groups": ("chefer", "MAS")}),
        ("kind: lokal rutin\nstatus: upphävd", {"kind": "lokal rutin", "status": "upphävd"}),
    ],
)
def test_fields_in_their_own_type(tmp_path, text, expected):
    assert correction(tmp_path, text) == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ägare: MAS", "owner"),
        ("found: {}", "found"),
        ("valid_until: nästa år", "2026-12-31"),
        ("status: gammal", "gällande, utkast, upphävd"),
        ("kind: pm", "rutin"),
        ("- owner", "ett fält på varje rad"),
        ("owner: [", "har fel form"),
    ],
)
def test_wrong_file_says_how_it_should_be(tmp_path, text, told):
    with pytest.raises(Unreadable, match=told):
        correction(tmp_path, text)
