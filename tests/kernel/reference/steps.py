"""Steps: starting and ending an occurrence."""

from __future__ import annotations

from typing import Any

from pathways.journey import events as ev
from pathways.spans import Span
from tests.kernel.reference.calendar import usual_length
from tests.kernel.reference.sharing import source
from tests.kernel.reference.windows import OVER
from tests.kernel.reference.words import (
    PEOPLE,
    Part,
    Row,
)


class Steps(Part):
    def start(self, e: Row, run: Row, step: Any, due: Span | None = None) -> None:
        s = run["steps"].setdefault(step.id, self.blank())
        if step.id in e["out"]:
            self.left_out(e, s, step.id)
            return
        number = e["counts"][step.id] = e["counts"].get(step.id, 0) + 1
        s.update(
            status="open",
            armed=False,
            occurrence=number,
            started=s["started"] + 1,
            ended=False,
            opened=self.now,
            outcome="",
            date=None,
        )
        found = self.window_of(e, step)
        s["anchor"] = "" if found is None else found.told
        due = due or self.time_in_window(e, step)
        at = (step.id, number)
        if self.was_done_lately(e, step):
            self.finish(e, *at, "done", "shared")
            return
        if step.verb == "notify" and self.another_says_goodbye(e, run, step):
            self.finish(e, *at, "done", "left-to-another")
            return
        if step.verb == "approve" and not self.to_judge(e, step):
            self.finish(e, *at, "skipped", "no-draft")
        elif step.approvers:
            self.seats(e, run["stage"], step, number, due or step.due)
        elif step.verb in PEOPLE:
            self.work(e, run["stage"], step, number, due or step.due)
        elif step.verb == "schedule":
            self.request(e, run["stage"], step, number, self.clock.by(self.now, due or step.due))
        elif step.verb == "notify":
            fate = self.notify(e, *at, "notify", step.to, step.message)
            if fate != "delayed":
                self.finish(e, *at, "done", fate)
        elif step.verb == "decide":
            self.decide(e, step, number)
        elif step.verb == "milestone":
            self.finish(e, *at, "done", "reached")
        elif step.verb == "wait":
            moment = self.clock.after(self.now, due or step.due)
            s["date"] = self.date(e, moment, "waited")
        elif step.verb == "monitor":
            s["date"] = self.date(e, self.clock.after(self.now, step.every), "window")

    def work(self, e: Row, stage: str, step: Any, number: int, due: Span) -> None:
        """A task, of its own or with others who need the same."""
        task = self.task_to_join(e, step)
        if task is not None:
            self.join(task, source(e, stage, step.id, number, step), due)
            return
        ends = step.outcomes or ("done",)
        at = (step.id, number)
        self.open_task(e, stage, *at, step.verb, step.by, due, step=step, outcomes=ends)
        for other, run, theirs in self.calls_due_soon(e, step):
            self.start(other, run, theirs)

    def another_says_goodbye(self, e: Row, run: Row, step: Any) -> bool:
        """The end of the program is told once, by the last to close or the first of a week."""

        def closing(one: Row) -> bool:
            phases = {stage.id: stage.phase for stage in one["spec"].stages}
            return any(phases[r["stage"]] == "discharge" for r in one["active"])

        mine = next(s for s in e["spec"].stages if s.id == run["stage"])
        if mine.phase != "discharge" or step.to not in ("patient", "caregiver"):
            return False
        others = [o for o in self.enrollments.values() if o is not e]
        if any(o["status"] != "discharged" and not closing(o) for o in others):
            return True
        by, when = self.goodbyes.get(step.to, (e["pathway"], 0))
        if by != e["pathway"] and self.now - when <= 7 * 86_400:
            return True
        self.goodbyes[step.to] = (e["pathway"], self.now)
        return False

    def date(self, e: Row, at: int, *what: str) -> tuple[Any, ...]:
        """When something is due.

        Choice: in a hold no new clock runs; all the time left now is left at its end.
        """
        waited = self.now - e["held"] if e["status"] == "held" else 0
        return (at - waited, self.number(), *what)

    def decide(self, e: Row, step: Any, number: int) -> None:
        for row in step.table:
            if self.true(row.when, e):
                self.take([ev.Reading(n, v, self.now) for n, v in row.set.items()])
                self.finish(e, step.id, number, "done", "decided")
                return
        self.finish(e, step.id, number, "failed", "no-row")

    def run_with(self, e: Row, name: str) -> Row | None:
        return next((r for r in e["active"] if name in r["steps"]), None)

    def finish(self, e: Row, name: str, number: int, how: str, outcome: str) -> None:
        """An occurrence ends; a recurring step is arranged again, from its own start."""
        e["ends"][name] = how
        e["outcomes"][name] = outcome or e["outcomes"].get(name, "")
        self.moved[e["pathway"]] = None
        shared = e["steps"][name].same
        if how == "done" and shared and outcome != "shared":
            self.done_for[shared] = (e["pathway"], self.now)
        run = self.run_with(e, name)
        if run is None or run["steps"][name]["occurrence"] != number:
            return
        if how == "done":
            run["achieved"].append(name)
        s, step = run["steps"][name], e["steps"][name]
        s.update(status=how, ended=True, outcome=outcome, date=None)
        s["misses"] = 0 if how == "done" else s["misses"]
        if step.every is not None and step.verb != "monitor" and how != "declined":
            self.arrange(e, step, s)

    def arrange(self, e: Row, step: Any, s: Row) -> None:
        """The next occurrence; what fell due meanwhile is not made up for."""
        if step.times and s["started"] >= step.times:
            return
        found = self.window_of(e, step)
        if found is not None:
            at = self.next_in_window(found, step, s["opened"])
            if at is None:
                s.update(outcome=OVER, armed=False, ended=True)
                s["status"] = "done" if s["status"] == "waiting" else s["status"]
                self.moved[e["pathway"]] = None
            else:
                s.update(status="waiting", armed=True, date=self.date(e, at, "again"))
            return
        moment = s["opened"]
        while moment <= self.now:
            moment = self.clock.after(moment, step.every)
        s.update(status="waiting", armed=True, date=self.date(e, moment, "again"))

    def step_date(self, e: Row, run: Row, name: str, what: str) -> None:
        s, step = run["steps"][name], e["steps"][name]
        s["date"] = None
        if what == "waited":
            self.finish(e, name, s["occurrence"], "done", "time")
        elif what == "start" and step.window is not None and not self.true(step.when, e):
            s["armed"] = False
            self.moved[e["pathway"]] = None
        elif what == "start":
            self.start(e, run, step)
        elif what == "window":
            self.window(e, step, s)
        elif step.until is not None and self.true(step.until, e):
            s.update(status="done", armed=False, ended=True)
            self.moved[e["pathway"]] = None
        elif self.true(step.when, e):
            self.start(e, run, step)
        else:
            s["opened"] = self.now
            self.arrange(e, step, s)

    def window(self, e: Row, step: Any, s: Row) -> None:
        """A monitor's window has ended."""
        if step.until is not None and self.true(step.until, e):
            self.finish(e, step.id, s["occurrence"], "done", "ended")
            return
        readings = self.facts.get(step.element, [])
        newest = max((r["observed"] for r in readings), default=None)
        if newest is None or self.now - newest > usual_length(step.every):
            self.nothing_read(e, step)
        # Choice: what this window leaves for later comes before the end of the next, when both
        # fall on one instant.
        s["date"] = self.date(e, self.clock.after(self.now, step.every), "window")

    def nothing_read(self, e: Row, step: Any) -> None:
        count = e["counts"][f"{step.id}.missing"] = e["counts"].get(f"{step.id}.missing", 0) + 1
        if step.message:
            self.notify(e, step.id, count, "reminder", "patient", step.message)
        mine = (e["pathway"], step.id, "monitor")
        if not any((t["pathway"], t["step"], t["kind"]) == mine for t in self.tasks):
            self.open_task(
                e,
                "",
                step.id,
                count,
                "monitor",
                step.by,
                step.due,
                step=step,
                outcomes=("reached", "unable-to-reach"),
            )
