"""Proofs about compiled pathways: for every patient, not for those that somebody thought of.

``possible`` and ``evaluating`` read conditions over sets of values, ``ground`` says what each
value can be, ``searching`` looks for a patient; ``proofs`` lists what is proven, ``together``
what is proven of several pathways of one patient. Pure: the calendar is an argument.
"""

from pathways.proving.proofs import PROOFS, prove
from pathways.proving.subject import Proof

__all__ = ["PROOFS", "Proof", "prove"]
