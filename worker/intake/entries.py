"""The resources of a bundle that belong to its one patient."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from pathways.language.issues import Place, Related, suggest
from worker.intake.findings import Finding, Findings, Path, Places, path_from, place_of, written

Json = Mapping[str, Any]

MAX_CHARACTERS = 32 * 1024 * 1024
_SUBJECTS = ("subject", "patient", "beneficiary")


class Entry(Struct, frozen=True):
    """A resource with its path in the bundle; ``url`` is the entry's fullUrl."""

    resource: dict[str, Any]
    path: Path
    url: str = ""

    @property
    def kind(self) -> str:
        return str(self.resource.get("resourceType", ""))

    @property
    def reference(self) -> str:
        """``Observation/a1c-1``; without an id, the place in the bundle."""
        given = self.resource.get("id")
        return f"{self.kind}/{given}" if given else f"{self.kind} at {written(self.path)}"

    def is_named_by(self, reference: str) -> bool:
        """Whether a FHIR reference (relative, absolute or urn) means this resource."""
        plain = reference.split("/_history/", maxsplit=1)[0]
        own = f"{self.kind}/{self.resource.get('id', '')}"
        return plain in (own, self.url) or plain.endswith(f"/{own}")


class Contents(Struct, frozen=True):
    """A bundle whose shape is sound: one patient, and what belongs to it."""

    patient: Entry
    entries: tuple[Entry, ...]

    def of(self, *kinds: str) -> Iterator[Entry]:
        return (entry for entry in self.entries if entry.kind in kinds)

    def find(self, reference: str) -> Entry | None:
        return next((e for e in self.entries if e.is_named_by(reference)), None)


def parse(text: str, file: str) -> tuple[dict[str, Any] | None, Findings]:
    """JSON text to a bundle as plain data, refused unless it is a FHIR R4 Bundle in form."""
    text = text.removeprefix("\ufeff")
    findings = Findings(Places(file, text))
    read = _syntax(text, file)
    if isinstance(read, Finding):
        findings.found.append(read)
        return None, findings
    kind = read.get("resourceType") if isinstance(read, dict) else None
    if kind != "Bundle" or not isinstance(read, dict):
        said = f"a {kind}" if isinstance(kind, str) else "JSON of another kind"
        hint = suggest(kind, ["Bundle"]) if isinstance(kind, str) else ""
        findings.refuse(
            "not-a-bundle",
            ("resourceType",),
            f"This is {said}, not a FHIR Bundle.",
            hint if hint.startswith("Did") else "Send the patient and all resources in one Bundle.",
        )
        return None, findings
    return read, findings


def _syntax(text: str, file: str) -> object:
    def refused(message: str, offset: int, hint: str) -> Finding:
        return Finding("malformed-json", message, place_of(file, text, offset), hint=hint)

    if len(text) > MAX_CHARACTERS:
        return Finding(
            "too-big",
            f"The bundle has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read.",
            Place(file, 1, 1),
            hint="Send only the resources of one patient.",
        )
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        reason = error.msg[:1].lower() + error.msg[1:]
        return refused(
            f"The file is not well-formed JSON: {reason}.",
            error.pos,
            "Correct the file at this place, or export it again.",
        )
    except RecursionError:
        return refused(
            "The file nests too deeply to be a FHIR bundle.", 0, "Export the bundle again."
        )


def gather(bundle: dict[str, Any], findings: Findings) -> Contents | None:
    """Validate every resource and keep those of the one patient.

    Refused: a broken bundle or Patient, no Patient, several Patients. Left out with a
    finding: other resources that are not valid R4, or that name another patient.
    """
    import fhirkit

    try:
        # The text and not the parsed bundle: only there can a key appear twice.
        issues = fhirkit.validate(findings.places.text)
    except fhirkit.ParseError as error:
        findings.refuse("malformed-json", (), f"The file is not FHIR JSON: {error}.", _REPAIR)
        return None
    spoiled: set[int] = set()
    for issue in issues:
        if issue.severity != "error":
            continue
        path = path_from(issue.path)
        index = path[1] if len(path) > 1 and path[0] == "entry" else None
        inner = isinstance(index, int) and len(path) > 2 and path[2] == "resource"
        kind = _kind(bundle, index) if inner and isinstance(index, int) else "Bundle"
        say = findings.refuse if kind in ("Bundle", "Patient") else findings.warn
        if isinstance(index, int):
            spoiled.add(index)
        if issue.message.endswith("resource type this build knows"):
            findings.warn(
                "unknown-resource-type",
                (*path, "resourceType"),
                f'"{kind}" is not a FHIR R4 resource type; the resource was left out.',
                suggest(kind, fhirkit.RESOURCE_TYPES),
            )
        else:
            left_out = "" if say == findings.refuse else " The resource was left out."
            say("not-fhir", path, f"{written(path)}: {issue.message}.{left_out}", _REPAIR)
    if any(f.severity == "error" for f in findings.found):
        return None
    entries = tuple(
        Entry(e["resource"], ("entry", i, "resource"), e.get("fullUrl", ""))
        for i, e in enumerate(bundle.get("entry", []))
        if "resource" in e and i not in spoiled
    )
    patient = _one_patient(entries, findings)
    if patient is None:
        return None
    return Contents(patient, tuple(e for e in entries if _belongs(e, patient, findings)))


_REPAIR = "Correct the resource to FHIR R4 in the source system and send the bundle again."


def _kind(bundle: dict[str, Any], index: int) -> str:
    resource = bundle["entry"][index].get("resource")
    return str(resource.get("resourceType", "")) if isinstance(resource, dict) else ""


def _one_patient(entries: tuple[Entry, ...], findings: Findings) -> Entry | None:
    patients = [entry for entry in entries if entry.kind == "Patient"]
    if not patients:
        findings.refuse(
            "no-patient",
            ("entry",),
            "The bundle has no Patient.",
            "Add the Patient that the other resources are about.",
        )
        return None
    if len(patients) > 1:
        first = findings.places.at(patients[0].path)
        findings.found.append(
            Finding(
                "several-patients",
                f"The bundle has {len(patients)} Patients; a bundle is about one.",
                findings.places.at(patients[1].path),
                related=(Related(first, "the first Patient is here"),),
                hint="Send one bundle for each patient.",
                path=written(patients[1].path),
            )
        )
        return None
    return patients[0]


def _belongs(entry: Entry, patient: Entry, findings: Findings) -> bool:
    for name in _SUBJECTS:
        subject = entry.resource.get(name)
        reference = subject.get("reference", "") if isinstance(subject, dict) else ""
        if reference and not patient.is_named_by(reference):
            findings.warn(
                "another-patient",
                (*entry.path, name),
                f"This {entry.kind} is about {reference}, who is not the patient of the bundle; "
                "it was left out.",
                "Check that the bundle does not mix two patients.",
            )
            return False
    return True
