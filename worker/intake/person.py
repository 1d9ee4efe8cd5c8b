"""Who the patient is: names, addresses, contacts. For the record database, never a journey."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from msgspec import Struct

from worker.errors import WorkerError
from worker.intake.findings import Findings, Path

Json = Mapping[str, Any]

_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
_PHONE = re.compile(r"\+?[0-9][0-9 ().\-]{4,}")
_OUTDATED = frozenset({"old", "temp"})
_SECRET_BYTES = 16


class WeakSecret(WorkerError):
    """The site secret is too short to hide identifiers behind."""


class Identifier(Struct, frozen=True):
    """A business identifier; ``kind`` is its v2-0203 code, such as ``MR``."""

    system: str
    value: str
    kind: str = ""


class PostalAddress(Struct, frozen=True):
    lines: tuple[str, ...] = ()
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""


class Contact(Struct, frozen=True):
    """A caregiver: someone with their own record who can be reached."""

    name: str
    relationship: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""

    def __repr__(self) -> str:
        return "Contact(...)"


class Coverage(Struct, frozen=True):
    """An active insurance: who pays, and the member's number there."""

    payer: str
    subscriber: str = ""
    plan: str = ""
    codes: tuple[str, ...] = ()
    """Of its type: Source of Payment Typology, or another system's."""


class PersonDetails(Struct, frozen=True):
    """Everything that identifies the patient. It has no text form, so no log can hold it."""

    name: str
    given: str = ""
    family: str = ""
    email: str = ""
    phone: str = ""
    addresses: tuple[PostalAddress, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    language: str = "en"
    caregiver: Contact | None = None
    coverage: tuple[Coverage, ...] = ()

    def __repr__(self) -> str:
        return "PersonDetails(...)"


def patient_key(details: PersonDetails, secret: bytes) -> str:
    """The opaque journey id: ``j-`` and 20 hex digits, the same for the same patient and site.

    It is an HMAC-SHA-256 over ``system|value`` of the medical record number (kind ``MR``),
    or else of the first identifier by system and value. Without ``secret`` (16 bytes or
    more, raises ``WeakSecret``) nobody can test a guessed number against it. Raises
    ``ValueError`` when there is no identifier, which ``read_bundle`` refuses.
    """
    if len(secret) < _SECRET_BYTES:
        raise WeakSecret(
            f"The site secret has {len(secret)} bytes, too few to hide patient identifiers. "
            f"Set one of at least {_SECRET_BYTES} random bytes and keep it: a new secret gives "
            "every patient a new journey id."
        )
    chosen = min(details.identifiers, key=lambda i: (i.kind != "MR", i.system, i.value))
    text = f"{chosen.system}|{chosen.value}".encode()
    return "j-" + hmac.new(secret, text, sha256).hexdigest()[:20]


def read_person(
    patient: Json, path: Path, related: Iterable[Json], covers: Iterable[Json], findings: Findings
) -> PersonDetails:
    """Identity from a Patient, its RelatedPersons and its Coverages (all valid FHIR)."""
    name = _best_name(patient.get("name", []))
    return PersonDetails(
        name=_display(name),
        given=next((g for g in name.get("given", []) if g), ""),
        family=name.get("family", ""),
        email=_reach(patient, "email", path, findings),
        phone=_reach(patient, "phone", path, findings),
        addresses=tuple(
            PostalAddress(
                lines=tuple(line for line in a.get("line", []) if line),
                city=a.get("city", ""),
                state=a.get("state", ""),
                postal_code=a.get("postalCode", ""),
                country=a.get("country", ""),
            )
            for a in patient.get("address", [])
            if a.get("use") not in _OUTDATED
        ),
        identifiers=_identifiers(patient),
        language=preferred_language(patient) or "en",
        caregiver=_caregiver(patient, path, related, findings),
        coverage=tuple(_coverage(c) for c in covers if c.get("status") == "active"),
    )


def preferred_language(person: Json) -> str:
    """The primary subtag of the preferred language: ``es`` for ``es-US``; empty if unsaid."""
    spoken = person.get("communication", [])
    for entry in sorted(spoken, key=lambda c: not c.get("preferred", False)):
        for coding in entry.get("language", {}).get("coding", []):
            if code := coding.get("code", ""):
                return str(code).split("-")[0].lower()
    return ""


def _identifiers(patient: Json) -> tuple[Identifier, ...]:
    return tuple(
        Identifier(
            system=i.get("system", ""),
            value=i["value"],
            kind=next((c["code"] for c in i.get("type", {}).get("coding", []) if "code" in c), ""),
        )
        for i in patient.get("identifier", [])
        if i.get("value") and i.get("use") not in _OUTDATED
    )


def _best_name(names: list[Json]) -> Json:
    order = {"official": 0, "usual": 1, None: 2}
    return min(names, key=lambda n: order.get(n.get("use"), 3), default={})


def _display(name: Json) -> str:
    return name.get("text") or " ".join(
        word for word in [*name.get("given", []), name.get("family", "")] if word
    )


def _reach(person: Json, system: str, path: Path, findings: Findings) -> str:
    """The best current e-mail address or phone number; unusable ones are found and left out."""
    usable: list[tuple[int, bool, int, str]] = []
    for index, point in enumerate(person.get("telecom", [])):
        kind = "phone" if point.get("system") == "sms" else point.get("system")
        if kind != system or point.get("use") == "old":
            continue
        value = point.get("value", "").strip()
        if not (_EMAIL if system == "email" else _PHONE).fullmatch(value):
            findings.warn(
                "unusable-address",
                (*path, "telecom", index),
                f"This is not {'an e-mail address' if system == 'email' else 'a phone number'}; "
                "it was left out.",
                "Correct it in the source system and send the bundle again.",
            )
            continue
        mobile = point.get("use") == "mobile" or point.get("system") == "sms"
        usable.append((point.get("rank", 1000), not mobile, index, value))
    return min(usable)[3] if usable else ""


def _caregiver(
    patient: Json, path: Path, related: Iterable[Json], findings: Findings
) -> Contact | None:
    """The first active RelatedPerson who can be reached; else a contact named as caregiver.

    Being on record with an address of one's own counts as consent to be contacted.
    """
    own = [r for r in related if r.get("active", True)]
    named = [c for c in patient.get("contact", []) if "caregiver" in _relationship(c).lower()]
    for person in [*own, *named]:
        names = person.get("name", {})
        name = _best_name(names) if isinstance(names, list) else names
        found = Contact(
            name=_display(name),
            relationship=_relationship(person),
            email=_reach(person, "email", path, findings),
            phone=_reach(person, "phone", path, findings),
            language=preferred_language(person),
        )
        if found.email or found.phone:
            return found
    return None


def _relationship(person: Json) -> str:
    for concept in person.get("relationship", []):
        if text := concept_text(concept):
            return text
    return ""


def _coverage(cover: Json) -> Coverage:
    payers = [p.get("display") or p.get("reference", "") for p in cover.get("payor", [])]
    return Coverage(
        payer=next((p for p in payers if p), ""),
        subscriber=cover.get("subscriberId", ""),
        plan=concept_text(cover.get("type", {})),
        codes=tuple(c["code"] for c in cover.get("type", {}).get("coding", []) if "code" in c),
    )


def concept_text(concept: Json) -> str:
    """What a CodeableConcept says: its text, else a display, else a code."""
    if text := concept.get("text"):
        return str(text)
    for part in ("display", "code"):
        for coding in concept.get("coding", []):
            if coding.get(part):
                return str(coding[part])
    return ""
