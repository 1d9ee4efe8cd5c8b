"""Medicines: the ingredients of what the patient takes now.

There is no licence-free table of products, so names are read by the convention of RxNorm
("metformin hydrochloride 500 MG Oral Tablet [Glucophage]"): ingredient, salt, strength,
form, brand; several ingredients are separated by " / ".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from worker.intake.entries import Contents
from worker.intake.findings import Findings

Json = Mapping[str, Any]

_BRAND = re.compile(r"\[[^\]]*\]|\([^)]*\)")
_RELEASE = re.compile(r"^\s*\d+(\.\d+)?\s*(hr|hour|day|actuat|ml|mg)\b", re.IGNORECASE)
_STRENGTH = re.compile(r"\s+\d.*$", re.DOTALL)
_FORM = re.compile(
    r"\s+(extended release|delayed release|oral|tablets?|capsules?|injection|injectable|solution|"
    r"suspension|patch|transdermal|inhaler|cream|ointment|pen|er|xr|sr)\b.*$",
    re.IGNORECASE,
)
_ORDERED = frozenset({"order", "original-order", "reflex-order", "filler-order", "instance-order"})
_SALT_NAMES = (
    "hydrochloride hcl sulfate succinate tartrate bitartrate maleate mesylate besylate acetate "
    "fumarate phosphate citrate hydrobromide sodium potassium calcium magnesium dihydrate "
    "monohydrate anhydrous disodium"
)
_SALTS = frozenset(_SALT_NAMES.split())


def ingredients(name: str) -> tuple[str, ...]:
    """``"Metformin hydrochloride 500 MG Oral Tablet"`` -> ``("metformin",)``; sorted."""
    parts = re.split(r"\s+/\s+|\s+and\s+|\s*\+\s*", _BRAND.sub(" ", name))
    return tuple(sorted({found for part in parts if (found := _ingredient(part))}))


def _ingredient(part: str) -> str:
    bare = _FORM.sub("", _STRENGTH.sub("", _RELEASE.sub("", part)))
    words = bare.lower().split()
    # "sodium bicarbonate" keeps its first word: only what follows the name is a salt.
    while len(words) > 1 and words[-1] in _SALTS:
        words.pop()
    return " ".join(words)


def read_medications(contents: Contents, findings: Findings) -> tuple[str, ...]:
    """Ingredient names of the medicines that are active now, sorted."""
    found: set[str] = set()
    for entry in contents.of("MedicationRequest", "MedicationStatement"):
        order = entry.resource
        if order.get("status") != "active" or order.get("doNotPerform"):
            continue
        if entry.kind == "MedicationRequest" and order.get("intent") not in _ORDERED:
            continue
        names = ingredients(_medicine(order, contents))
        found.update(names)
        if not names:
            findings.warn(
                "medicine-without-name",
                entry.path,
                "This active medicine has no name that can be read; it was left out.",
                "Add a text or a RxNorm display to its medication.",
            )
    return tuple(sorted(found))


def _medicine(order: Json, contents: Contents) -> str:
    concept = order.get("medicationCodeableConcept")
    if concept is None:
        pointer = order.get("medicationReference", {})
        reference = str(pointer.get("reference", ""))
        own = (c for c in order.get("contained", []) if f"#{c.get('id')}" == reference)
        entry = contents.find(reference)
        medicine = next(own, entry.resource if entry else {})
        concept = medicine.get("code", {"text": pointer.get("display", "")})
    displays = (c["display"] for c in concept.get("coding", []) if "display" in c)
    return next(displays, "") or str(concept.get("text", ""))
