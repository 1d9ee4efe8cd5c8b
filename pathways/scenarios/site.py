"""What scenarios run against."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from pathways.calendar.table import CalendarTable
from pathways.compiled import CompiledPathway
from pathways.programs.program import Program

Calendars = Callable[[str, int], CalendarTable]
"""Zone and the first day (since 1970-01-01) -> the patient's calendar."""


class Site(Struct, frozen=True):
    """Pathways and calendars; programs, whose clocks scenarios may expect."""

    pathways: Mapping[str, tuple[str, CompiledPathway]]
    """id -> (digest, compiled)."""
    calendars: Calendars
    programs: tuple[Program, ...] = ()

    def with_pathway(self, digest: str, pathway: CompiledPathway) -> Site:
        """The same site with another version of one pathway."""
        changed = {**self.pathways, pathway.pathway: (digest, pathway)}
        return Site(changed, self.calendars, self.programs)
