"""A reference model of a journey: what should happen, written down as naively as possible.

Plain dicts and lists; no agenda: what is due next is found by looking at everything that has a
date. It follows design.md, the pathway language and docs/clinical.md; where they are silent, the
choice made is said in a comment that begins with "Choice". It does not know ``same`` (work
that pathways share) nor questionnaires.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from math import isfinite
from typing import Any

from pathways.journey import events as ev
from pathways.spans import Span
from tests.kernel.reference.calendar import Clock, business_days_after, open_day_by, usual_length
from tests.kernel.reference.conditions import holds, names_that_matter, value

Row = dict[str, Any]

DAY = 86_400
AHEAD = 300
ALARM_AGE = 48 * 3600
REVIEW_HOLDS = 30 * DAY
CALL_AGAIN = 7 * DAY
CONTACTS = 2
REMEMBERED = 100
PEOPLE = ("task", "educate", "plan", "approve")
URGENT = ("RT-911", "RT-ED", "RT-2H", "RT-SD")


class No(Exception):
    """The command is refused, with this code."""


class Model:
    """One patient. ``apply`` takes an event and returns the answer's code (or "applied")."""

    def __init__(self, zone: str, library: dict[str, Any]) -> None:
        self.clock = Clock(zone)
        self.library = library
        self.now = 0
        self.facts: dict[str, list[Row]] = {}
        self.enrollments: dict[str, Row] = {}
        self.tasks: list[Row] = []
        self.appointments: list[Row] = []
        self.unsent: list[Row] = []
        self.sent: dict[tuple[Any, ...], Row] = {}
        self.outstanding: list[Row] = []
        self.contacts: list[int] = []
        self.team: dict[str, str] = {}
        self.closed = True
        self.hospital = self.frozen = self.silent = self.dead = False
        self.caregiver = False
        self.changed: dict[str, None] = {}
        self.moved: dict[str, None] = {}
        self.made = 0
        # What came out.
        self.messages: list[tuple[Any, ...]] = []
        self.asked: list[tuple[Any, ...]] = []
        self.notices: list[tuple[Any, ...]] = []

    # -- time --------------------------------------------------------------------------------

    def number(self) -> int:
        """Of two things due at one instant, what was arranged first comes first."""
        self.made += 1
        return self.made

    def dated(self) -> Iterator[tuple[int, int, Callable[[], None]]]:
        """Everything that has a date and whose clock runs: when, arranged when, what happens."""
        for task in self.tasks:
            if not self.stopped(task):
                yield task["next"], task["made"], lambda t=task: self.chase(t)  # type: ignore[misc]
        for e in self.enrollments.values():
            if e["status"] == "held":
                at, made = e["review"]
                yield at, made, lambda e=e: self.hold_over(e)  # type: ignore[misc]
            if e["status"] == "active":
                yield from self.dates_of(e)
        for a in self.appointments:
            frozen = self.enrollments[a["pathway"]]["status"] == "held"
            for what, then in (("remind", self.remind), ("ask", self.ask_attendance)):
                # Choice: what a hold found on the agenda waits for its end; the reminders of an
                # appointment booked during the hold do not.
                if a[what] is not None and not (frozen and a[what + "-frozen"]):
                    at, made = a[what]
                    yield at, made, lambda a=a, then=then: then(a)  # type: ignore[misc]
        for m in self.unsent:
            if not m["frozen"]:
                yield m["at"], m["made"], lambda m=m: self.try_again(m)  # type: ignore[misc]

    def dates_of(self, e: Row) -> Iterator[tuple[int, int, Callable[[], None]]]:
        for goal, (at, made) in e["goal-dates"].items():
            yield at, made, lambda g=goal: self.goal_date(e, g)  # type: ignore[misc]
        for stage, (at, made) in e["reviews"].items():
            yield at, made, lambda s=stage: self.review(e, s)  # type: ignore[misc]
        for run in e["active"]:
            if run["deadline"] is not None:
                at, made = run["deadline"]
                yield at, made, lambda r=run: self.overrun(e, r)  # type: ignore[misc]
            for name, s in run["steps"].items():
                if s["date"] is not None:
                    at, made, then = s["date"]
                    yield at, made, lambda r=run, n=name, t=then: self.step_date(e, r, n, t)  # type: ignore[misc]

    def next_due(self) -> int | None:
        return min((at for at, _, _ in self.dated()), default=None)

    def pass_time(self, until: int) -> None:
        while True:
            at, _, happen = min(self.dated(), key=lambda d: d[:2], default=(None, 0, None))
            if at is None or happen is None or at > until:
                return
            happen()
            self.settle()

    # -- events ------------------------------------------------------------------------------

    def apply(self, event: Any, now: int) -> str:
        """One event at an instant. What fell due before a command comes before it."""
        self.now = now
        self.pass_time(now if isinstance(event, ev.Tick) else now - 1)
        try:
            always = isinstance(event, ev.Enroll | ev.Tick | ev.Done | ev.Failed)
            of_death = isinstance(event, ev.Report) and event.event.startswith("dea")
            if self.closed and not always and not (self.frozen and of_death):
                if isinstance(event, ev.Device):
                    return "applied"
                raise No("journey-closed")
            getattr(self, "on_" + type(event).__name__.lower())(event)
            return "applied"
        except No as refusal:
            return str(refusal)
        finally:
            self.settle()

    def on_tick(self, event: ev.Tick) -> None:
        pass

    def on_enroll(self, event: ev.Enroll) -> None:
        old = self.enrollments.get(event.pathway)
        if old is not None and old["status"] != "discharged":
            old["referred"] = min(old["referred"], event.referred)  # X7
            return
        if self.dead:
            raise No("deceased")
        if self.frozen:
            raise No("death-reported")
        self.closed = False
        self.caregiver = event.patient.caregiver
        self.team |= event.team
        spec = self.library[event.digest]
        e: Row = {
            "pathway": event.pathway,
            "spec": spec,
            "matters": names_that_matter(spec),
            "steps": {s.id: s for stage in spec.stages for s in stage.steps},
            "home": {s.id: stage.id for stage in spec.stages for s in stage.steps},
            "stages": {stage.id: stage for stage in spec.stages},
            "enrolled": self.now,
            "referred": min(event.referred, self.now),
            "status": "active",
            "disposition": "",
            "active": [],
            "entered": {},
            # Choice: who comes back within the second keeps counting, so that no key repeats.
            "counts": dict(old["counts"]) if old and old["enrolled"] == self.now else {},
            "ends": {},
            "outcomes": {},
            "fired": {},
            "reviews": {},
            "goal-dates": {},
            "review": None,
            "held": 0,
            "why": "",
        }
        self.enrollments[event.pathway] = e
        for reading in event.readings:
            if not self.fault(reading):
                self.take([reading])
        for goal in spec.goals:
            if goal.by is not None:
                e["goal-dates"][goal.id] = (self.clock.by(self.now, goal.by) + 1, self.number())
        self.enter(e, spec.stages[0].id)
        if self.hospital:
            self.freeze(e, "admitted", None)

    # -- values --------------------------------------------------------------------------------

    def fault(self, reading: ev.Reading) -> str:
        if reading.observed > self.now + AHEAD:
            return "in-the-future"
        running = [e for e in self.enrollments.values() if e["status"] != "discharged"]
        element = next((e["spec"].data.get(reading.name) for e in running), None)
        if element is None:
            return "unknown-value"
        if element.type == "choice":
            return "" if reading.value in element.options else "unknown-option"
        if isinstance(reading.value, str | bool) or not isfinite(reading.value):
            return "wrong-type"
        return "" if element.low <= reading.value <= element.high else "implausible"

    def take(self, readings: Any) -> None:
        """Readings kept: the newest few; one of the same instant is a correction."""
        for reading in readings:
            log = self.facts.setdefault(reading.name, [])
            observed = reading.observed or self.now
            log[:] = [r for r in log if r["observed"] != observed]
            new = {"observed": observed, "value": reading.value}
            log.append(new)
            log.sort(key=lambda r: -r["observed"])
            del log[3:]
            if new in log:
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

    # -- what follows --------------------------------------------------------------------------

    def settle(self) -> None:
        while self.changed or self.moved:
            if self.changed:
                names, self.changed = list(self.changed), {}
                self.rules_on_values(names)
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
                if "wait" in fates or not self.true(step.when, e):
                    continue
                if step.delay is not None:
                    s = run["steps"].setdefault(step.id, self.blank())
                    s["armed"] = True
                    s["date"] = (self.clock.after(self.now, step.delay), self.number(), "start")
                else:
                    self.start(e, run, step)
                return True
        return False

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
        }

    def fate(self, e: Row, name: str) -> str:
        """Of a step that others come after: it has ended, was declined, or is waited for."""
        home = e["home"][name]
        run = next((r for r in e["active"] if r["stage"] == home), None)
        goes_on = e["steps"][name].declined.go_on
        if run is None:
            # Choice: a step of a stage that was left without it does not hold up others.
            how, outcome = e["ends"].get(name, ""), e["outcomes"].get(name, "")
            if not goes_on and (how == "declined" or (how, outcome) == ("skipped", "declined")):
                return "declined"
            return "over" if how or e["entered"].get(home) else "wait"
        s = run["steps"].get(name) or self.blank()
        if s["ended"] and s["status"] != "open":
            no = s["status"] == "declined" or (s["status"], s["outcome"]) == ("skipped", "declined")
            return "declined" if no and not goes_on else "over"
        if s["status"] == "open" or s["armed"]:
            return "wait"
        never = holds(e["steps"][name].when, self, e, e["spec"]) is False
        before = [self.fate(e, other) for other in e["steps"][name].after]
        return "over" if never and "wait" not in before else "wait"

    # -- steps ---------------------------------------------------------------------------------

    def start(self, e: Row, run: Row, step: Any, due: Span | None = None) -> None:
        number = e["counts"][step.id] = e["counts"].get(step.id, 0) + 1
        s = run["steps"].setdefault(step.id, self.blank())
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
        at = (step.id, number)
        if step.verb in PEOPLE:
            self.open_task(
                e,
                run["stage"],
                *at,
                step.verb,
                step.by,
                due or step.due,
                step=step,
                outcomes=step.outcomes or ("done",),
            )
        elif step.verb == "schedule":
            self.request(e, run["stage"], step, number, self.clock.by(self.now, step.due))
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
            s["date"] = (moment, self.number(), "waited")
        elif step.verb == "monitor":
            s["date"] = (self.clock.after(self.now, step.every), self.number(), "window")

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
        run = self.run_with(e, name)
        if run is None or run["steps"][name]["occurrence"] != number:
            return
        s, step = run["steps"][name], e["steps"][name]
        s.update(status=how, ended=True, outcome=outcome, date=None)
        s["misses"] = 0 if how == "done" else s["misses"]
        if step.every is not None and step.verb != "monitor" and how != "declined":
            self.arrange(e, step, s)

    def arrange(self, e: Row, step: Any, s: Row) -> None:
        """The next occurrence; what fell due meanwhile is not made up for."""
        if step.times and s["started"] >= step.times:
            return
        moment = s["opened"]
        while moment <= self.now:
            moment = self.clock.after(moment, step.every)
        if e["status"] == "held":
            # Choice: in a hold no new clock runs; the whole time left is left at its end.
            moment -= self.now - e["held"]
        s.update(status="waiting", armed=True, date=(moment, self.number(), "again"))

    def step_date(self, e: Row, run: Row, name: str, what: str) -> None:
        s, step = run["steps"][name], e["steps"][name]
        s["date"] = None
        if what == "waited":
            self.finish(e, name, s["occurrence"], "done", "time")
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
        s["date"] = (self.clock.after(self.now, step.every), self.number(), "window")
        if newest is not None and self.now - newest <= usual_length(step.every):
            return
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

    # -- tasks ---------------------------------------------------------------------------------

    def open_task(
        self,
        e: Row,
        stage: str,
        name: str,
        number: int,
        kind: str,
        owner: str,
        due: Span,
        *,
        step: Any = None,
        outcomes: tuple[str, ...] = ("done",),
        collect: tuple[str, ...] = (),
        about: Any = None,
    ) -> Row:
        spec = e["spec"]
        theirs = step is not None and kind != "review"
        own = step is not None and kind in PEOPLE
        chain = step.overdue if theirs and step.overdue else None
        task = {
            "pathway": e["pathway"],
            "stage": stage,
            "step": name,
            "occurrence": number,
            "kind": kind,
            "owner": owner or spec.supervisor,
            "supervisor": spec.supervisor,
            "opened": self.now,
            "due": max(self.clock.by(self.now, due), self.now),
            "outcomes": outcomes,
            "collect": step.collect if own else collect,
            "urgent": own and step.response in URGENT,
            "chain": [(o.action, o.to, o.percent, o.after) for o in chain]
            if chain
            # Choice: for the kernel's own tasks the owner is reminded once.
            else [("remind", "", 80, None), ("escalate", "", 100, None)],
            "level": 0,
            "passed": 0,
            "told": [],
            "about": about,
            "frozen": False,
        }
        self.tasks.append(task)
        self.watch(task)
        if task["urgent"]:
            self.tell(task, task["owner"], "urgent", "task-urgent")
        return task

    def moments(self, task: Row) -> list[tuple[int, str, str]]:
        """When reminders and escalations come; an escalation at 100 % after the due second."""
        found = []
        for action, to, percent, after in task["chain"]:
            if after is not None:
                at = self.clock.by(task["due"], after)
            else:
                allowed = task["due"] - task["opened"]
                at = task["opened"] + allowed * percent // 100 + (percent >= 100)
            found.append((at, action, to))
        return sorted(found, key=lambda f: f[0])

    def watch(self, task: Row) -> None:
        left = self.moments(task)[task["passed"] :]
        # Choice: when all escalations are used up, the last one comes again every week.
        at = left[0][0] if left else max(self.now, task["due"]) + CALL_AGAIN
        task["next"], task["made"] = max(at, self.now), self.number()

    def chase(self, task: Row) -> None:
        """Reminders and escalations whose moment has come."""
        moments = self.moments(task)
        if task["passed"] >= len(moments):
            last = [to for action, to, _, _ in task["chain"] if action == "escalate"] or [""]
            self.escalate(task, last[-1])
            task["passed"] += 1
        while task["passed"] < len(moments) and moments[task["passed"]][0] <= self.now:
            _, action, to = moments[task["passed"]]
            if action == "remind":
                self.note("reminded", task, to or task["owner"])
                self.tell(task, to or task["owner"], f"remind{task['passed']}", "task-reminder")
            else:
                self.escalate(task, to)
            task["passed"] += 1
        self.watch(task)

    def escalate(self, task: Row, to: str) -> None:
        role = to or task["supervisor"]
        task["level"] += 1
        task["told"].append(role)
        self.note("escalated", task, role)
        self.tell(task, role, f"escalate{task['passed']}", "task-escalation")

    def note(self, what: str, task: Row, role: str) -> None:
        self.notices.append((what, self.now, task["pathway"], task["step"], task["kind"], role))

    def tell(self, task: Row, role: str, kind: str, message: str) -> None:
        e = self.enrollments[task["pathway"]]
        self.notify(
            e, task["step"], task["occurrence"], kind, role, message, urgent=task["urgent"], of=task
        )

    def stopped(self, task: Row) -> bool:
        return bool(task["frozen"])

    def close_task(self, task: Row) -> None:
        self.tasks.remove(task)

    def find(self, ref: Any, actor: ev.Actor) -> Row:
        task = next((t for t in self.tasks if t is ref), None)
        if task is None:
            raise No("task-closed")
        if actor.role not in (task["owner"], task["supervisor"], *task["told"]):
            raise No("not-yours")
        return task

    def on_complete(self, event: ev.Complete) -> None:
        task = self.find(event.task, event.actor)
        outcome = event.outcome or task["outcomes"][0]
        partial = outcome in ("partial", "go-on") and bool(task["collect"])
        if outcome not in task["outcomes"] and not partial:
            raise No("unknown-outcome")
        self.check(event.values)
        spec = self.enrollments[task["pathway"]]["spec"]
        given = {r.name for r in event.values}
        lacking = [c for c in task["collect"] if c not in given and value(self, spec, c) is None]
        if lacking and not partial:
            raise No("values-missing")
        self.take(event.values)
        self.close_task(task)
        self.end_task(task, outcome)

    def end_task(self, task: Row, outcome: str) -> None:
        e = self.enrollments[task["pathway"]]
        self.moved[e["pathway"]] = None
        name, number, kind = task["step"], task["occurrence"], task["kind"]
        if kind == "attendance":
            self.attended(task["about"], outcome)
        elif kind == "outreach":
            if outcome == "rebook":
                step = e["steps"][name]
                # Choice: the time to rebook counts from the miss.
                rebook = step.missed.rebook if step.missed else Span(14, "day")
                latest = self.clock.by(task["opened"], rebook)
                self.request(e, task["stage"], step, number, latest)
            else:
                self.finish(e, name, number, "missed", outcome)
        elif kind == "booking":
            self.finish(e, name, number, "done" if outcome == "arranged" else "failed", outcome)
        elif kind == "reoffer":
            if outcome == "accepted":
                self.accept(e, name)
        elif kind == "verify-death":
            if outcome == "verified":
                self.die()
            else:
                self.frozen = False
        elif kind == "stage-blocked":
            self.unblock(e, name, outcome)
        elif kind == "hold":
            if outcome == "resume" and e["status"] == "held":
                self.thaw(e)
        elif kind in PEOPLE and task["stage"]:
            self.finish(e, name, number, "done", outcome)
            self.follow_up(e, task, outcome)

    def follow_up(self, e: Row, task: Row, outcome: str) -> None:
        step = e["steps"][task["step"]]
        if step.verb == "educate" and step.message:
            self.notify(e, step.id, task["occurrence"], "material", "patient", step.message)
        if step.verb == "approve" and outcome == "rejected":
            run = next(r for r in e["active"] if r["stage"] == task["stage"])
            run["steps"][step.id].update(status="waiting", ended=False)
            self.start(e, run, e["steps"][step.of], Span(2, "business-day"))  # X9

    def on_decline(self, event: ev.Decline) -> None:
        appointment = next((a for a in self.appointments if a is event.task), None)
        if appointment is not None:
            self.give_back(appointment, tell=False)
            self.declined(appointment, event.reason)
            return
        task = self.find(event.task, event.actor)
        if task["kind"] not in (*PEOPLE, "outreach", "booking", "reoffer"):
            raise No("not-for-the-patient")
        self.close_task(task)
        if task["kind"] != "reoffer":
            self.declined(task, event.reason)
        self.moved[task["pathway"]] = None

    def declined(self, what: Row, reason: str) -> None:
        e = self.enrollments[what["pathway"]]
        self.moved[e["pathway"]] = None
        if not what["stage"]:
            return
        name = what["step"]
        step = e["steps"][name]
        self.finish(e, name, what["occurrence"], "declined", reason)
        if step.declined.inform or step.safety_critical:
            self.open_task(
                e,
                "",
                name,
                what["occurrence"],
                "inform",
                step.declined.inform,
                Span(1, "business-day"),
                outcomes=("noted",),
            )
        for other in step.declined.start:
            home = next((r for r in e["active"] if r["stage"] == e["home"][other]), None)
            if home is not None and home["steps"].get(other, self.blank())["status"] != "open":
                self.start(e, home, e["steps"][other])

    def on_vary(self, event: ev.Vary) -> None:
        task = self.find(event.task, event.actor)
        if task["kind"] == "verify-death":
            raise No("must-be-verified")
        if task["kind"] == "attendance":
            raise No("must-be-answered")
        self.close_task(task)
        e = self.enrollments[task["pathway"]]
        self.moved[e["pathway"]] = None
        if task["stage"] and task["kind"] in (*PEOPLE, "outreach", "booking"):
            self.finish(e, task["step"], task["occurrence"], "skipped", "variance")

    def on_assign(self, event: ev.Assign) -> None:
        if event.task:
            self.find(event.task, event.actor)["owner"] = event.role
        if event.person:
            self.team[event.role] = event.person

    # -- stages ----------------------------------------------------------------------------------

    def enter(self, e: Row, name: str, *, beside: bool = False) -> None:
        stage = e["stages"][name]
        number = e["entered"][name] = e["entered"].get(name, 0) + 1
        run: Row = {"stage": name, "occurrence": number, "steps": {}, "deadline": None}
        e["active"] = [*e["active"], run] if beside else [run]
        if stage.deadline is not None:
            first = number == 1 and stage.phase == "assessment"
            since = e["referred"] if first else self.now
            at = max(self.clock.by(since, stage.deadline) + 1, self.now)
            run["deadline"] = (at, self.number())
        if stage.phase == "follow-up":
            self.plan_reviews(e)
        if stage.phase == "reevaluation":
            self.offer_again(e)
        self.moved[e["pathway"]] = None

    def plan_reviews(self, e: Row) -> None:
        for stage in e["spec"].stages:
            if stage.phase == "reevaluation" and stage.every is not None:
                at = self.clock.after(self.now, stage.every)
                if e["status"] == "held":
                    at -= self.now - e["held"]
                e["reviews"][stage.id] = (at, self.number())

    def offer_again(self, e: Row) -> None:
        for name, how in list(e["ends"].items()):
            step = e["steps"].get(name)
            if how == "declined" and step is not None and step.declined.reoffer:
                key = f"{name}.reoffer"
                e["counts"][key] = e["counts"].get(key, 0) + 1
                self.open_task(
                    e,
                    "",
                    name,
                    e["counts"][key],
                    "reoffer",
                    step.by,
                    Span(14, "day"),
                    outcomes=("accepted", "still-declined"),
                )

    def accept(self, e: Row, name: str) -> None:
        # Choice: a step whose own stage is not active is done in the one that is.
        home = [r for r in e["active"] if r["stage"] == e["home"][name]] or e["active"]
        if home and home[0]["steps"].get(name, self.blank())["status"] != "open":
            self.start(e, home[0], e["steps"][name])

    def review(self, e: Row, name: str) -> None:
        """Beside the follow-up that runs, unless a review is under way."""
        e["reviews"].pop(name, None)
        if len(e["active"]) == 1 and e["stages"][e["active"][0]["stage"]].phase == "follow-up":
            self.enter(e, name, beside=True)

    def goal_date(self, e: Row, goal_id: str) -> None:
        del e["goal-dates"][goal_id]
        goal = next(g for g in e["spec"].goals if g.id == goal_id)
        reviews = [s.id for s in e["spec"].stages if s.phase == "reevaluation"]
        if not self.true(goal.aim, e) and reviews and self.may_review(e):
            self.review(e, reviews[0])

    def may_review(self, e: Row) -> bool:
        return len(e["active"]) == 1 and (e["stages"][e["active"][0]["stage"]].phase == "follow-up")

    def overrun(self, e: Row, run: Row) -> None:
        run["deadline"] = None
        stage = e["stages"][run["stage"]]
        self.open_task(
            e,
            stage.id,
            stage.id,
            run["occurrence"],
            "stage-overdue",
            stage.escalate,
            Span(3, "business-day"),
            outcomes=("reviewed",),
            about="stage",
        )

    def complete(self, e: Row, run: Row) -> bool:
        stage = e["stages"][run["stage"]]
        for name, s in run["steps"].items():
            under_way = s["status"] == "open" or s["armed"]
            if under_way and (stage.exit is None or e["steps"][name].every is None):
                return False
        return self.true(stage.exit, e)

    def leave_one(self, e: Row) -> bool:
        """The stage, or the review beside it, is left when complete."""
        return bool(e["active"]) and self.complete(e, e["active"][-1]) and self.leave(e)

    def leave(self, e: Row) -> bool:
        run = e["active"][-1]
        branches = e["stages"][run["stage"]].next
        branch = next((b for b in branches if self.true(b.when, e)), branches[-1])
        if branch.go == "discharge" and self.work_left(e):
            return False  # an alarm is not dropped by a discharge
        if len(e["active"]) == 2 and e["active"][0]["stage"] == branch.go:
            self.stop(e, run)
            e["active"] = e["active"][:1]
            self.plan_reviews(e)
            self.moved[e["pathway"]] = None
            return True
        for each in e["active"]:
            self.stop(e, each)
        e["reviews"] = {}
        e["active"] = []
        if branch.go == "discharge":
            self.discharge(e, branch.disposition or "completed")
        else:
            self.enter(e, branch.go)
        return True

    def work_left(self, e: Row) -> bool:
        return any(t["pathway"] == e["pathway"] and t["about"] != "stage" for t in self.tasks)

    def ensure_way_out(self, e: Row) -> None:
        """A stage that waits for nothing is brought to a person (I9)."""
        steps = [s for run in e["active"] for s in run["steps"].values()]
        blocked = [t for t in self.tasks if t["pathway"] == e["pathway"]]
        if (
            not e["active"]
            or any(s["status"] == "open" or s["armed"] for s in steps)
            or e["reviews"]
            or self.work_left(e)
            or any(t["kind"] == "stage-blocked" for t in blocked)
        ):
            return
        stage = e["stages"][e["active"][-1]["stage"]]
        key = f"{stage.id}.blocked"
        e["counts"][key] = e["counts"].get(key, 0) + 1
        lacking = ("x",) if stage.exit and value(self, e["spec"], "x") is None else ()
        self.open_task(
            e,
            stage.id,
            stage.id,
            e["counts"][key],
            "stage-blocked",
            stage.by,
            Span(3, "business-day"),
            outcomes=("redo", "go-on"),
            collect=lacking,
            about="stage",
        )

    def unblock(self, e: Row, name: str, outcome: str) -> None:
        run = next((r for r in e["active"] if r["stage"] == name), None)
        if run is None:
            return
        if outcome == "go-on":
            self.leave(e)
        elif not self.complete(e, run):
            for s in run["steps"].values():
                if s["status"] in ("declined", "skipped", "failed", "missed", "cancelled"):
                    s.update(status="waiting", ended=False)

    def stop(self, e: Row, run: Row) -> None:
        """Take back what a stage has under way."""
        for name, s in run["steps"].items():
            if s["status"] == "open":
                s["status"] = "cancelled"
                # Choice: an earlier end of the step stays its last word.
                e["ends"].setdefault(name, "cancelled")
        self.take_back(e, run["stage"], tell=True)

    def take_back(self, e: Row, stage: str | None, *, tell: bool) -> None:
        def mine(what: Row) -> bool:
            return what["pathway"] == e["pathway"] and stage in (None, what["stage"])

        for task in [t for t in self.tasks if mine(t)]:
            heir = next((o for o in self.running() if o is not e), None)
            if stage is None and task["kind"] in ("verify-death", "consent") and heir:
                # Choice: what concerns the patient, not the pathway, is handed over.
                task["pathway"] = heir["pathway"]
            else:
                self.close_task(task)
        for appointment in [a for a in self.appointments if mine(a)]:
            self.give_back(appointment, tell=tell)

    def discharge(self, e: Row, disposition: str) -> None:
        hushed = disposition in ("deceased", "withdrawn")
        for run in e["active"]:
            for name, s in run["steps"].items():
                if s["status"] == "open":
                    e["ends"].setdefault(name, "cancelled")
        self.take_back(e, None, tell=not hushed)
        self.unsent = [m for m in self.unsent if m["pathway"] != e["pathway"]]
        if hushed:
            self.retract(lambda m: m["pathway"] == e["pathway"])
        e.update(active=[], reviews={}, status="discharged", disposition=disposition)
        e["goal-dates"] = {}
        self.moved.pop(e["pathway"], None)
        self.closed = not self.running()

    # -- rules -------------------------------------------------------------------------------------

    def rules_on_values(self, names: list[str]) -> None:
        for e in self.running():
            judged = []
            for name in names:
                for rule in e["spec"].rules:
                    if not rule.on and name in rule.reads and rule not in judged:
                        judged.append(rule)
            for rule in judged:
                self.judge(e, rule, [n for n in names if n in rule.reads])

    def rules_on_event(self, event: str) -> None:
        for e in self.running():
            for rule in e["spec"].rules:
                if rule.on == event:
                    self.judge(e, rule, [])

    def judge(self, e: Row, rule: Any, seen: list[str]) -> None:
        """In hospital others watch (X5); a hold stops the clocks, not the alarms."""
        if self.hospital or e["status"] == "discharged":
            return
        if rule.during and not any(r["stage"] in rule.during for r in e["active"]):
            return
        if not self.true(rule.when, e):
            return
        mine = (e["pathway"], rule.id)
        if rule.do is not None and any((t["pathway"], t["step"]) == mine for t in self.tasks):
            return
        last = e["fired"].get(rule.id)
        if rule.again is not None and last is not None:
            if self.now - last < usual_length(rule.again):
                return
        self.fire(e, rule, seen)

    def fire(self, e: Row, rule: Any, seen: list[str]) -> None:
        number = e["counts"][rule.id] = e["counts"].get(rule.id, 0) + 1
        e["fired"][rule.id] = self.now
        newest = [max(r["observed"] for r in self.facts[name]) for name in seen]
        old = bool(newest) and self.now - max(newest) > ALARM_AGE  # T10
        step = rule.do
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
                e, rule.id, number, "notify", step.to, step.message, urgent=bool(step.response)
            )
        elif step is not None:
            self.open_task(e, "", rule.id, number, step.verb, step.by, step.due, step=step)
        if rule.start:
            run = next((r for r in e["active"] if r["stage"] == e["home"][rule.start]), None)
            if run is not None:
                if run["steps"].get(rule.start, self.blank())["status"] != "open":
                    self.start(e, run, e["steps"][rule.start])
        if rule.go == "discharge":
            self.discharge(e, rule.disposition or "completed")
        elif rule.go and self.may_review(e):
            self.review(e, rule.go)

    # -- appointments ------------------------------------------------------------------------------

    def request(self, e: Row, stage: str, step: Any, number: int, latest: int) -> None:
        """A slot from tomorrow, by ``latest``; a closed day is pulled earlier (T2)."""
        day = open_day_by(self.clock.day(latest))
        tomorrow = self.clock.end_of(self.clock.day(self.now)) + 1
        latest = max(min(latest, self.clock.end_of(day)), tomorrow + DAY)
        appointment = {
            "pathway": e["pathway"],
            "stage": stage,
            "step": step.id,
            "occurrence": number,
            "made": self.number(),
            "status": "requested",
            "remind": None,
            "ask": None,
            "remind-frozen": False,
            "ask-frozen": False,
        }
        self.appointments.append(appointment)
        self.ask("book", appointment, latest)

    def ask(self, what: str, appointment: Row, latest: int = 0) -> None:
        where = (appointment["pathway"], appointment["step"], appointment["occurrence"])
        self.asked.append((what, self.now, *where, latest))
        self.outstanding.append({"what": what, "of": appointment})

    def on_done(self, event: ev.Done) -> None:
        effect = next((o for o in self.outstanding if o is event.key), None)
        if effect is None:
            return
        self.outstanding.remove(effect)
        if effect["what"] == "cancel":
            return
        appointment = effect["of"]
        if appointment not in self.appointments:
            self.ask("cancel", appointment)
            return
        starts, ends = int(event.result["starts"]), int(event.result["ends"])
        appointment["status"] = "booked"
        appointment["remind-frozen"] = appointment["ask-frozen"] = False
        self.tell_of(appointment, "appointment-booked")
        if starts - self.now > 2 * DAY:
            remind = self.clock.contact(starts - DAY)
            if remind < starts:
                appointment["remind"] = (remind, self.number())
        day = business_days_after(self.clock.day(ends), 1)
        appointment["ask"] = (self.clock.end_of(day), self.number())

    def tell_of(self, a: Row, message: str) -> None:
        e = self.enrollments[a["pathway"]]
        self.notify(
            e, a["step"], a["occurrence"], message, "patient", message, appointment=True, of=a
        )

    def remind(self, a: Row) -> None:
        a["remind"] = None
        self.tell_of(a, "appointment-reminder")

    def ask_attendance(self, a: Row) -> None:
        a["ask"] = None
        e = self.enrollments[a["pathway"]]
        self.open_task(
            e,
            "",
            a["step"],
            a["occurrence"],
            "attendance",
            e["steps"][a["step"]].by,
            Span(1, "business-day"),
            outcomes=("attended", "missed", "cancelled"),
            about=a,
        )

    def end_appointment(self, a: Row) -> None:
        self.appointments.remove(a)
        for task in [t for t in self.tasks if t["about"] is a]:
            self.close_task(task)

    def give_back(self, a: Row, *, tell: bool) -> None:
        if a["status"] == "booked":
            self.ask("cancel", a)
            if tell:
                self.tell_of(a, "appointment-cancelled")
        self.end_appointment(a)

    def on_attend(self, event: ev.Attend) -> None:
        a = next((a for a in self.appointments if a is event.appointment), None)
        if a is None:
            raise No("no-such-appointment")
        if a["status"] != "booked":
            raise No("not-booked")
        self.check(event.values)
        self.take(event.values)
        self.attended(a, event.outcome)

    def attended(self, a: Row, outcome: str) -> None:
        e = self.enrollments[a["pathway"]]
        if outcome == "cancelled":
            self.give_back(a, tell=False)
        else:
            self.end_appointment(a)
        if outcome == "attended":
            self.finish(e, a["step"], a["occurrence"], "done", "attended")
            return
        step = e["steps"][a["step"]]
        run = self.run_with(e, a["step"])
        misses = 0
        if outcome == "missed":
            misses = 1
            if run is not None:
                run["steps"][a["step"]]["misses"] += 1
                misses = run["steps"][a["step"]]["misses"]
        owner = step.missed.by if step.missed else step.by
        if misses > 2:
            owner = (step.missed.escalate if step.missed else "") or e["spec"].supervisor
        self.open_task(
            e,
            a["stage"],
            a["step"],
            a["occurrence"],
            "outreach",
            owner,
            Span(1, "business-day"),
            step=step,
            outcomes=("rebook", "unable-to-reach"),
        )

    def on_failed(self, event: ev.Failed) -> None:
        message = self.sent.get(event.key) if isinstance(event.key, tuple) else None
        if message is not None:
            del self.sent[event.key]  # type: ignore[arg-type]  # the model's own key
            e = self.enrollments.get(message["pathway"])
            if e is not None and e["status"] != "discharged":
                self.open_task(e, "", message["step"], 0, "message", "", Span(1, "business-day"))
            return
        effect = next((o for o in self.outstanding if o is event.key), None)
        if effect is None:
            return
        self.outstanding.remove(effect)
        a = effect["of"]
        if effect["what"] == "cancel":
            for e in self.running()[:1]:
                self.open_task(e, "", a["step"], 0, "effect", "", Span(1, "business-day"))
        elif a in self.appointments:
            self.end_appointment(a)
            e = self.enrollments[a["pathway"]]
            step = e["steps"][a["step"]]
            self.open_task(
                e,
                a["stage"],
                step.id,
                a["occurrence"],
                "booking",
                step.by,
                Span(2, "business-day"),
                step=step,
                outcomes=("arranged", "unavailable"),
            )

    # -- messages ----------------------------------------------------------------------------------

    def withheld(self, to: str) -> bool:
        if to not in ("patient", "caregiver"):
            return False
        no_caregiver = to == "caregiver" and not self.caregiver
        return self.frozen or self.dead or self.silent or no_caregiver or self.hospital

    def notify(
        self,
        e: Row,
        name: str,
        number: int,
        kind: str,
        to: str,
        message: str,
        *,
        urgent: bool = False,
        appointment: bool = False,
        of: Any = None,
    ) -> str:
        if self.withheld(to):
            return "withheld"
        m = {
            "pathway": e["pathway"],
            "enrolled": e["enrolled"],
            "step": name,
            "occurrence": number,
            "kind": kind,
            "to": to,
            "message": message,
            "appointment": appointment,
            "of": of,
        }
        if to in ("patient", "caregiver") and not urgent:
            at = self.allowed(appointment)
            if at > self.now:
                self.unsent.append(m | {"at": at, "made": self.number(), "frozen": False})
                return "delayed"
        self.send(m)
        return "sent"

    def allowed(self, exempt: bool) -> int:
        """Contact hours, and at most two automated contacts a day (appointments excepted)."""
        at = self.clock.contact(self.now)
        while not exempt and self.contacted(at) >= CONTACTS:
            at = self.clock.morning(self.clock.day(at) + timedelta(days=1))
        return at

    def contacted(self, at: int) -> int:
        return sum(self.clock.day(c) == self.clock.day(at) for c in self.contacts)

    def send(self, m: Row) -> None:
        if m["to"] in ("patient", "caregiver"):
            self.contacts.append(self.now)
        who = (m["pathway"], m["enrolled"], m["step"], m["occurrence"], m["kind"], m["to"])
        self.messages.append((self.now, *who))
        self.sent[(*who, id(m["of"]))] = m
        for old in list(self.sent)[:-REMEMBERED]:
            del self.sent[old]

    def try_again(self, m: Row) -> None:
        """A message was put off: it is judged again."""
        at = self.allowed(m["appointment"])
        if at > self.now:
            m.update(at=at, made=self.number())
            return
        self.unsent.remove(m)
        if not self.withheld(m["to"]):
            self.send(m)
        e = self.enrollments[m["pathway"]]
        run = self.run_with(e, m["step"])
        if m["kind"] == "notify" and run is not None:
            s = run["steps"][m["step"]]
            if s["status"] == "open":
                self.finish(e, m["step"], s["occurrence"], "done", "sent")

    def retract(self, which: Callable[[Row], bool]) -> None:
        self.sent = {k: m for k, m in self.sent.items() if not which(m)}

    def silence(self) -> None:
        # Choice: what was put off is judged when its time comes, and withheld then.
        self.retract(lambda m: m["to"] in ("patient", "caregiver"))

    # -- life ----------------------------------------------------------------------------------------

    def on_report(self, event: ev.Report) -> None:
        if event.at > self.now + AHEAD:
            raise No("in-the-future")
        match event.event:
            case "deceased":
                self.silence()
                if event.verified:
                    self.die()
                elif not self.frozen:
                    self.frozen = True
                    self.alert("death-reported", "verify-death", "", ("verified", "disproved"))
            case "death-disproved":
                self.frozen = False
                for task in [t for t in self.tasks if t["kind"] == "verify-death"]:
                    self.close_task(task)
            case "admitted":
                self.rules_on_event("admitted")
                if not self.hospital:
                    self.hospital = True
                    for e in self.running():
                        if e["status"] == "active":
                            self.freeze(e, "admitted", None)
            case "discharged":
                self.hospital = False
                for e in self.running():
                    if e["status"] == "held" and e["why"] == "admitted":
                        self.thaw(e)
                self.rules_on_event("discharged")
            case "consent-withdrawn":
                self.silent = True
                self.silence()
                self.alert("consent-withdrawn", "consent", "case-manager", ("done",))
            case "consent-given":
                self.silent = False
            case other:
                self.rules_on_event(other)

    def alert(self, name: str, kind: str, owner: str, outcomes: tuple[str, ...]) -> None:
        for e in self.running()[:1]:
            due = Span(1, "business-day")
            self.open_task(e, "", name, 0, kind, owner, due, outcomes=outcomes)

    def die(self) -> None:
        """X6: all is cancelled, the patient hears nothing, everybody who had work is told once."""
        self.dead = True
        roles = dict.fromkeys((*(t["owner"] for t in self.tasks), *self.team))
        ended = self.running()
        for e in ended:
            self.discharge(e, "deceased")
        for role in roles if ended else ():
            self.notify(ended[0], "death", 0, "team-notice", role, "team-notice")

    def on_hold(self, event: ev.Hold) -> None:
        targets = self.targets(event.pathway, "active")
        if not targets:
            raise No("not-active")
        if event.until is not None and event.until <= self.now:
            raise No("in-the-past")
        for e in targets:
            self.freeze(e, event.reason, event.until)

    def on_resume(self, event: ev.Resume) -> None:
        targets = self.targets(event.pathway, "held")
        if not targets:
            raise No("not-held")
        for e in targets:
            self.thaw(e)

    def targets(self, pathway: str, status: str) -> list[Row]:
        wanted = [e for e in self.running() if pathway in ("", e["pathway"])]
        return [e for e in wanted if e["status"] == status]

    def of(self, e: Row, things: list[Row]) -> list[Row]:
        return [t for t in things if t["pathway"] == e["pathway"]]

    def freeze(self, e: Row, why: str, until: int | None) -> None:
        """Every clock of the enrollment stops.

        Choice: those of work that is the patient's and not the pathway's do not (X4, X6).
        """
        for task in self.of(e, self.tasks):
            task["frozen"] = task["kind"] not in ("hold", "verify-death", "consent")
        for m in self.of(e, self.unsent):
            m["frozen"] = True
        for a in self.of(e, self.appointments):
            a["remind-frozen"] = a["ask-frozen"] = True
        e.update(status="held", held=self.now, why=why)
        e["until"] = until is not None
        e["review"] = (until or self.now + REVIEW_HOLDS, self.number())

    def thaw(self, e: Row) -> None:
        """Every stopped clock goes on with the time it had left."""
        length = self.now - e["held"]
        e.update(status="active", held=0, why="", review=None)

        def later(date: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
            return date and (max(date[0] + length, self.now), self.number(), *date[2:])

        for run in e["active"]:
            run["deadline"] = later(run["deadline"])
            for s in run["steps"].values():
                s["date"] = later(s["date"])
        for dates in (e["reviews"], e["goal-dates"]):
            for name in dates:
                dates[name] = later(dates[name])
        for m in self.of(e, self.unsent):
            if m["frozen"]:
                m.update(at=max(m["at"] + length, self.now), made=self.number(), frozen=False)
        for a in self.of(e, self.appointments):
            # The day of an appointment does not move.
            for what in ("remind", "ask"):
                if a[what] is not None and a[what + "-frozen"]:
                    a[what] = (max(a[what][0], self.now), self.number())
                a[what + "-frozen"] = False
        for task in self.of(e, self.tasks):
            if task["kind"] == "hold":
                self.close_task(task)
        for task in self.of(e, self.tasks):
            if task["frozen"]:
                task["opened"] += length
                task["due"] += length
                task["frozen"] = False
                self.watch(task)
        self.moved[e["pathway"]] = None

    def hold_over(self, e: Row) -> None:
        if e["until"]:
            self.thaw(e)
            return
        if not any(t["kind"] == "hold" for t in self.of(e, self.tasks)):
            self.open_task(
                e,
                "",
                "hold",
                0,
                "hold",
                "",
                Span(3, "business-day"),
                outcomes=("keep", "resume"),
            )
        e["review"] = (self.now + REVIEW_HOLDS, self.number())

    def on_withdraw(self, event: ev.Withdraw) -> None:
        targets = [e for e in self.running() if event.pathway in ("", e["pathway"])]
        if not targets:
            raise No("not-enrolled")
        for e in targets:
            self.discharge(e, "withdrawn")

    def on_close(self, event: ev.Close) -> None:
        e = self.enrollments.get(event.pathway)
        if e is None or e["status"] == "discharged":
            raise No("not-enrolled")
        if event.disposition in ("deceased", "withdrawn"):
            raise No("wrong-command")
        self.discharge(e, event.disposition)
