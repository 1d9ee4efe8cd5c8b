"""The past: readings that come late, and readings that were wrong."""

from __future__ import annotations

from typing import Any

from pathways.journey import events as ev
from tests.kernel.reference.conditions import holds
from tests.kernel.reference.words import ALARM_AGE, No, Part, Row


class Past(Part):
    late: dict[str, Row]
    facts: dict[str, list[Row]]
    now: int

    def came(self, name: str, before: list[Row], new: Row) -> None:
        """A reading in time is the newest, and at most two days old; the others are late."""
        mark = self.late.get(name)
        newest = max(self.facts[name], key=lambda r: r["observed"]) is new
        if newest and self.now - new["observed"] <= ALARM_AGE:
            if mark:
                mark["timely"] = True
            return
        if mark is None:
            timely = name in self.changed
            seen: list[int] = []
            mark = {"since": new["observed"], "before": before, "seen": seen, "timely": timely}
            mark["struck"] = False
            self.late[name] = mark
        mark["since"] = min(mark["since"], new["observed"])
        mark["seen"].append(new["observed"])

    def belongs_to_the_past(self, e: Row, rule: Any, seen: list[str]) -> bool:
        marks = [self.late[name] for name in seen if name in self.late]
        if not seen or len(marks) < len(seen) or any(m["timely"] for m in marks):
            return False
        if all(m["struck"] for m in marks):
            return True
        counts = all(m["struck"] or m["since"] >= e["enrolled"] for m in marks)
        return counts and rule.do is not None

    def look_back(self) -> None:
        late, self.late = self.late, {}
        for e in self.running():
            order: list[Any] = []
            for name in late:
                order += [r for r in e["spec"].rules if not r.on and name in r.reads]
            for rule in dict.fromkeys(r.id for r in order):
                self.again(e, next(r for r in order if r.id == rule), late)

    def again(self, e: Row, rule: Any, late: dict[str, Row]) -> None:
        """Was it true at a moment since, that we did not know then?"""
        mine = {
            name: mark
            for name, mark in late.items()
            if name in rule.reads and (mark["struck"] or mark["since"] >= e["enrolled"])
        }
        if not mine or self.hospital or e["status"] == "discharged":
            return
        if rule.during and not any(r["stage"] in rule.during for r in e["active"]):
            return
        struck = all(mark["struck"] for mark in mine.values())
        if rule.do is None and not struck:
            return
        known = {name: self.facts.get(name, []) for name in rule.reads}
        was = known | {name: mark["before"] for name, mark in mine.items()}
        since = min(mark["since"] for mark in mine.values())
        moments = {r["observed"] for log in known.values() for r in log if r["observed"] >= since}
        if rule.do is None:
            moments = {self.now}
        news = [
            at
            for at in sorted(moments)
            if e["fired"].get(rule.id, -1) < at
            and self.then(e, rule, known, at)
            and not self.then(e, rule, was, at)
        ]
        if not news:
            return

        def heard_of(at: int) -> int:
            """Choice: what stands beside a late result is as old as that result."""
            seen = [s for mark in mine.values() for s in mark["seen"] if s <= at]
            return at if struck or not seen else max(seen)

        self.act(e, rule, self.now - max(heard_of(at) for at in news) > ALARM_AGE)

    def then(self, e: Row, rule: Any, facts: dict[str, list[Row]], at: int) -> bool:
        held, now = self.facts, self.now
        self.facts = {n: [r for r in log if r["observed"] <= at] for n, log in facts.items()}
        self.now = at
        try:
            return holds(rule.when, self, e, e["spec"]) is True
        finally:
            self.facts, self.now = held, now

    # -- what was wrong ---

    def is_struck(self, reading: ev.Reading) -> bool:
        found = (reading.observed or self.now, reading.value)
        return found in self.struck.get(reading.name, [])

    def on_correct(self, event: ev.Correct) -> None:
        log = self.facts.get(event.name, [])
        wrong = self.named(log, event.observed)
        if wrong is None:
            self.put_right(event)
            return
        if event.value is not None:
            self.plausible(event, wrong["observed"])
            if event.value == wrong["value"]:
                raise No("no-change")
        before = list(log)
        log.remove(wrong)
        if event.value is not None:
            log.append({"observed": wrong["observed"], "value": event.value, "told": self.now})
            log.sort(key=lambda r: -r["observed"])
        gone = (wrong["observed"], wrong["value"])
        self.struck[event.name] = [gone, *self.struck.get(event.name, [])][:8]
        self.strike(event.name, before, wrong["observed"])
        for e in self.running():
            for rule in e["spec"].rules:
                if not rule.on and event.name in rule.reads and not self.true(rule.when, e):
                    self.unsent = [
                        m
                        for m in self.unsent
                        if (m["pathway"], m["step"], m["kind"]) != (e["pathway"], rule.id, "notify")
                    ]

    def put_right(self, event: ev.Correct) -> None:
        gone = self.struck.get(event.name, [])
        minute = event.observed // 60
        found = next((s for s in gone if not event.observed or s[0] // 60 == minute), None)
        if event.value is None or found is None:
            raise No("no-such-reading")
        self.plausible(event, found[0])
        log = self.facts.setdefault(event.name, [])
        before = list(log)
        log.append({"observed": found[0], "value": event.value, "told": self.now})
        log.sort(key=lambda r: -r["observed"])
        self.struck[event.name] = [s for s in gone if s != (found[0], event.value)]
        self.strike(event.name, before, found[0])

    def plausible(self, event: ev.Correct, observed: int) -> None:
        assert event.value is not None
        fault = self.fault(ev.Reading(event.name, event.value, observed))
        if fault and fault != "retracted-value":
            raise No(fault)

    def named(self, log: list[Row], observed: int) -> Row | None:
        """By its second, else by its minute; without a time, the newest."""
        if not observed:
            return max(log, key=lambda r: r["observed"], default=None)
        exact = [r for r in log if r["observed"] == observed]
        near = [r for r in log if r["observed"] // 60 == observed // 60]
        return exact[0] if exact else near[0] if len(near) == 1 else None

    def strike(self, name: str, before: list[Row], observed: int) -> None:
        mark = {"since": observed, "before": before, "seen": [], "timely": False, "struck": True}
        self.late[name] = mark
        self.changed[name] = None
