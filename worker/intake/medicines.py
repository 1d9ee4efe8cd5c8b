"""Medicines: the ingredients of what the patient takes now.

There is no licence-free table of products, so names are read by the convention of RxNorm
("metformin hydrochloride 500 MG Oral Tablet [Glucophage]"): ingredient, salt, strength,
form, brand; several ingredients are separated by " / ".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pathways.medicines.rules import Medicine
from worker.intake.dosage import medicine_from
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


def read_medications(contents: Contents, findings: Findings) -> tuple[Medicine, ...]:
    """The medicines that are active now, with what their orders say, by name."""
    found: dict[tuple[str, str, float, str], Medicine] = {}
    for entry in contents.of("MedicationRequest", "MedicationStatement"):
        order = entry.resource
        if order.get("status") != "active" or order.get("doNotPerform"):
            continue
        if entry.kind == "MedicationRequest" and order.get("intent") not in _ORDERED:
            continue
        name, product = _medicine(order, contents)
        names = ingredients(name)
        if names:
            one = medicine_from("/".join(names), product, order)
            # A renewed order is the same line, taken since the first; another dose is another line.
            key = (one.name, one.way, one.daily, one.unit)
            found[key] = min((found.get(key, one), one), key=lambda m: m.since or "9")
        else:
            findings.warn(
                "medicine-without-name",
                entry.path,
                "This active medicine has no name that can be read; it was left out.",
                "Add a text or a RxNorm display to its medication.",
            )
    return tuple(found[key] for key in sorted(found))


def _medicine(order: Json, contents: Contents) -> tuple[str, str]:
    """Its name, and all that its names say (a strength may stand in the text only)."""
    concept = order.get("medicationCodeableConcept")
    if concept is None:
        pointer = order.get("medicationReference", {})
        reference = str(pointer.get("reference", ""))
        own = (c for c in order.get("contained", []) if f"#{c.get('id')}" == reference)
        entry = contents.find(reference)
        medicine = next(own, entry.resource if entry else {})
        concept = medicine.get("code", {"text": pointer.get("display", "")})
    displays = (c["display"] for c in concept.get("coding", []) if "display" in c)
    text = str(concept.get("text", ""))
    name = next(displays, "") or text
    return name, name if _STRENGTH.search(name) or not text else text
