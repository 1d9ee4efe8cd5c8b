"""Exit codes, and the error of a command line that cannot be meant."""

from __future__ import annotations

DONE, FAILED, MISUSED = 0, 1, 2
"""Done; refused, wrong or not reachable; wrong usage."""


class Misuse(Exception):
    """The command line says something that cannot be meant: exit code 2."""
