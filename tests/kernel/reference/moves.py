"""Moving to another time zone: local days and hours are those of the new place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

from pathways.spans import Span
from tests.kernel.reference.calendar import Clock
from tests.kernel.reference.words import Part, Row

ELAPSED = ("minute", "hour")


class Moves(Part):
    clock: Clock
    now: int

    def move(self, zone: str) -> None:
        """What ends with a day, or comes at a time of day, does so there. Choice: elapsed hours and
        appointments stay where they are."""
        here, self.clock = self.clock, Clock(zone)
        if here.zone.key == zone:
            return

        def there(at: int) -> int:
            wall = here.wall(at)
            return self.clock.at(wall.date(), wall.time())

        running: list[tuple[tuple[Any, ...], Row, str]] = []
        for e in self.running():
            local = self.local_dates(e)
            if e["status"] == "active":
                running += local
                continue
            for date, row, name in local:  # of a hold: they go on when it ends
                row[name] = (there(date[0]), *date[1:])
        # Choice: what falls on one instant there comes in the order in which it was due here.
        for date, row, name in sorted(running, key=lambda found: found[0][:2]):
            row[name] = (max(there(date[0]), self.now), self.number(), *date[2:])
        waiting = [m for m in self.unsent if not m["frozen"]]
        for m in sorted(waiting, key=lambda m: (m["at"], m["made"])):
            m.update(at=self.clock.contact(m["at"]), made=self.number())
        for task in self.tasks:
            self.move_task(task, here, there)
        for e in self.running():
            self.arrange_windows_anew(e)
            self.moved[e["pathway"]] = None

    def move_task(self, task: Row, here: Clock, there: Callable[[int], int]) -> None:
        ends_with_a_day = here.wall(task["due"]).time() == time(23, 59, 59)
        if task["frozen"]:
            task["due"] = there(task["due"]) if ends_with_a_day else task["due"]
            return
        # Choice: what was overdue there is overdue here, since when it was.
        moves = ends_with_a_day and task["due"] >= self.now
        if moves:
            task["due"] = max(there(task["due"]), self.now)
        told_by_the_day = any(after and after.unit not in ELAPSED for *_, after in task["chain"])
        if moves or (told_by_the_day and task["passed"] < len(task["chain"])):
            self.watch(task)

    def local_dates(self, e: Row) -> list[tuple[tuple[Any, ...], Row, str]]:
        """Deadlines of stages, dates of goals and reviews; steps whose time is told in days."""
        found = []
        for dates in (e["reviews"], e["goal-dates"]):
            found += [(date, dates, name) for name, date in dates.items()]
        for run in e["active"]:
            if run["deadline"] is not None:
                found.append((run["deadline"], run, "deadline"))
            for name, s in run["steps"].items():
                if s["date"] is not None and self.is_local(e["steps"][name], s["date"][2]):
                    found.append((s["date"], s, "date"))
        return found

    def is_local(self, step: Any, what: str) -> bool:
        spans: dict[str, Span | None] = {
            "start": step.delay,
            "waited": step.due,
            "again": step.every,
            "window": step.every,
        }
        span = spans[what]
        return span is not None and span.unit not in ELAPSED
