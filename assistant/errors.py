"""What can go wrong in the assistant.

AssistantError
├── SettingsError   a setting is unknown or out of bounds
├── ExportRefused   a list cannot be written where it was asked for
└── ModelError      the language model did not give an answer that can be used
"""

from __future__ import annotations


class AssistantError(Exception):
    """The base of every failure in the assistant; its text says what happened and what to do."""


class SettingsError(AssistantError):
    """A setting is unknown or out of bounds."""


class ExportRefused(AssistantError):
    """A list of duties cannot be written: an unknown ending, or a folder that cannot be written in."""


class ModelError(AssistantError):
    """The language model did not answer in time, or not in a form that can be used."""
