"""Read a FHIR R4 bundle: what the journey needs, apart from what identifies the patient."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from msgspec import Struct

from pathways.calendar.resolve import zone_names
from pathways.compiled import CompiledPathway
from pathways.disclosing import ALL, NONE
from pathways.journey.events import PatientProfile, Reading
from pathways.language.issues import Place, suggest
from worker.intake.conditions import read_conditions
from worker.intake.entries import Contents, Entry, gather, parse
from worker.intake.findings import Finding, Findings, Path
from worker.intake.medicines import read_medications
from worker.intake.observations import full_date, read_observations
from worker.intake.person import (
    PersonDetails,
    concept_text,
    preferred_language,
    read_person,
)
from worker.intake.zones import EXTENSION, SPLIT, state_code, zone_of_state

Json = Mapping[str, Any]

_SEXES = ("female", "male", "other", "unknown")


class Intake(Struct, frozen=True):
    """One patient as read from a bundle.

    ``readings`` are candidates named by LOINC code; ``places`` says for each reading's source
    where it is written. ``identity`` goes to the record database, never into a journey.
    """

    file: str
    profile: PatientProfile
    readings: tuple[Reading, ...]
    team: dict[str, str]
    """role -> opaque person id."""
    zone: str
    """IANA name of the zone the patient lives in."""
    identity: PersonDetails
    places: dict[str, tuple[Place, str]]


def read_bundle(
    text: str, file: str, at: int, calendar_default_zone: str
) -> tuple[Intake | None, list[Finding]]:
    """Read one patient's FHIR R4 Bundle (JSON text).

    ``at`` is the present instant: nothing may be dated later. ``calendar_default_zone`` is
    used when neither a timezone extension nor the state of the address tells the zone.
    ``file`` names the text in findings. The intake is ``None`` exactly when a finding is an
    error; a deceased patient is read, with ``deceased`` set, for the kernel to refuse.
    """
    bundle, findings = parse(text, file)
    contents = gather(bundle, findings) if bundle is not None else None
    intake = _read(contents, file, at, calendar_default_zone, findings) if contents else None
    refused = any(f.severity == "error" for f in findings.found)
    return (None if refused else intake), findings.found


def suits(intake: Intake, pathway: CompiledPathway) -> list[Finding]:
    """Why the patient's conditions do not fit a pathway: empty, or one ``not-eligible``."""
    codes = intake.profile.conditions
    if not pathway.icd10 or any(code.startswith(pathway.icd10) for code in codes):
        return []
    held = f"only {', '.join(codes)}" if codes else "no active condition with an ICD-10-CM code"
    return [
        Finding(
            "not-eligible",
            f"{pathway.title} is for {', '.join(pathway.icd10)}; the patient has {held}.",
            Place(intake.file, 1, 1),
            hint="Choose a pathway for the patient's conditions, or correct the problem list.",
            path="Bundle",
        )
    ]


def in_use(file: str) -> Finding:
    """The patient's number is somebody else's, as a person has decided (``worker.matching``)."""
    return Finding(
        "identifier-in-use",
        "The patient's number belongs to somebody else, as a person has decided.",
        Place(file, 1, 1),
        hint="Correct the identifier in the source system and send the bundle again.",
        path="Bundle",
    )


def _read(contents: Contents, file: str, at: int, default_zone: str, findings: Findings) -> Intake:
    patient, path = contents.patient.resource, contents.patient.path
    zone = _zone(patient, path, default_zone, findings)
    related = [e.resource for e in contents.of("RelatedPerson")]
    covers = [e.resource for e in contents.of("Coverage")]
    identity = read_person(patient, path, related, covers, findings)
    if not identity.identifiers:
        findings.refuse(
            "no-identifier",
            path,
            "The patient has no identifier, so the same patient could not be known again.",
            "Add the medical record number as an identifier with its system.",
        )
    readings, places = read_observations(contents.of("Observation"), at, zone, findings)
    medicines = read_medications(contents, findings)
    profile = PatientProfile(
        born=_born(patient, path, at, zone, findings),
        sex=_sex(patient, path, findings),
        language=preferred_language(patient) or "en",
        deceased=_deceased(patient, path, findings),
        conditions=read_conditions(contents.of("Condition"), at, zone, findings),
        medications=tuple(sorted({name for m in medicines for name in m.ingredients})),
        consent=not any(
            _denies(e.resource) and not _about_caregiver(e.resource) for e in contents.of("Consent")
        ),
        caregiver=identity.caregiver is not None,
        caregiver_access=_caregiver_access(
            [e.resource for e in contents.of("Consent")],
            [e.resource for e in contents.of("RelatedPerson")],
        ),
        medicines=medicines,
    )
    team = _team(contents.of("CareTeam"))
    return Intake(file, profile, readings, team, zone, identity, places)


def _born(patient: Json, path: Path, at: int, zone: str, findings: Findings) -> str:
    """The birth date; a partial one is completed to its first day, and found."""
    born = str(patient.get("birthDate", ""))
    if not born:
        findings.refuse(
            "missing-birth-date",
            path,
            "The patient has no birth date, and every pathway asks for the age.",
            "Add birthDate to the Patient.",
        )
        return ""
    today = datetime.fromtimestamp(at, ZoneInfo(zone)).date().isoformat()
    if born > today[: len(born)]:
        findings.refuse(
            "birth-date-in-future",
            (*path, "birthDate"),
            f"The birth date {born} is in the future.",
            "Correct birthDate in the source system and send the bundle again.",
        )
    if len(born) == 10:
        return born
    full = full_date(born)
    findings.warn(
        "partial-birth-date",
        (*path, "birthDate"),
        f"The birth date is only known as {born}; {full} is used.",
        "Add the full date when it is known: ages are counted from it.",
    )
    return full


