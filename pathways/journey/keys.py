"""Effect keys: the same however often a decision is computed or an effect attempted."""

from __future__ import annotations

from pathways.journey.state import Enrollment


def effect_key(
    journey: str,
    enrollment: Enrollment | None,
    step: str,
    occurrence: int,
    kind: str,
    recipient: str,
) -> str:
    """``journey/pathway~enrolled/step/occurrence/kind/recipient``.

    The instant of enrollment keeps a later enrollment on the same pathway, perhaps in a
    journey begun anew, from repeating the keys of an earlier one.
    """
    course = "-" if enrollment is None else f"{enrollment.pathway}~{enrollment.enrolled}"
    return f"{journey}/{course}/{step}/{occurrence}/{kind}/{recipient}"
