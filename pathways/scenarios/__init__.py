"""Scenarios: what should happen to one patient on a pathway, run on the kernel.

``scenario`` holds the values, ``writing`` puts one into a file, ``running`` plays it,
``judging`` compares what happened with what was expected. Files are read by
``pathways.language.scenarios``.
"""

from pathways.scenarios.scenario import (
    Expectation,
    Happening,
    Moment,
    Patient,
    Scenario,
)
from pathways.scenarios.writing import write

__all__ = ["Expectation", "Happening", "Moment", "Patient", "Scenario", "write"]
