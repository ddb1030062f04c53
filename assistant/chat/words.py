"""What the page says of itself: words of welcome, what may be chosen, and what went wrong and what to do."""

from __future__ import annotations

NOT_SAID = "-"
ROLES = (
    "undersköterska", "vårdbiträde", "stödassistent", "sjuksköterska", "arbetsterapeut", "fysioterapeut",
    "biståndshandläggare", "enhetschef", "verksamhetschef", "MAS", "MAR", "läkare",
)  # fmt: skip
HOMES = ("särskilt boende", "ordinärt boende", "korttidsboende", "LSS", "daglig verksamhet")

STARTERS = (
    ("Läkemedel vid utskrivning", "Vem signerar läkemedel vid utskrivning?"),
    ("Delegering av insulin", "Får en undersköterska ge insulin på delegering?"),
    ("Efter ett fall", "Vad ska jag göra när en boende har fallit?"),
    ("Skriva avvikelse", "När ska en avvikelse skrivas och vem tar hand om den?"),
    ("Ny som chef", "Vad ansvarar jag för som enhetschef?"),
    ("Förväntat dödsfall", "Vem konstaterar ett förväntat dödsfall på natten?"),
)

WELCOME = (
    "**Vem gör vad, och vilken regel gäller?** Svaren är citat ur era egna styrdokument, med sidan bakom. "
    "Skriv inget om enskilda personer. Är det akut: **ring 112**."
)
REMOVED = "(Borttaget. Det du skrev är inte sparat.)"
NO_WORDS = "Skriv frågan med ord, till exempel: *Vem signerar läkemedel vid utskrivning?*"
TOO_LONG = (
    "Meddelandet är för långt ({length} tecken, högst {longest}). Det är borttaget och har inte sökts eller sparats. "
    "Skriv en kort fråga om vem som gör vad eller vilken regel som gäller, utan uppgifter om personer."
)
FAILED = (
    "Något gick fel när jag letade i dokumenten. Ställ frågan igen om en stund. Händer det igen: hör av dig till den "
    "som sköter Rollkoll och nämn felkod **{code}**. Behöver du svar nu, fråga din chef eller sjuksköterska."
)
SLOW = (
    "Svaret dröjde för länge och avbröts. Ställ frågan igen, gärna kortare. Händer det igen: hör av dig till den som "
    "sköter Rollkoll och nämn felkod **{code}**."
)
NO_INDEX = (
    "Dokumenten är inte inlästa än, så jag kan inte svara. Den som sköter Rollkoll behöver köra `rollkoll ingest`. "
    "Felkod **{code}**."
)
FORGOTTEN = "Svaret är för gammalt för att rösta på. Ställ gärna frågan igen."
