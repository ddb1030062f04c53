import pytest

from assistant.guard import HIDDEN, Refusal, asks_rule, is_emergency, names_someone, refusal, without_identity

OURS = {"Ekbacka kommun", "Region Mälarsjö"}

# What staff ask on a shift, in their first months as managers, and in the quality unit.
ORDINARY = """
Får jag delegera insulin till vårdbiträde?
Hur länge gäller delegeringen?
Vem ska skriva ut ny signeringslista när dosen ändras?
Patienten har inte fått sin kvällsdos, vad gör jag?
Hur ofta ska jag räkna narkotikan?
Vilken läkare ringer jag på natten?
Vem kallar till SIP när patienten ska hem i morgon?
Sjukhuset har inte skickat inskrivningsmeddelande, vad gör vi?
När börjar kommunen betala?
Kan jag konstatera dödsfallet?
Hur länge gäller beslutet om förväntat dödsfall?
Vad ska följa med till akuten?
Vad gäller för vid behovs-läkemedel utan ordinationsorsak?
Vem får förskriva inkontinensskydd?
Ska vi ha egenvårdsbeslut på dosett som hemtjänsten ger?
Vem godkänner att journalkopia lämnas ut?
Får jag ta emot ordination per telefon?
Vad ska finnas i vårdplanen vid risk för trycksår?
Var dokumenterar jag samtycke till sänggrind?
Vem informerar närstående vid försämring?
Brukaren har ramlat men vill inte att jag ringer, måste jag?
Vem ringer jag efter 16.30?
Får jag ge Alvedon som inte står på listan?
Appen ligger nere, var signerar jag?
Jag har glömt att signera, vad gör jag?
Min delegering har gått ut i dag, får jag jobba med medicin?
Får jag låna kollegans inloggning?
Kan jag använda lyften ensam?
Larmet går men ingen öppnar, vad gör jag?
Nyckeln är borta.
Kunden är inte hemma.
Två har magsjuka på avdelningen, vad gäller?
Får jag ha ringar och klocka?
Jag såg en kollega vara hårdhänt.
Boende vill gå ut, får vi låsa?
Någon har dött på mitt nattpass, i vilken ordning gör jag vad?
Vad har jag för ansvar för delegeringarna?
Vem anmäler till IVO, jag eller MAS?
Hur snabbt ska jag hantera en avvikelse?
Ska detta bli lex Sarah eller avvikelse?
Vem anmäler lex Maria och vad ska stå i anmälan?
Hur ofta ska jag göra loggkontroll?
Vem beslutar om skyddsåtgärder?
Vad är skillnaden på mitt ansvar och MAS ansvar?
Vem är verksamhetschef enligt HSL för min enhet?
Hur introducerar jag nya timvikarier?
Vad gör jag vid hot mot personalen?
Vem betalar grundutrustningen?
När ska genomförandeplanen vara klar?
Vem tar emot klagomål från anhöriga?
Vilka rutiner ska jag revidera varje år?
Vilken version av läkemedelsriktlinjen gäller?
Säger delegeringsrutinen och läkemedelsrutinen samma sak om insulin?
Vilka dokument hänvisar till den upphävda SOSFS 2009:6?
Vem är dokumentansvarig för fallrutinen?
Vad står i överenskommelsen om läkarmedverkan?
Hur definieras vårdskada hos oss?
Vem ansvarar för avvikelser mellan region och kommun?
Ansvarar kommun eller region för hjälpmedel?
Vad måste stå i patientsäkerhetsberättelsen och när ska den vara klar?
Vem skriver recept på inkontinensskydd?
Vem får ändra dosen av Waran?
Hur många ska kontrollera narkotiska läkemedel som morfin?
Vilka enheter har insulin i kylskåp?
Hur gör vi på Björkgården när en boende ska hem från lasarettet i Uppsala?
Patienten är folkbokförd i Göteborg men vistas här, vem betalar?
Vad gäller i Ekbacka kommun om delegering?
Vad säger Region Mälarsjös överenskommelse om utskrivning?
Hjälper vi den boende att deklarera?
Vad gäller vid hjärtstopp när det finns beslut om ej HLR?
Vem dokumenterar ett krampanfall?
""".strip().splitlines()


@pytest.mark.parametrize("question", ORDINARY)
def test_ordinary_question_is_searched(question):
    assert refusal(question, OURS) is None
    assert without_identity(question) == (question, False)
    assert not is_emergency(question)


