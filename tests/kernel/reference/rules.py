"""Rules: judged when a value or an event arrives."""

from __future__ import annotations

from typing import Any

from pathways.spans import Span
from tests.kernel.reference.calendar import usual_length
from tests.kernel.reference.words import (
    ALARM_AGE,
    URGENT,
    Part,
    Row,
)


class Rules(Part):
    def rules_on_values(self, names: list[str]) -> None:
        for e in self.running():
            judged = []
            for name in names:
                for rule in e["spec"].rules:
                    if not rule.on and name in rule.reads and rule not in judged:
                        judged.append(rule)
            for rule in judged:
                seen = [n for n in names if n in rule.reads]
                if not self.belongs_to_the_past(e, rule, seen):
                    self.judge(e, rule, seen)

    def rules_on_event(self, event: str) -> None:
        for e in self.running():
            for rule in e["spec"].rules:
                if rule.on == event:
                    self.judge(e, rule, [])

    def judge(self, e: Row, rule: Any, seen: list[str]) -> None:
        """In hospital others watch (X5); a hold stops the clocks, not the alarms."""
        if self.hospital or e["status"] == "discharged" or self.plan_waits(e, rule):
            return
        if rule.during and not any(r["stage"] in rule.during for r in e["active"]):
            return
        if not self.true(rule.when, e):
            return
        last = e["fired"].get(rule.id)
        logs = [self.facts[name] for name in seen if self.facts.get(name)]
        told = [max(log, key=lambda r: r["observed"])["told"] for log in logs]
        if last is not None and told and all(t <= last and t < self.now for t in told):
            return  # what arrived is older than what it fired on
        self.act(e, rule, self.too_old(seen))

    def act(self, e: Row, rule: Any, old: bool) -> None:
        mine = (e["pathway"], rule.id)
        theirs = [
            t for t in self.tasks if mine in [(s["pathway"], s["step"]) for s in t["sources"]]
        ]
        last = e["fired"].get(rule.id)
        other = {"message", "effect"} if old else {"message", "effect", "review"}
        if rule.do is not None and any(t["kind"] not in other for t in theirs):
            return
        quiet = usual_length(rule.again) if rule.again is not None else 0
        if last is not None and self.now - last < quiet:
            return
        self.fire(e, rule, old)

    def too_old(self, seen: list[str]) -> bool:
        """T10: an observation of more than 48 hours ago is looked at, not alarmed."""
        logs = [self.facts[name] for name in seen if self.facts.get(name)]
        newest = [max(r["observed"] for r in log) for log in logs]
        return bool(newest) and self.now - max(newest) > ALARM_AGE

    def fire(self, e: Row, rule: Any, old: bool) -> None:
        number = e["counts"][rule.id] = e["counts"].get(rule.id, 0) + 1
        step = rule.do
        if step is None or not old:
            e["fired"][rule.id] = self.now
        if step is not None and old:
            self.open_task(
                e,
                "",
                rule.id,
                number,
                "review",
                step.by,
                Span(1, "same-day"),
                outcomes=("reviewed",),
            )
        elif step is not None and step.verb == "notify":
            self.notify(
                e, rule.id, number, "notify", step.to, step.message, urgent=step.response in URGENT
            )
        elif step is not None and not self.raise_alarm(e, number, step):
            self.open_task(e, "", rule.id, number, step.verb, step.by, step.due, step=step)
        if step is None or not old:
            self.make_needless(e, rule.supersedes)
        if rule.start:
            run = next((r for r in e["active"] if r["stage"] == e["home"][rule.start]), None)
            s = self.blank() if run is None else run["steps"].get(rule.start, self.blank())
            if run is not None and s["status"] != "open":
                self.start(e, run, e["steps"][rule.start])
        if rule.go == "discharge":
            self.discharge(e, rule.disposition or "completed")
        elif rule.go and self.may_review(e):
            self.review(e, rule.go)

    def make_needless(self, e: Row, lesser: tuple[str, ...]) -> None:
        """What these rules asked for is cancelled; failures and reviews of theirs stay."""
        for task in list(self.tasks):
            rest = [
                s
                for s in task["sources"]
                if s["pathway"] != e["pathway"] or s["stage"] or s["step"] not in lesser
            ]
            asked_for = task["kind"] not in ("message", "effect", "review")
            if asked_for and len(rest) < len(task["sources"]):
                self.leave_task(task, rest)
