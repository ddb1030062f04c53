"""ingest/lines.py: what stands at the edges of pages and is no text."""

from ingest.lines import Line, mask, page_numbers, running_lines, without_running


def test_running_lines_are_found_with_their_digits_hidden():
    pages = [["Ekbacka", f"text nummer {word}", f"Sida {n} (4)"] for n, word in enumerate("abcd", start=1)]
    assert running_lines(pages) == {mask("Ekbacka"), mask("Sida 1 (4)")}


def test_running_lines_are_left_out_at_the_edges_only():
    pages = []
    for number, letter in enumerate("abcd"):
        inside = [Line(f"rad {letter}{other}") for other in "vwxyz"]
        pages.append([Line("Ekbacka"), *inside, Line("Ekbacka"), *inside, Line(f"{number} (4)")])
    for page, letter in zip(without_running(pages), "abcd", strict=True):
        assert [found.text for found in page].count("Ekbacka") == 1
        assert page[-1].text == f"rad {letter}z"


def test_bare_numbers_count_pages_or_are_cells():
    pages = [["Text.", "12", str(number)] for number in range(4, 8)]
    assert page_numbers(pages) == {(place, 2) for place in range(4)}
    assert page_numbers([["12"], ["Text.", "9"], ["30", "Text."]]) == set()
    assert page_numbers([["1", "Text."]]) == {(0, 0)}
    assert page_numbers([[], ["Å"]]) == set()
