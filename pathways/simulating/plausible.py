"""What a person would plausibly answer or type, for patients that are made up."""

from __future__ import annotations

from pathways.compiled import DataElement, Item
from pathways.journey.events import Value

_WHOLE = ("1", "{score}", "/d")
"""Units that are counted, not measured."""


def possible(item: Item) -> list[int]:
    """The answers that an item of an instrument allows, in their order."""
    return [choice.value for choice in item.choices] or list(range(item.low, item.high + 1))


def unremarkable(element: DataElement, today: str) -> Value:
    """A value that nobody would act on; of a date, ``today`` (an ISO date)."""
    match element.type:
        case "choice":
            return element.options[0]
        case "boolean":
            return False
        case "quantity":
            return as_typed(element, element.warn_low or element.low or 0.0)
        case "date":
            return today
        case _:
            return "noted"


def as_typed(element: DataElement, number: float) -> float:
    """A number as it would be typed: in bounds, and with no more digits than people write."""
    low = element.low if element.low is not None else number
    high = element.high if element.high is not None else number
    return float(round(min(max(number, low), high), 0 if element.unit in _WHOLE else 1))
