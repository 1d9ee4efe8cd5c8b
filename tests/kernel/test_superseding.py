"""A greater alarm makes the work of lesser ones needless: a stroke sign that of a high pressure."""

from __future__ import annotations

from pathways.compiled import DataElement, Rule
from tests.kernel.building import human

POTASSIUM = DataElement("potassium", "quantity", unit="mmol/L", low=1, high=10)
LESSER = Rule(
    "raised",
    human("raised", response="RT-SD"),
    when=[">", ["value", "potassium"], 5.5],
    reads=("potassium",),
)
OTHER = Rule(
    "also-raised",
    human("also-raised", response="RT-SD"),
    when=[">", ["value", "potassium"], 5.5],
    reads=("potassium",),
)
GREATER = Rule(
    "severe",
    human("severe", response="RT-911"),
    when=[">", ["value", "potassium"], 6.5],
    reads=("potassium",),
    supersedes=("raised",),
)
