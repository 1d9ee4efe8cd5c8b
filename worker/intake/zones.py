"""The time zone a patient lives in: from the record, else from the state of the address."""

from __future__ import annotations

EXTENSION = "http://hl7.org/fhir/StructureDefinition/timezone"
"""The FHIR extension that carries an IANA zone on a patient or an address."""

_STATES = {
    "America/New_York": "CT DC DE FL GA IN MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV KY",
    "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
    "America/Denver": "CO ID MT NM UT WY",
    "America/Phoenix": "AZ",
    "America/Los_Angeles": "CA NV OR WA",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR VI",
    "Pacific/Guam": "GU MP",
    "Pacific/Pago_Pago": "AS",
}
_ZONE = {state: zone for zone, states in _STATES.items() for state in states.split()}

_SPLIT = "AK AZ FL ID IN KS KY MI ND NE NV OR SD TN TX"
SPLIT = frozenset(_SPLIT.split())
"""States in more than one zone; ``zone_of_state`` answers with where most people live."""


def zone_of_state(state: str) -> str:
    """The zone of a US state or territory by its two-letter code, or an empty string."""
    return _ZONE.get(state.strip().upper(), "")
