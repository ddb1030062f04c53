"""What the chat needs from the rest: an assistant that answers, lists its documents and shows their pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.answers import Answer, Listing, Profile, Turn
from assistant.chat.feedback import FeedbackLog
from ingest.corpus import Block, Standing


class DocumentInfo(Protocol):
    """A document that the index holds."""

    @property
    def source(self) -> str: ...  # path under the documents folder, with forward slashes

    @property
    def standing(self) -> Standing: ...


class Assistant(Protocol):
    """Every method may block, and is called from several threads at once."""

    def ask(self, question: str, *, history: Sequence[Turn] = (), profile: Profile | None = None) -> Answer: ...
    def documents(self) -> Sequence[DocumentInfo]: ...

    def duties(self, role: str = "", topic: str = "", *, profile: Profile | None = None) -> Listing:
        """Who does what: the rows of one role or of all, those that hold today and that the person may read."""
        ...

    def page(self, document: str, page: int | None) -> Sequence[Block]:
        """The text of one page, or of the whole document when `page` is None; empty when there is no such page."""
        ...


MayRead = Callable[[DocumentInfo, Profile], bool]
GroupsOf = Callable[[Mapping[str, str]], tuple[str, ...]]  # lower-case HTTP headers -> the person's groups


def in_group(document: DocumentInfo, profile: Profile) -> bool:
    """A document that names no groups is for everyone; otherwise one of them must be the person's."""
    groups = document.standing.groups
    return not groups or bool(set(groups) & set(profile.groups))


def no_groups(headers: Mapping[str, str]) -> tuple[str, ...]:
    """Without a login nobody belongs to a group, so documents for certain groups stay closed."""
    return ()


@dataclass(frozen=True, slots=True)
class Desk:
    """What one running chat works with."""

    assistant: Assistant
    feedback: FeedbackLog
    may_read: MayRead = in_group
    groups_of: GroupsOf = no_groups
