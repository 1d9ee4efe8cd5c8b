"""Contacts that reach nobody (X1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pathways.spans import Span
from tests.kernel.reference.sharing import contact_of
from tests.kernel.reference.words import No, Part, Row

ANSWERED = ("reached", "rebook", "accepted", "still-declined")


class Contacts(Part):
    def tried_in_vain(self, task: Row, event: Any) -> None:
        """Nobody answered. Three attempts on three days, or as the step says."""
        if event.values or event.answers:
            raise No("nobody-reached")
        when = self.now if event.at is None else min(event.at, self.now)
        plan = next(s["spec"].unreachable for s in task["sources"] if contact_of(s["spec"]))
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
        told: list[str] = []
        for each in task["sources"]:
            self.not_reached(task, each, told)

    def not_reached(self, task: Row, part: Row, told: list[str]) -> None:
        """For one of the steps of a task: it ends, somebody hears of it, others begin instead."""
        e, step = self.enrollments[part["pathway"]], part["spec"]
        plan, name, number = step.unreachable, part["step"], part["occurrence"]
        self.moved[e["pathway"]] = None
        if part["stage"]:
            self.finish(e, name, number, "missed", "unable-to-reach")
        role = plan.inform or e["spec"].supervisor
        mine = (e["pathway"], name, "unreachable")
        known = any((t["pathway"], t["step"], t["about"]) == mine for t in self.tasks)
        if role not in told and not known:
            due = step.due if task["urgent"] and step.due is not None else Span(1, "business-day")
            self.open_task(
                e,
                "",
                name,
                number,
                "inform",
                role,
                due,
                outcomes=("noted",),
                about="unreachable",
                response=task["class"] if task["urgent"] else "",
            )
        told.append(role)
        for other in plan.start:
            home = next((r for r in e["active"] if r["stage"] == e["home"][other]), None)
            if home is not None and home["steps"].get(other, self.blank())["status"] != "open":
                self.start(e, home, e["steps"][other])

    def answered(self) -> None:
        self.written.clear()
