import pytest

from ingest.differ import amounts, differ


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Svara inom 30 dagar.", {("30", "dag")}),
        ("Svara inom trettio dagar.", {("30", "dag")}),
        ("Inom två timmar – senast klockan 14.00.", {("2", "tim"), ("14.00", "kl")}),
        ("Kontrollera varje månad.", {("varje ", "mån")}),
        ("Kontrollera var tredje månad.", {("varje tredje", "mån")}),
        ("Kontrollera varje vecka, inte varje månad.", {("varje ", "vec")}),
        ("Det är 2,5 procent på Älgstigen.", {("2.5", "pro")}),
        ("Kylen läses av en gång i veckan.", {("varje ", "vec")}),
        ("Tillsyn sker varannan timme.", {("varje annan", "tim")}),
        ("Ronden går varje halvår, alltså två gånger om året.", {("varje 2", "år")}),
        ("Avvikelsen skrivs samma dag.", {("1", "dag")}),
        ("Skriv den före arbetspassets slut.", {("1", "dag")}),
        ("Lyften sköts av två på boendet, i hemmet får du lyfta ensam.", {("2", "per"), ("1", "per")}),
        ("Lyft aldrig ensam. Hon får inte lämnas ensam.", set()),
        ("Den består av två delar.", set()),
        ("Rum 30 på Älgstigen", set()),
        ("", set()),
    ],
)
def test_amounts_of_a_text(text, expected):
    assert amounts(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Avvikelsen utreds inom 30 dagar.", "Avvikelsen utreds inom 60 dagar."),
        ("Avvikelsen utreds inom tre dagar.", "Avvikelsen utreds inom 4 dagar."),
        ("Larmet besvaras inom 10 minuter.", "Larmet besvaras inom 2 timmar."),
        ("Vågen kontrolleras varje vecka.", "Vågen kontrolleras varje månad."),
        ("Vågen kontrolleras var tredje månad.", "Vågen kontrolleras var sjätte månad."),
        ("Vågen kontrolleras varje vecka, inte varje månad.", "Vågen kontrolleras varje månad."),
        ("Rapporten ges kl. 14.00.", "Rapporten ges klockan 15:30."),
        ("Två personer lyfter.", "Tre personer lyfter."),
        ("Skriv avvikelsen före passets slut.", "Skriv avvikelsen inom två dygn."),
        ("Undersköterskan får ge insulin.", "Undersköterskan får inte ge insulin."),
        ("Nycklar ska tas med hem.", "Nycklar ska aldrig tas med hem – ”inte ens på helgen”."),
        ("Uppgift: Larm | Tid: 10 minuter", "Uppgift: Larm | Tid: 20 minuter"),
    ],
)
def test_these_say_different_things(one, other):
    assert differ(one, other) and differ(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Avvikelsen utreds inom 30 dagar.", "Utredningen är klar på trettio dagar."),
        ("Vågen kontrolleras varje vecka, inte varje månad.", "Kontrollera vågen varje vecka."),
        ("Rapporten ges kl. 14.00.", "Rapporten ges klockan 14:00."),
        ("Undersköterskan får ge insulin.", "Undersköterskan får ge insulin efter delegering."),
        ("Undersköterskan får inte ge insulin.", "Undersköterskan får aldrig ge insulin."),
        ("Larmet besvaras inom 10 minuter.", "Två personer lyfter."),
        ("Larmet besvaras inom 10 minuter.", "Larmet besvaras av undersköterskan."),
        ("Uppgift: Dosett | Undersköterska: Nej, får inte", "Uppgift: Dosett | Undersköterska: Ja, får"),
        ("Inom 1 dag, 2 dagar, 3 dagar eller 4 dagar.", "Inom 30 dagar."),
        ("", ""),
    ],
    ids=[
        "same number in words",
        "what does not hold",
        "same time",
        "both may",
        "both may not",
        "other units",
        "one number alone",
        "a row's yes and no",
        "many numbers",
        "empty",
    ],
)
def test_these_do_not(one, other):
    assert not differ(one, other) and not differ(other, one)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Räknas dagligen.", "Räknas varje dag.", False),
        ("Ses över årligen.", "Ses över varje år.", False),
        ("Svara inom 24 timmar.", "Svara inom ett dygn.", False),
        ("Räknas varannan vecka.", "Räknas varje vecka.", True),
        ("Ses över vartannat år.", "Ses över varje år.", True),
        ("Minst 10 % ska granskas.", "Minst 20 procent ska granskas.", True),
    ],
)
def test_other_words_for_the_same_amount_do_not_differ(one, other, expected):
    assert differ(one, other) is expected
