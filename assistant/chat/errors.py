"""What can go wrong in the chat.

ChatError
└── PortTaken    another program listens on the address
"""

from __future__ import annotations

from assistant.errors import AssistantError


class ChatError(AssistantError):
    """The base of every failure to start the chat; its text says what happened and what to do."""


class PortTaken(ChatError):
    """Another program listens on the address."""
