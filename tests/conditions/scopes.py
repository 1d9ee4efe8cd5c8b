"""The names that the conditions of these tests may use."""

from __future__ import annotations

from pathways.compiled import Band, DataElement, Instrument, Item, Score
from pathways.language.conditions import Scope


def _quantity(name: str, unit: str, label: str = "", line: int = 0) -> DataElement:
    return DataElement(name=name, type="quantity", unit=unit, label=label, line=line)


def _instrument(name: str, items: int) -> Instrument:
    ids = tuple(f"item-{n}" for n in range(1, items + 1))
    return Instrument(
        id=name,
        version="1",
        title=name.upper(),
        licence="",
        items=tuple(Item(id=item, text=item) for item in ids),
        scores=(Score("score", "sum", ids, bands=(Band("mild", 0, 9), Band("moderate", 10, 27))),),
    )


DATA = (
    _quantity("hba1c", "%", "HbA1c", line=10),
    _quantity("weight", "kg", line=11),
    _quantity("sbp", "mm[Hg]"),
    _quantity("dbp", "mm[Hg]"),
    _quantity("glucose", "mg/dL"),
    _quantity("heart-rate", "/min"),
    _quantity("platelets", "10*3/uL"),
    DataElement(
        name="foot-risk", type="choice", options=("low", "moderate", "high", "active"), line=7
    ),
    DataElement(name="insulin", type="boolean"),
    DataElement(name="surgery-date", type="date"),
    DataElement(name="note", type="text"),
)
TERMS = {
    "worse": "hba1c > 9 or change(weight, '1 month') >= 3",
    "gain": "change(weight, '1 day')",
    "bad": "hba1c > 'x'",
    "misspelt": "hb1ac > 9",
    "round": "about and insulin",
    "about": "round or insulin",
}
SCOPE = Scope(
    data={element.name: element for element in DATA},
    instruments={"phq-9": _instrument("phq-9", 9), "4at": _instrument("4at", 4)},
    terms=TERMS,
    steps=("first-assessment", "visit"),
)