@pytest.mark.parametrize(
    "number",
    [
        "850709-9805",
        "8507099805",
        "850709 9805",
        "19850709-9805",
        "198507099805",
        "19850709 9805",
        "850709+9805",
        "850709–9805",
        "850709\u20119805",
        "850709 - 9805",
        "850709-980 5",
        "850709\u00a09805",
        "1985-07-09-9805",
        "85.07.09-9805",
        "850769-9802",  # samordningsnummer: day + 60
        "198507699802",
        "120229-9804",  # a leap day
        "٨٥٠٧٠٩-٩٨٠٥",  # other digits than ours
    ],
)
def test_identity_number_is_hidden(number):
    text, found = without_identity(f"Vad gäller för Å.P. {number}, pnr:{number}?")
    assert found
    assert text == f"Vad gäller för Å.P. {HIDDEN}, pnr:{HIDDEN}?"


@pytest.mark.parametrize(
    "text",
    [
        "850709-9806",  # wrong check digit
        "851309-9807",  # no such month
        "850732-9806",  # no such day
        "110229-9805",  # no leap day that year
        "45850709-9805",  # no such century
        "070-123 45 67",
        "+46 70 123 45 67",
        "0555-10 20 30",
        "SN 2025/00345-12",
        "dnr RMS 2023-00215",
        "HSLF-FS 2017:37",
        "2026-01-31",
        "kl. 16.30–22.00",
        "556036-0793",  # an organisation number
        "1234567890123456",
    ],
)
def test_other_numbers_are_left(text):
    assert without_identity(text) == (text, False)


def test_identity_inside_what_looked_like_one_is_found():
    assert without_identity("2025-850709-9805 och 20250101 850709-9805") == (
        f"2025-{HIDDEN} och 20250101 {HIDDEN}",
        True,
    )


@pytest.mark.parametrize(
    "question",
    [
        "Patienten andas inte, vad gör jag?",
        "hon är medvetslös vem ringer jag",
        "Brukaren har ont i bröstet",
        "Det brinner i köket på avdelningen!",
        "Han krampar, hjälp",
        "En boende har satt i halsen nu",
        "Jag får inte kontakt med honom",
        "Hon är sned i ansiktet och sluddrar",
        "Patienten blöder kraftigt efter fallet",
        "Han har tagit överdos",
        "En boende försöker ta sitt liv",
        "Brukaren är livlös",
        "Hon är medvetslös vid matbordet",
        "Patienten andas inte, vilken rutin gäller?",
        "Den boende sätter i halsen",
        "the patient is unconscious",
        "insulinkoma, går ej att väcka",
        "Han blöder massor från huvudet",
        "Hon håller på att dö!",
        "Personen håller på att dö, vad ska jag göra?",
    ],
)
def test_emergency_is_seen(question):
    assert is_emergency(question)


@pytest.mark.parametrize(
    "question",
    [
        "Vem ansvarar för utbildning i hjärtstopp?",
        "Jag sitter hos en som håller på att dö, hur ofta fuktas munnen?",
        "Vad står i rutinen vid självmordsrisk?",
        "Hur ofta har vi brandövning?",
        "Vilken riktlinje gäller när någon inte andas?",
        "Hur dokumenteras stroke i journalen?",
        "Patienten har haft stroke, vem ansvarar för rehabiliteringen?",
    ],
)
def test_rule_about_an_emergency_is_none(question):
    assert not is_emergency(question)


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("Hur mycket Alvedon får jag ge?", "dose"),
        ("Vilken dos morfin ska hon ha?", "dose"),
        ("Kan jag ge 10 mg Stesolid till natten?", "dose"),
        ("Hur många enheter insulin ska jag ge om sockret är 18?", "dose"),
        ("maxdos för ipren?", "dose"),
        ("what dose of paracetamol can i give", "dose"),
        ("Vilka läkemedel har Karin Svensson?", "patient"),
        ("Hur mår Astrid på rum 4?", "patient"),
        ("Vad har fru Andersson för diagnos?", "patient"),
        ("vad har karin svensson för mediciner", "patient"),
        ("När ska Ingrids blodtryck tas?", "patient"),
        ("Borde Gunilla i Näset flytta till boende?", "patient"),
        ("Behöver fru Ek larmmatta i natt?", "patient"),
        ("Vilken dos ska jag ge till Karin?", "patient"),
        ("vad har Karin för personnummer", "patient"),
        ("Vad har Karin för diagnos och vem ska jag ringa?", "patient"),
        ("Vad står Karin på för mediciner?", "patient"),
        ("vad är Karin ordinerad?", "patient"),
        ("Är fru Ek allergisk mot penicillin?", "patient"),
        ("Vilken medicin ger jag fru Ek?", "patient"),
        ("har Gösta i lägenhet 12 fått svar på sina prover än", "patient"),
        ("ska kunden Märtha ha sin medicin nu", "patient"),
        ("vad tjänar Samira", "patient"),
        ("kan du skriva ett sms till min sambo", "private"),
        ("Vad gäller i Uppsala kommun om delegering?", "organisation"),
        ("Vad gäller i Nora om delegering?", "organisation"),
        ("Hur länge gäller en delegering i Vilhelmina?", "organisation"),
        ("Hur länge gäller en delegering i Västerås?", "organisation"),
        ("Vad säger Region Skånes riktlinje om läkemedel?", "organisation"),
        ("Hur gör Göteborgs stad med nycklar?", "organisation"),
        ("Vad säger Björkdala kommun om larm?", "organisation"),
        ("Vad blir det för väder i helgen, blir vädret bra?", "private"),
        ("Har du ett recept på kanelbullar?", "private"),
        ("Skriv en dikt om våren", "private"),
    ],
)
def test_declined_with_its_reason(question, why):
    refused = refusal(question, OURS)
    assert refused is not None
    assert refused.why == why


