"""Where the clocks of programs stand, from the record: no server is asked."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import Engine

from activities.records import people, reading
from activities.records.pathway_store import stored_pathway
from pathways.calendar.table import CalendarTable, deadline
from pathways.canonical import unpin
from pathways.compiled import CompiledPathway
from pathways.journey.effects import Entry
from pathways.language.issues import has_errors
from pathways.language.report import render
from pathways.narrative import day_and_time
from pathways.programs.evaluating import Board, standing
from pathways.programs.facts import KINDS, facts_of
from pathways.programs.program import Program
from pathways.spans import Span
from worker.admission import calendar_for
from worker.library import Library, LibraryError
from worker.settings import Settings


class Seen(Struct, frozen=True):
    """One patient as the record knows them. ``entries``: those that programs are about."""

    journey: str
    calendar: CalendarTable
    pathways: tuple[CompiledPathway, ...]
    entries: tuple[Entry, ...]

    def moment(self, instant: int) -> str:
        """An instant as the patient's calendar has it."""
        return day_and_time(self.calendar, instant)

    def until(self, now: int, span: Span | None) -> int | None:
        """The last second that lies within ``span`` from now, on the patient's calendar."""
        return None if span is None else deadline(self.calendar, now, span)

    def standing(self, programs: Sequence[Program], now: int) -> Board:
        """Every clock and period of this patient."""
        facts = facts_of(self.entries, self.pathways, self.calendar)
        return standing(facts, programs, self.calendar, now)


def programs_of(settings: Settings) -> dict[str, Program]:
    """The programs in use, by id. Raises ``LibraryError`` with every finding."""
    programs, issues = Library(settings.definitions).programs()
    if has_errors(issues):
        found = render(issues, {})
        raise LibraryError(f"The programs have errors and cannot be used:\n\n{found}")
    return programs


def sound_programs(settings: Settings) -> tuple[dict[str, Program], str]:
    """The programs that can be used, and a sentence about those that cannot: a misspelt program
    must not keep anybody from the worklist."""
    try:
        programs, issues = Library(settings.definitions).programs()
    except LibraryError as error:
        return {}, f"No deadline of a program is counted: {error}"
    if not has_errors(issues):
        return programs, ""
    return programs, "Programs with errors are not counted; careway check says what is wrong."


def seen(engine: Engine, settings: Settings, journeys: Sequence[str], now: int) -> dict[str, Seen]:
    """Patients by journey: their calendar (of the zone they live in now), pathways, timeline."""
    zones = people.zones(engine)
    enrolled = reading.digests(engine)
    known: dict[str, CompiledPathway] = {}
    found = {}
    for journey, entries in reading.timelines(engine, journeys, KINDS).items():
        mine = []
        for digest in enrolled.get(journey, ()):
            if digest not in known:
                pinned = stored_pathway(engine, digest)
                if pinned is None:
                    continue
                known[digest] = unpin(pinned)
            mine.append(known[digest])
        zone = zones.get(journey, settings.zone)
        calendar = calendar_for(zone, now, settings.country)
        found[journey] = Seen(journey, calendar, tuple(mine), tuple(entries))
    return found