def _sex(
    patient: Json, path: Path, findings: Findings
) -> Literal["female", "male", "other", "unknown"]:
    gender = patient.get("gender", "unknown")
    if gender not in _SEXES:
        findings.warn(
            "unknown-code",
            (*path, "gender"),
            f'"{gender}" is not a FHIR gender; "unknown" is used.',
            suggest(str(gender), _SEXES),
        )
        return "unknown"
    return cast(Literal["female", "male", "other", "unknown"], gender)


def _deceased(patient: Json, path: Path, findings: Findings) -> bool:
    dead = bool(patient.get("deceasedBoolean") or patient.get("deceasedDateTime"))
    if dead:
        name = "deceasedDateTime" if "deceasedDateTime" in patient else "deceasedBoolean"
        findings.warn(
            "deceased",
            (*path, name),
            "The patient has died; no pathway can be started.",
            "If this is an error, correct the Patient in the source system.",
        )
    return dead


def _zone(patient: Json, path: Path, default: str, findings: Findings) -> str:
    """From the timezone extension of patient or home address, the state, or the default."""
    addresses = [
        (a, (*path, "address", i))
        for i, a in enumerate(patient.get("address", []))
        if a.get("use") not in ("old", "billing")
    ]
    for holder, where in [(patient, path), *addresses]:
        for index, extension in enumerate(holder.get("extension", [])):
            if extension.get("url") != EXTENSION:
                continue
            said = str(extension.get("valueCode") or extension.get("valueString") or "")
            if said in zone_names():
                return said
            findings.warn(
                "unknown-zone",
                (*where, "extension", index),
                f'"{said}" is not a time zone of the IANA database; it was not used.',
                suggest(said, zone_names()) or 'Use a name such as "America/New_York".',
            )
    for address, where in addresses:
        state = str(address.get("state", ""))
        found = zone_of_state(state) if address.get("country", "US") in _UNITED_STATES else ""
        if found and state_code(state) in SPLIT:
            findings.warn(
                "zone-assumed",
                (*where, "state"),
                f"{state} lies in more than one time zone; {found} is used.",
                "Add the timezone extension to the Patient if this is not theirs.",
            )
        if found:
            return found
    findings.warn(
        "zone-assumed",
        path,
        f"Nothing tells the patient's time zone; {default} is used.",
        "Add the timezone extension or the state of the address to the Patient.",
    )
    return default


_UNITED_STATES = ("US", "USA", "United States", "United States of America")


def _about_caregiver(consent: Json) -> bool:
    """A Consent that names related persons only: it says what they may know, not what is sent to
    the patient."""
    actors = consent.get("provision", {}).get("actor", [])
    named = [str(one.get("reference", {}).get("reference", "")) for one in actors]
    return bool(named) and all("RelatedPerson" in name for name in named)


DECIDES = ("GUARD", "POWATT", "DPOWATT", "HPOWATT", "SPOWATT")
"""HL7 v3 RoleCode: a guardian or an attorney, who decides for the patient."""


def _caregiver_access(consents: Sequence[Json], related: Iterable[Json]) -> str:
    """``none`` when the patient objects to a related person's knowing; ``all`` when they agree, or
    when who is named decides for them; else nobody has asked."""
    about = [one for one in consents if _about_caregiver(one)]
    if any(_denies(one) for one in about):
        return NONE
    if any(_permits(one) for one in about):
        return ALL
    roles = {
        code.get("code")
        for person in related
        if person.get("active", True)
        for concept in person.get("relationship", [])
        for code in concept.get("coding", [])
    }
    return ALL if roles & set(DECIDES) else ""


def _permits(consent: Json) -> bool:
    permitted = consent.get("provision", {}).get("type") == "permit"
    return consent.get("status") == "active" and permitted


def _denies(consent: Json) -> bool:
    """An effective Consent that refuses: rejected, or whose base rule is deny."""
    if consent.get("status") == "rejected":
        return True
    denied = consent.get("provision", {}).get("type") == "deny"
    return consent.get("status") == "active" and denied


def _team(entries: Iterable[Entry]) -> dict[str, str]:
    """role -> person id, from active care teams; the first of a role counts.

    A role is the text (else display, else code) of the participant's role, as pathways
    write it: "Case manager" is ``case-manager``. Patients and relatives are no staff.
    """
    team: dict[str, str] = {}
    for entry in entries:
        if entry.resource.get("status", "active") != "active":
            continue
        for participant in entry.resource.get("participant", []):
            kind, _, person = participant.get("member", {}).get("reference", "").rpartition("/")
            if not person or not kind.endswith(("Practitioner", "PractitionerRole")):
                continue
            for concept in participant.get("role", []):
                role = "-".join(re.findall(r"[a-z0-9]+", concept_text(concept).lower()))
                if role:
                    team.setdefault(role, person)
    return dict(sorted(team.items()))
