"""Contacts that reach nobody (X1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pathways.spans import Span
from tests.kernel.reference.words import No, Part, Row

ANSWERED = ("reached", "rebook", "accepted", "still-declined")


class Contacts(Part):
    def tried_in_vain(self, task: Row, event: Any) -> None:
        """Nobody answered. Three attempts on three days, or as the step says."""
        if event.values or event.answers:
            raise No("nobody-reached")
        when = self.now if event.at is None else min(event.at, self.now)
        plan = task["spec"].unreachable
        # Choice: urgent work cannot wait for another day, so there every attempt counts.
        if task["urgent"] or self.clock.day(when) not in map(self.clock.day, task["tries"]):
            task["tries"].append(when)
        if len(task["tries"]) >= plan.attempts:
            self.give_up(task, plan)
        elif not task["urgent"]:
            newest = max(task["tries"])
            next_day = self.clock.day(newest) + timedelta(days=1)
            wanted = self.clock.day(self.clock.after(newest, plan.again))
            task["again"] = self.clock.morning(max(wanted, next_day))

    def give_up(self, task: Row, plan: Any) -> None:
        e = self.enrollments[task["pathway"]]
        name, number = task["step"], task["occurrence"]
        self.close_task(task)
        letter = (task["contact"], plan.message)
        # Choice: one letter, until somebody has answered; a series would write without end.
        if plan.message and letter not in self.written and e["status"] != "discharged":
            fate = self.notify(e, name, number, "unreachable", *letter)
            if fate != "withheld":
                self.written.append(letter)
        self.moved[e["pathway"]] = None
        if task["stage"]:
            self.finish(e, name, number, "missed", "unable-to-reach")
        mine = (e["pathway"], name, "unreachable")
        if not any((t["pathway"], t["step"], t["about"]) == mine for t in self.tasks):
            self.open_task(
                e,
                "",
                name,
                number,
                "inform",
                plan.inform,
                task["spec"].due if task["urgent"] else Span(1, "business-day"),
                outcomes=("noted",),
                about="unreachable",
                response=task["class"] if task["urgent"] else "",
            )
        for other in plan.start:
            home = next((r for r in e["active"] if r["stage"] == e["home"][other]), None)
            if home is not None and home["steps"].get(other, self.blank())["status"] != "open":
                self.start(e, home, e["steps"][other])

    def answered(self) -> None:
        self.written.clear()
