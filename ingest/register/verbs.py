"""Forms of verbs, and the kind of row that a verb makes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ingest.register.duty import DutyKind
from ingest.roles import PREFIXES, RoleList, forms

MODALS = frozenset(["ska", "skall", "bör", "måste", "kan", "får", "kommer", "brukar"])
DECIDES = re.compile(
    r"^(beslut\w*|avgör\w*|fastställ\w*|godkänn\w*|bestäm\w*|bevilja\w*|besluta\w*|utse\w*)$", re.IGNORECASE
)
SUPPORTS = re.compile(r"^(stöd\w*|stött\w*|bistå\w*)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Verbs:
    """The verbs of a role list in their forms, and what they are with a prefix or with "-era" at their end."""

    present: frozenset[str]
    infinitives: frozenset[str]
    passives: Mapping[str, str]  # each with the present that it belongs to

    def is_present(self, word: str) -> bool:
        if word in self.present or word in ("har", "är", "blir"):
            return True
        if word.endswith("erar") and len(word) > 6:
            return True
        return any(word.startswith(p) and word[len(p) :] in self.present for p in PREFIXES) and word.endswith("r")

    def is_infinitive(self, word: str) -> bool:
        if word in self.infinitives or word.endswith("era") or word in ("ha", "vara", "få", "bli"):
            return True
        return any(word.startswith(p) and word[len(p) :] in self.infinitives for p in PREFIXES)

    def of_passive(self, word: str) -> str | None:
        """The present of a verb in the passive, or None."""
        if word in self.passives:
            return self.passives[word]
        if word.endswith("eras") and len(word) > 6:
            return word[:-1] + "r"
        for prefix in PREFIXES:
            if word.startswith(prefix) and word[len(prefix) :] in self.passives:
                return prefix + self.passives[word[len(prefix) :]]
        return None

    def of_infinitive(self, word: str) -> str:
        """The present of a verb in the infinitive."""
        other = word[:-1] + "er"
        return other if word + "r" not in self.present and other in self.present else word + "r"


@lru_cache(maxsize=8)
def verbs_of(roles: RoleList) -> Verbs:
    """The verbs that a role list holds in the present, in all their forms."""
    infinitives: set[str] = set()
    passives: dict[str, str] = {}
    for verb in roles.verbs:
        plain, passive, passive_infinitive = forms(verb)
        infinitives |= plain
        for form in (*passive, *passive_infinitive):
            passives.setdefault(form, verb)
    return Verbs(roles.verbs, frozenset(infinitives), passives)


def kind_of(verb: str) -> DutyKind:
    """The kind of row that a verb in the present makes."""
    if verb == "ansvarar":
        return "ansvarar"
    if DECIDES.match(verb) and not verb.startswith("utse"):
        return "beslutar"
    return "stöds av" if SUPPORTS.match(verb) else "utför"
