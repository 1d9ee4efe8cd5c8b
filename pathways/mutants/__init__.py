"""Mutants: a pathway changed in one place, to see whether its scenarios notice.

``making`` changes the compiled form, one threshold, delay, branch or owner at a time;
``hunting`` plays the scenarios on each.
"""

from pathways.mutants.hunting import Hunt, Played, Verdict, hunt, sampled
from pathways.mutants.making import mutants
from pathways.mutants.mutant import Mutant

__all__ = ["Hunt", "Mutant", "Played", "Verdict", "hunt", "mutants", "sampled"]
