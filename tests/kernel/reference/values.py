"""Values taken, and what follows from a change."""

from __future__ import annotations

from math import isfinite
from typing import Any

from pathways.journey import events as ev
from tests.kernel.reference.conditions import holds
from tests.kernel.reference.words import (
    AHEAD,
    No,
    Part,
    Row,
)


class Values(Part):
    def fault(self, reading: ev.Reading) -> str:
        if reading.observed > self.now + AHEAD:
            return "in-the-future"
        if self.is_struck(reading):
            return "retracted-value"
        running = [e for e in self.enrollments.values() if e["status"] != "discharged"]
        element = next((e["spec"].data.get(reading.name) for e in running), None)
        if element is None:
            return "unknown-value"
        if element.type == "choice":
            return "" if reading.value in element.options else "unknown-option"
        if element.type == "date":
            return ""
        if isinstance(reading.value, str | bool) or not isfinite(reading.value):
            return "wrong-type"
        return "" if element.low <= reading.value <= element.high else "implausible"

    def take(self, readings: Any) -> None:
        """Readings kept: the newest few; one of the same instant is a correction."""
        for reading in readings:
            log = self.facts.setdefault(reading.name, [])
            observed = reading.observed or self.now
            before = list(log)
            log[:] = [r for r in log if r["observed"] != observed]
            new = {"observed": observed, "value": reading.value, "told": self.now}
            log.append(new)
            log.sort(key=lambda r: -r["observed"])
            del log[3:]
            if new in log:
                self.came(reading.name, before, new)
                self.changed[reading.name] = None

    def check(self, readings: Any) -> None:
        for reading in readings:
            if fault := self.fault(reading):
                raise No(fault)

    def on_record(self, event: ev.Record) -> None:
        self.check(event.readings)
        self.take(event.readings)

    def on_device(self, event: ev.Device) -> None:
        for reading in event.readings:
            if not self.fault(reading):
                self.take([reading])

    def settle(self) -> None:
        while self.changed or self.moved:
            if self.changed:
                names, self.changed = list(self.changed), {}
                self.rules_on_values(names)
                self.look_back()
                for e in self.running():
                    if e["matters"] & set(names):
                        self.moved[e["pathway"]] = None
            else:
                pathway = next(iter(self.moved))
                del self.moved[pathway]
                self.go_on(self.enrollments[pathway])

    def running(self) -> list[Row]:
        return [e for e in self.enrollments.values() if e["status"] != "discharged"]

    def true(self, expr: Any, e: Row) -> bool:
        return holds(expr, self, e, e["spec"]) is True

    def go_on(self, e: Row) -> None:
        """Start what can start, leave what is complete, until nothing changes."""
        while e["status"] == "active":
            self.moved.pop(e["pathway"], None)
            self.follow_the_date(e)
            for run in list(e["active"]):
                for name, s in list(run["steps"].items()):
                    step = e["steps"][name]
                    waits = s["status"] == "open" and step.verb == "wait" and step.until
                    if waits and self.true(step.until, e):
                        self.finish(e, name, s["occurrence"], "done", "condition")
            if not self.start_one(e) and not self.leave_one(e):
                self.ensure_way_out(e)
                return

    def start_one(self, e: Row) -> bool:
        for run in e["active"]:
            for step in e["stages"][run["stage"]].steps:
                s = run["steps"].get(step.id)
                if s is not None and (s["status"] != "waiting" or s["armed"]):
                    continue
                if self.in_revision(e) and self.waits_for_the_plan(step):
                    continue
                fates = [self.fate(e, other) for other in step.after]
                # Choice: of several, one that was declined settles it.
                if "declined" in fates:
                    run["steps"][step.id] = self.blank() | {
                        "status": "skipped",
                        "ended": True,
                        "outcome": "declined",
                        "started": 0 if s is None else s["started"],
                        "occurrence": 0 if s is None else s["occurrence"],
                    }
                    e["ends"][step.id], e["outcomes"][step.id] = "skipped", "declined"
                    return True
                if "wait" in fates or self.wanted(e, step) is not True:
                    continue
                if step.window is not None:
                    if not self.begin_in_window(e, run, step):
                        continue
                elif step.delay is not None and step.id not in e["out"]:
                    s = run["steps"].setdefault(step.id, self.blank())
                    s["armed"] = True
                    s["date"] = (self.clock.after(self.now, step.delay), self.number(), "start")
                else:
                    self.start(e, run, step)
                return True
        return False

    def wanted(self, e: Row, step: Any) -> bool | None:
        """Its condition, and one of every group it waits for: no beats unknown beats yes."""
        answers = [holds(step.when, self, e, e["spec"])]
        for group in step.after_any:
            if any(name in run["achieved"] for run in e["active"] for name in group):
                answers.append(True)
            else:
                pending = [name for name in group if self.fate(e, name) == "wait"]
                answers.append(None if pending else False)
        return min(answers, key=[False, None, True].index)

    @staticmethod
    def blank() -> Row:
        return {
            "status": "waiting",
            "occurrence": 0,
            "started": 0,
            "opened": 0,
            "ended": False,
            "armed": False,
            "outcome": "",
            "misses": 0,
            "date": None,
            "anchor": "",
        }

    def fate(self, e: Row, name: str) -> str:
        """Of a step that others come after: it has ended, was declined, or is waited for."""
        home = e["home"][name]
        run = next((r for r in e["active"] if r["stage"] == home), None)
        goes_on = e["steps"][name].declined.go_on
        if run is None:
            # Choice: a step of a stage that was left without it does not hold up others.
            how, outcome = e["ends"].get(name, ""), e["outcomes"].get(name, "")
            if not goes_on and self.said_no(how, outcome):
                return "declined"
            return "over" if how or e["entered"].get(home) else "wait"
        s = run["steps"].get(name) or self.blank()
        if s["ended"] and s["status"] != "open":
            no = self.said_no(s["status"], s["outcome"])
            return "declined" if no and not goes_on else "over"
        if s["status"] == "open" or s["armed"]:
            return "wait"
        never = self.wanted(e, e["steps"][name]) is False
        before = [self.fate(e, other) for other in e["steps"][name].after]
        return "over" if never and "wait" not in before else "wait"

    @staticmethod
    def said_no(how: str, outcome: str) -> bool:
        """By the patient, or by who rejected the plan; or it came after such a step."""
        return how == "declined" or (how == "skipped" and outcome in ("declined", "disabled"))
