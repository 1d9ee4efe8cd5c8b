"""Intake: FHIR R4 bundles read into what a journey needs, and what only people need.

``read_bundle`` gives an ``Intake`` or says why not; ``readings_for`` fits its observations
to the data elements of a pathway. Names and addresses stay apart, in ``PersonDetails``.
"""

from worker.intake.findings import Finding
from worker.intake.observations import readings_for
from worker.intake.person import PersonDetails, WeakSecret, patient_key
from worker.intake.reading import Intake, read_bundle, suits

__all__ = [
    "Finding",
    "Intake",
    "PersonDetails",
    "WeakSecret",
    "patient_key",
    "read_bundle",
    "readings_for",
    "suits",
]
