"""Conditions: the ICD-10-CM codes of what the patient has now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from worker.intake.entries import Entry
from worker.intake.findings import Findings
from worker.intake.observations import instant_of
from worker.intake.person import concept_text

Json = Mapping[str, Any]

ICD10 = frozenset({"http://hl7.org/fhir/sid/icd-10-cm", "urn:oid:2.16.840.1.113883.6.90"})
_ICD10_CODE = re.compile(r"([A-Z][0-9][0-9A-Z])\.?([0-9A-Z]{0,4})")
_ACTIVE = frozenset({"active", "recurrence", "relapse", ""})
_UNSURE = frozenset({"unconfirmed", "provisional", "differential"})


def _code(concept: Json) -> str:
    return next((str(c["code"]) for c in concept.get("coding", []) if "code" in c), "")


def read_conditions(
    entries: Iterable[Entry], at: int, zone: str, findings: Findings
) -> tuple[str, ...]:
    """ICD-10-CM codes of the active, confirmed conditions, sorted."""
    found: set[str] = set()
    uncoded: list[Entry] = []
    for entry in entries:
        condition = entry.resource
        verified = _code(condition.get("verificationStatus", {}))
        ended = str(condition.get("abatementDateTime", ""))
        if _code(condition.get("clinicalStatus", {})) not in _ACTIVE or (
            ended and instant_of(ended, zone) <= at
        ):
            continue
        if verified in ("entered-in-error", "refuted"):
            continue
        if verified in _UNSURE:
            findings.warn(
                "unconfirmed-condition",
                (*entry.path, "verificationStatus"),
                f"This condition is only {verified}; it does not count yet.",
                "Confirm it in the source system if it is established.",
            )
            continue
        codings = condition.get("code", {}).get("coding", [])
        codes = [c.get("code", "") for c in codings if c.get("system") in ICD10]
        matches = [m for code in codes if (m := _ICD10_CODE.fullmatch(code.strip().upper()))]
        found.update(f"{m[1]}.{m[2]}" if m[2] else m[1] for m in matches)
        if not matches:
            uncoded.append(entry)
    if uncoded:
        _find_uncoded(uncoded, findings)
    return tuple(sorted(found))


def _find_uncoded(entries: list[Entry], findings: Findings) -> None:
    """One finding for all of them: some systems send a hundred without ICD-10-CM."""
    first = entries[0]
    name = concept_text(first.resource.get("code", {}))
    what, them = f'The active condition "{name}" has', "it"
    if len(entries) > 1:
        what = f'{len(entries)} active conditions, the first of them "{name}", have'
        them = "them"
    findings.warn(
        "condition-without-icd10",
        (*first.path, "code"),
        f"{what} no valid ICD-10-CM code, so no pathway sees {them}.",
        "Add a coding with system http://hl7.org/fhir/sid/icd-10-cm.",
    )
