"""Do two rules say different things? Numbers with what they count, and yes against no."""

from __future__ import annotations

import re

COUNTED = {
    "en": 1, "ett": 1, "två": 2, "tre": 3, "fyra": 4, "fem": 5, "sex": 6, "sju": 7, "åtta": 8, "nio": 9, "tio": 10,
    "elva": 11, "tolv": 12, "fjorton": 14, "femton": 15, "tjugo": 20, "trettio": 30,
}  # fmt: skip
UNIT = (
    r"(minut\w*|timm\w*|dygn\w*|arbetsdag\w*|vardag\w*|kalenderdag\w*|dag\w*|veck\w*|månad\w*|kvartal\w*|år\w*|procent|%|kronor|kr|"
    r"gång\w*|pass\b|person\w*|personal|journal\w*|meter|grader|mmol\S*|ml|mg)"
)
AMOUNT = re.compile(rf"\b(\d+(?:[.,]\d+)?|{'|'.join(COUNTED)})\s*{UNIT}", re.IGNORECASE)
PERIOD = r"(?:timm[ea]|dag|dygn|vardag|veck|månad|kvartal|halvår|år)"
EVERY = re.compile(
    rf"\b(?:(varannan|vartannat)|(?:varje|var)(?:\s+(tredje|fjärde|sjätte|annan|annat))?)\s+({PERIOD})a?\b|"
    r"\b(dagligen|månadsvis|veckovis|kvartalsvis|årligen)\b",
    re.IGNORECASE,
)
TIMES_PER = re.compile(
    rf"\b(\d+|{'|'.join(COUNTED)})\s+gång(?:er)?\s+(?:i|per|om)\s+({PERIOD})(?:en|et|n|a|an)?\b", re.IGNORECASE
)
TWICE_A_YEAR = {("varje ", "hal"): ("varje 2", "år")}  # how often, said in two ways
OFTEN = {"varannan": "annan", "vartannat": "annan", "annat": "annan"}
SAME = {"dyg": "dag", "%": "pro", "kr": "kro", "årl": "år"}  # units (three letters) that count the same thing
# "inte varje månad" says what does not hold
DENIED = re.compile(r"\b(inte|ej|utan att|i stället för)\s+(varje|var|inom|senast)\s+\w+", re.IGNORECASE)
CLOCK = re.compile(r"\b(?:kl(?:ockan|\.)?\s*)?([01]?\d|2[0-3])[.:]([0-5]\d)\b")
# How many do something, without their noun: "av två på boendet", "får lyfta ensam".
HANDS = re.compile(
    r"\bav (två|tre)(?=\s*(?:[.,;]|$|(?:på|i|vid|hos|när|om|och|men)\b))|"
    r"\b(?:får|kan|görs|arbetar|sköts|utförs)(?: (?!inte|aldrig|ej|lämna)\w+){0,4} (ensam)\b",
    re.IGNORECASE,
)
SAME_DAY = re.compile(r"\b(samma dag|(?:före|innan) (?:arbets)?pass\w*(?: är)? slut\w*)\b", re.IGNORECASE)
NO = re.compile(r"\b(inte|ej|aldrig|nej|förbjud\w*)\b", re.IGNORECASE)
YES = re.compile(r"\b(får|ja|efter delegering|kan delegeras|tillåt\w*|ska)\b", re.IGNORECASE)
MOST_AMOUNTS = 3  # in one text; a row with more says several things at once


def amounts(text: str) -> set[tuple[str, str]]:
    """Numbers with their units ("14", "dag"), how often ("varje", "månad"), and times of day ("kl", "14.00")."""
    return {amount for _, amount in amounts_at(text)}


def amounts_at(text: str) -> list[tuple[int, tuple[str, str]]]:
    """Each of the `amounts`, with where it begins."""
    found = []

    def blank(match: re.Match[str]) -> str:
        return " " * len(match.group())

    text = DENIED.sub(blank, text)
    for match in TIMES_PER.finditer(text):  # "en gång i veckan" is every week
        number = str(COUNTED.get(match.group(1).casefold(), match.group(1)))
        period = match.group(2).casefold()[:3]
        found.append((match.start(), (f"varje {'' if number == '1' else number}", SAME.get(period, period))))
    for match in AMOUNT.finditer(TIMES_PER.sub(blank, text)):
        number = str(COUNTED.get(match.group(1).casefold(), match.group(1).replace(",", ".")))
        unit = match.group(2).casefold()[:3]
        if unit == "tim" and number.isdigit() and int(number) % 24 == 0:
            number, unit = str(int(number) // 24), "dag"
        found.append((match.start(), (number, SAME.get(unit, unit))))
    for match in EVERY.finditer(text):
        which = (match.group(1) or match.group(2) or "").casefold()
        period = (match.group(3) or match.group(4)).casefold()[:3]
        often = ("varje " + OFTEN.get(which, which), SAME.get(period, period))
        found.append((match.start(), TWICE_A_YEAR.get(often, often)))
    for match in HANDS.finditer(text):
        found.append((match.start(), ("1" if match.group(2) else str(COUNTED[match.group(1).casefold()]), "per")))
    found += [(match.start(), ("1", "dag")) for match in SAME_DAY.finditer(text)]
    for match in CLOCK.finditer(text):
        found.append((match.start(), (f"{int(match.group(1))}.{match.group(2)}", "kl")))
    return found


def differ(one: str, other: str) -> bool:
    """Do two texts on the same matter give other numbers, or yes against no?"""
    a, b = amounts(one), amounts(other)
    if a and b and max(len(a), len(b)) <= MOST_AMOUNTS:
        kinds = {unit for _, unit in a} & {unit for _, unit in b}
        if kinds and not ({x for x in a if x[1] in kinds} & {x for x in b if x[1] in kinds}):
            return True
        often_a, often_b = ({x for x in s if x[0].startswith("varje")} for s in (a, b))
        if often_a and often_b and not often_a & often_b:
            return True
        if not a & b and not kinds and all(_is_time(unit) for _, unit in a | b):
            return True
    if "|" in one or "|" in other:  # a row's yes and no belong to different columns
        return False
    no_a, no_b = bool(NO.search(one)), bool(NO.search(other))
    return no_a != no_b and bool(YES.search(one)) and bool(YES.search(other)) and not (a and b)


def _is_time(unit: str) -> bool:
    return unit[:3] in ("min", "tim", "dyg", "arb", "var", "kal", "dag", "vec", "mån", "kva", "år")
