"""The world around a played scenario: slots for appointments, and what tasks are answered with.

Deterministic: nothing here draws lots or reads a clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pathways.calendar.table import (
    CalendarTable,
    instant,
    is_business_day,
    later,
    local_day,
)
from pathways.compiled import CompiledPathway, DataElement, Instrument, Item
from pathways.journey.effects import Book
from pathways.journey.events import Done, Failed, Reading, Value
from pathways.journey.state import Appointment, Journey, Task
from pathways.journey.subjects import readings
from pathways.spans import Span

SLOT_AT = 10 * 3600
"""Second of the local day at which slots are free."""
QUARTER = 900


def answer(
    book: Book,
    now: int,
    calendar: CalendarTable,
    slots: Mapping[str, Span | None],
    others: Iterable[Appointment] = (),
) -> Done | Failed:
    """The scheduling service answers: the slot at 10:00 of the first open day asked for, or so
    long after the asking as the scenario says, or none. A patient who has to be elsewhere then
    (``others``) comes as many quarters of an hour later as it takes."""
    starts = _slot(book, now, calendar, slots)
    if starts is None:
        return Failed(book.key, "NoSlot")
    length = book.minutes * 60
    busy = sorted((o.starts, o.ends) for o in others if o.status == "booked")
    for begins, ends in busy:
        while begins < starts + length and starts < ends:
            starts += QUARTER
    times: dict[str, str | int] = {"starts": starts, "ends": starts + length}
    return Done(book.key, {"appointment": book.appointment, "provider": "provider", **times})


def _slot(
    book: Book, now: int, calendar: CalendarTable, slots: Mapping[str, Span | None]
) -> int | None:
    if book.service in slots:
        span = slots[book.service]
        if span is None:
            return None
        starts = instant(calendar, local_day(calendar, later(calendar, now, span)), SLOT_AT)
        return starts if book.earliest <= starts <= book.latest else None
    first, last = local_day(calendar, book.earliest), local_day(calendar, book.latest)
    for day in range(first, last + 1):
        starts = instant(calendar, day, SLOT_AT)
        if is_business_day(calendar, day) and book.earliest <= starts <= book.latest:
            return starts
    return book.earliest


class Answers:
    """What is found when a task asks: what the line says, else what is usual in the scenario,
    else what was known before, else the least remarkable value that there is."""

    def __init__(
        self,
        said: Mapping[str, Value],
        usual: Mapping[str, Value],
        items: Mapping[str, Mapping[str, int]],
    ) -> None:
        self.said = said
        self._usual = usual
        self._items = items

    def readings(
        self, task: Task, journey: Journey, pathways: list[CompiledPathway], *, extra: bool
    ) -> tuple[Reading, ...]:
        """Values of the data elements that a task collects; with ``extra`` also what else was
        said."""
        found: dict[str, Value] = {}
        for name in task.collect:
            element = next((p.data[name] for p in pathways if name in p.data), None)
            found[name] = self._value(name, element, journey)
        for name in (n for p in task.instruments for n in self._totals(p, pathways)):
            found[name] = self.said[name] if name in self.said else self._usual[name]
        if extra:
            found |= self.said
        return tuple(Reading(name, value, 0) for name, value in found.items())

    def answers(self, task: Task, pathways: list[CompiledPathway]) -> dict[str, dict[str, int]]:
        """Answers to the questionnaires for which no total was said."""
        found: dict[str, dict[str, int]] = {}
        for name in task.instruments:
            instrument = _instrument(name, pathways)
            if instrument is None or self._totals(name, pathways):
                continue
            given = self._items.get(name, {})
            found[name] = {item.id: self._answer(name, item, given) for item in instrument.items}
        return found

    def _answer(self, instrument: str, item: Item, given: Mapping[str, int]) -> int:
        full = f"{instrument}.{item.id}"
        said = given.get(item.id, self.said.get(full, self._usual.get(full)))
        if isinstance(said, int | float):
            return int(said)
        return min((choice.value for choice in item.choices), default=item.low)

    def _totals(self, name: str, pathways: list[CompiledPathway]) -> tuple[str, ...]:
        """The results of an instrument that are said outright."""
        instrument = _instrument(name, pathways)
        scores = () if instrument is None or name in self._items else instrument.scores
        totals = tuple(f"{name}.{score.id}" for score in scores)
        return tuple(t for t in totals if t in self.said or t in self._usual)

    def _value(self, name: str, element: DataElement | None, journey: Journey) -> Value:
        if name in self.said:
            return self.said[name]
        if name in self._usual:
            return self._usual[name]
        known = readings(journey, name)
        if known:
            return known[0].value
        return unremarkable(element) if element is not None else ""


def unremarkable(element: DataElement) -> Value:
    """No, the first option, the lower end of what is usual, a day long past."""
    match element.type:
        case "boolean":
            return False
        case "choice":
            return element.options[0] if element.options else ""
        case "date":
            return "2025-01-01"
        case "quantity":
            low = element.low if element.warn_low is None else element.warn_low
            return low if low is not None else 0.0
        case _:
            return "none"


def _instrument(name: str, pathways: list[CompiledPathway]) -> Instrument | None:
    return next((p.instruments[name] for p in pathways if name in p.instruments), None)
