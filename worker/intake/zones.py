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


_NAMES = (
    "AK Alaska, AL Alabama, AR Arkansas, AS American Samoa, AZ Arizona, CA California, "
    "CO Colorado, CT Connecticut, DC District of Columbia, DE Delaware, FL Florida, GA Georgia, "
    "GU Guam, HI Hawaii, IA Iowa, ID Idaho, IL Illinois, IN Indiana, KS Kansas, KY Kentucky, "
    "LA Louisiana, MA Massachusetts, MD Maryland, ME Maine, MI Michigan, MN Minnesota, "
    "MO Missouri, MP Northern Mariana Islands, MS Mississippi, MT Montana, NC North Carolina, "
    "ND North Dakota, NE Nebraska, NH New Hampshire, NJ New Jersey, NM New Mexico, NV Nevada, "
    "NY New York, OH Ohio, OK Oklahoma, OR Oregon, PA Pennsylvania, PR Puerto Rico, "
    "RI Rhode Island, SC South Carolina, SD South Dakota, TN Tennessee, TX Texas, UT Utah, "
    "VA Virginia, VI Virgin Islands, VT Vermont, WA Washington, WI Wisconsin, "
    "WV West Virginia, WY Wyoming"
)
_CODE = {entry[3:].casefold(): entry[:2] for entry in _NAMES.split(", ")}


def state_code(state: str) -> str:
    """The two-letter code of a US state or territory given by code or name; else empty."""
    plain = state.strip()
    code = _CODE.get(plain.casefold(), plain.upper())
    return code if code in _ZONE else ""


def zone_of_state(state: str) -> str:
    """The zone of a US state or territory by its code or name, or an empty string."""
    return _ZONE.get(state_code(state), "")
