"""What a simulation follows from, and what its loop and its patients say to each other."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from pathways.calendar.table import CalendarTable
from pathways.compiled import CompiledPathway
from pathways.journey.effects import Book, Cancel, RecordBatch
from pathways.journey.events import Event
from pathways.journey.state import Journey
from pathways.simulating.behaviour import Behaviour
from pathways.simulating.staffing import Offers, Staffing
from pathways.simulating.tally import WEEK


class Course(Struct, frozen=True):
    """A pathway that patients of the simulation are on."""

    digest: str
    pathway: CompiledPathway
    behaviour: Behaviour


class Plan(Struct, frozen=True):
    """Everything that a simulation follows from. Instants are seconds since the epoch, UTC."""

    courses: tuple[Course, ...]
    together: bool
    """Every patient is on all pathways; otherwise they are dealt out, one for each."""
    staffing: Staffing
    offers: Offers
    calendar: CalendarTable
    start: int
    end: int
    seed: int
    patients: int

    @property
    def panels(self) -> int:
        """How many panels the patients make; the last may be smaller."""
        return -(-self.patients // self.staffing.panel)

    @property
    def weeks(self) -> int:
        """Full weeks, and the one begun."""
        return -(-(self.end - self.start) // WEEK)


class Move(NamedTuple):
    """An event is put to a journey at an instant."""

    journey: str
    event: Event
    at: int


class Lived(NamedTuple):
    """What became of it. On a real server ``record`` stays there and effects are carried out."""

    journey: Journey
    effects: tuple[Book | Cancel, ...] = ()
    record: RecordBatch | None = None
