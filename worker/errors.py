"""The one base of errors that the running program shows to people."""

from __future__ import annotations


class WorkerError(Exception):
    """Subject, fact, remedy, in words for whoever runs Careway. Shown without a traceback."""
