"""What can go wrong when evaluating.

EvalError
├── QuestionsInvalid
└── RunUnreadable
"""

from __future__ import annotations


class EvalError(Exception):
    """The evaluation cannot go on; the text says what and what to do."""


class QuestionsInvalid(EvalError):
    """A question file has rows that cannot be used, each named by file and row."""


class RunUnreadable(EvalError):
    """A saved run is missing, incomplete, or in the way of a new one."""
