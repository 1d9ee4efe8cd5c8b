"""Proofs about compiled pathways: for every patient, not for those that somebody thought of.

``possible`` and ``evaluating`` read conditions over sets of values, ``ground`` says what each
value can be, ``searching`` looks for a patient; ``proofs`` lists what is proven, ``together``
what is proven of several pathways of one patient. Pure: the calendar is an argument.
"""

from pathways.proving.proofs import PROOFS, prove
from pathways.proving.site import unfilled_roles, unknown_services
from pathways.proving.subject import Proof, Subject, remaining_subject, shown, subject_of
from pathways.proving.together import TOGETHER, prove_together

__all__ = [
    "PROOFS",
    "TOGETHER",
    "Proof",
    "Subject",
    "prove",
    "prove_together",
    "remaining_subject",
    "shown",
    "subject_of",
    "unfilled_roles",
    "unknown_services",
]
