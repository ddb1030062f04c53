"""What a site puts into its pages beside their text: menus, and names that open a part."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

WITHIN_LINE = {
    *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "dfn", "em", "font", "i"),
    *("img", "ins", "kbd", "label", "mark", "output", "q", "samp", "small", "span", "strong", "sub"),
    *("sup", "time", "tt", "u", "var", "wbr"),
}
HEADING = "self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::h6"
REACHED = re.compile(r"\d|@")  # what no menu's links hold
FEWEST_LINKS = 3  # of a menu


def menus(main: HtmlElement) -> set[HtmlElement]:
    """The lists of links alone, their headings aside, that stand before the page's first heading of the first level."""
    found: set[HtmlElement] = set()
    for element in main.iter("aside", "ul", "ol", "h1"):
        if element.tag == "h1":
            return found
        if found.isdisjoint(element.iterancestors()) and element.find(".//h1") is None and _links_alone(element):
            found.add(element)
    return set()


def _links_alone(element: HtmlElement) -> bool:
    links = element.xpath(".//a")
    beside = element.xpath(".//text()[normalize-space() and not(ancestor::a)]")
    heads = element.xpath(f".//*[({HEADING} or self::strong)]//text()[normalize-space() and not(ancestor::a)]")
    reach = any(
        REACHED.search(link.text_content()) or str(link.get("href")).startswith(("tel:", "mailto:")) for link in links
    )
    return len(links) >= FEWEST_LINKS and len(beside) == len(heads) and not reach


def heads_part(opener: HtmlElement) -> bool:
    """Does nothing but the part that it opens stand below an opener, up to the next one, a heading or the end?"""
    if any(above.tag == "p" or above.tag in WITHIN_LINE for above in opener.iterancestors()):
        return False
    part = opener.getparent() if opener.tag == "summary" else opener.getnext()
    if part is None and opener.getparent() is not None and len(opener.getparent()) == 1:
        part = opener.getparent().getnext()
    if part is None or (opener.tag != "summary" and part.tag in WITHIN_LINE) or (part.tail or "").strip():
        return False
    after, around = part.getnext(), part.getparent()
    while after is None and around is not None and around.tag not in ("main", "body"):
        after, around = around.getnext(), around.getparent()
    return after is None or bool(after.xpath(f"descendant-or-self::*[{HEADING} or self::summary or @aria-expanded]"))


def heads_alone(before: HtmlElement, element: HtmlElement) -> bool:
    """Is what stands before a hidden element a heading over nothing else?"""
    around = [before, *element.xpath("following-sibling::*[1]")]
    return all(re.fullmatch("h[1-6]", str(one.tag)) for one in around)
