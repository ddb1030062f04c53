"""What can go wrong in the benchmark.

EvalError
└── BenchError   something to measure with, or on, is missing
"""

from __future__ import annotations

from eval.errors import EvalError


class BenchError(EvalError):
    """Something to measure with, or on, is missing."""