def test_refusal_names_the_drug_and_the_organisation():
    assert refusal("Hur mycket Alvedon får jag ge?", OURS) == Refusal("dose", "alvedon")
    assert refusal("Vad gäller i Uppsala kommun?", OURS) == Refusal("organisation", "Uppsala")


def test_any_organisation_goes_where_the_index_names_none():
    assert refusal("Vad gäller i Uppsala kommun om delegering?", set()) is None


@pytest.mark.parametrize(
    "question",
    ["Vad ska sjuksköterskan göra?", "Vad har MAS för ansvar?", "Vad ska Enhetschefen på Björkgården ha i pärmen?"],
)
def test_role_is_no_patient(question):
    assert refusal(question, OURS) is None


@pytest.mark.parametrize(
    "question",
    [
        "Blöjorna är slut till Karin, kan jag ta ur Majas skåp?",
        "Tant Greta har feber och klockan är elva. Vem kontaktar jag?",
        "Jag gav Gunnars tabletter till Göran, vad gör jag nu?",
        "Ska avvikelsen skrivas in i Klara?",
        "Vilket telefonnummer har Maud Ringström?",
        "Hur många platser har Linnéan för vuxna?",
        "en man säger att han är son till Märta och vill veta hur hon mår, vad får jag säga",
    ],
)
def test_a_rule_may_be_asked_for_with_a_name_beside_it(question):
    assert refusal(question, OURS) is None


@pytest.mark.parametrize(
    ("question", "rule"),
    [
        ("Hon krampar, måste jag vänta på sköterskan?", True),
        ("Han har slutat andas och det var väntat, ska jag ringa ambulans", True),
        ("Hon sätter i halsen, fortsätta eller sluta?", True),
        ("Han går inte att väcka, syrran eller ambulans först?", True),
        ("She is unconscious, can I give her juice?", True),
        ("Hon andas inte, vad ska jag göra?", False),
        ("Hon andas inte, hur ska vi göra", False),
        ("Han är livlös, hjälp, ska jag ringa?", False),
        ("Hon andas inte!", False),
        ("He is unconscious, what should I do?", False),
        ("Hon krampar, nu kan hon inte svara", False),
        ("Han är livlös och ska i ambulansen", False),
        ("Han är livlös eller svimmad", False),
    ],
)
def test_what_is_asked_of_somebody_in_danger_is_a_rule_or_help(question, rule):
    assert asks_rule(question) is rule


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("varför flyttade Bengt till ett annat boende?", True),
        ("vad sa läkaren om Bertil Anderssons prov", True),
        ("är det sant att Agneta är sjukskriven", True),
        ("skriver vi det i Klara?", False),
        ("hur länge sparas loggarna från Vidar?", False),
        ("Lex Maria, vem anmäler?", False),
        ("Hur ofta ska larmet provas?", False),
    ],
)
def test_a_person_is_named_by_first_name_within_a_sentence(question, named):
    assert names_someone(question, {"vidar"}) is named
