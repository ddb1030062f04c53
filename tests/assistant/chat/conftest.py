"""The chat's web application with a fake assistant. Chainlit knows one per process, so all tests share it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from chat_fake import FakeAssistant, write_documents
from starlette.testclient import TestClient

from assistant.chat.feedback import FeedbackLog
from assistant.chat.needs import Desk
from assistant.chat.server import build


@dataclass(frozen=True)
class Chat:
    client: TestClient
    assistant: FakeAssistant
    documents: Path
    root: Path
    feedback: Path


@pytest.fixture(scope="session")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    folder = tmp_path_factory.mktemp("chat")
    documents, root, feedback = folder / "documents", folder / "chainlit", folder / "feedback.jsonl"
    write_documents(documents)
    (folder / "hemlig.pdf").write_text("utanför")
    assistant = FakeAssistant()
    # The header stands for a login proxy.
    desk = Desk(
        assistant, FeedbackLog(feedback), groups_of=lambda headers: tuple(headers.get("x-groups", "").split(","))
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those that importing Chainlit and what it builds on gives
        app = build(desk, documents=documents, root=root)
    with TestClient(app) as client:
        yield Chat(client, assistant, documents, root, feedback)
