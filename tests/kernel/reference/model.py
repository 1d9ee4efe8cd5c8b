"""A reference model of a journey: what should happen, written down as naively as possible.

Plain dicts and lists; no agenda: what is due next is found by looking at everything that has a
date. It follows design.md, the pathway language and docs/clinical.md; where they are silent, the
choice made is said in a comment that begins with "Choice". It knows neither orders, payers, other
versions nor questionnaires.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any

from pathways.journey import events as ev
from pathways.spans import Span
from tests.kernel.reference.appointments import Appointments
from tests.kernel.reference.calendar import Clock
from tests.kernel.reference.conditions import names_that_matter
from tests.kernel.reference.contacts import Contacts
from tests.kernel.reference.hospital import Hospital
from tests.kernel.reference.life import Life
from tests.kernel.reference.messages import Messages
from tests.kernel.reference.minutes import Minutes
from tests.kernel.reference.moves import Moves
from tests.kernel.reference.past import Past
from tests.kernel.reference.plans import Plans
from tests.kernel.reference.rules import Rules
from tests.kernel.reference.sharing import Sharing
from tests.kernel.reference.stages import Stages
from tests.kernel.reference.steps import Steps
from tests.kernel.reference.tasks import Tasks
from tests.kernel.reference.values import Values
from tests.kernel.reference.windows import Windows
from tests.kernel.reference.words import (
    No,
    Row,
)


class Model(
    Values,
    Past,
    Steps,
    Tasks,
    Sharing,
    Plans,
    Contacts,
    Stages,
    Rules,
    Appointments,
    Messages,
    Hospital,
    Life,
    Moves,
    Minutes,
    Windows,
):
    """One patient. ``apply`` takes an event and returns the answer's code (or "applied")."""

    def __init__(self, zone: str, library: dict[str, Any]) -> None:
        self.clock = Clock(zone)
        self.library = library
        self.now = 0
        self.facts = {}
        self.enrollments: dict[str, Row] = {}
        self.tasks: list[Row] = []
        self.appointments: list[Row] = []
        self.unsent = []
        self.sent = {}
        self.outstanding: list[Row] = []
        self.contacts: list[date] = []
        self.spoken_to: list[date] = []
        self.minutes = []
        self.versions = []
        self.done_for = {}
        self.goodbyes: dict[str, tuple[str, int]] = {}
        self.written_to: list[date] = []
        self.written = []
        self.team: dict[str, str] = {}
        self.hospital = self.frozen = self.silent = self.dead = False
        self.died = 0
        self.caregiver = False
        self.she_may_know = {"safety"}
        """What of the patient the caregiver may know; until somebody has asked, what presses."""
        self.changed = {}
        self.late = {}
        self.struck: dict[str, list[Row]] = {}
        self.stays: list[list[Any]] = []
        self.moved: dict[str, None] = {}
        self.made = 0
        # What came out.
        self.messages: list[tuple[Any, ...]] = []
        self.asked: list[tuple[Any, ...]] = []
        self.notices: list[tuple[Any, ...]] = []

    @property
    def closed(self) -> bool:
        """Nobody is enrolled, and nobody has work for the patient."""
        away = any(e["away"] is not None for e in self.enrollments.values())
        return not self.running() and not self.tasks and not away

    # -- time ---

    def number(self) -> int:
        """Of two things due at one instant, what was arranged first comes first."""
        self.made += 1
        return self.made

    def dated(self) -> Iterator[tuple[int, int, Callable[[], None]]]:
        """Everything that has a date and whose clock runs: when, arranged when, what happens."""
        for task in self.tasks:
            if not self.stopped(task):
                yield task["next"], task["made"], partial(self.chase, task)
        for e in self.enrollments.values():
            if e["status"] == "held":
                at, made = e["review"]
                yield at, made, partial(self.hold_over, e)
            if e["status"] == "active":
                yield from self.dates_of(e)
            if e["away"] is not None:
                at, made = e["away"]
                yield at, made, partial(self.ask_about, e)
        for a in self.appointments:
            frozen = self.enrollments[a["pathway"]]["status"] == "held"
            for what, then in (("remind", self.remind), ("ask", self.ask_attendance)):
                # Choice: what a hold found on the agenda waits for its end; the reminders of an
                # appointment booked during the hold do not.
                if a[what] is not None and not (frozen and a[what + "-frozen"]):
                    at, made = a[what]
                    yield at, made, partial(then, a)
        for m in self.unsent:
            if not m["frozen"]:
                yield m["at"], m["made"], partial(self.try_again, m)

    def dates_of(self, e: Row) -> Iterator[tuple[int, int, Callable[[], None]]]:
        for goal, (at, made) in e["goal-dates"].items():
            yield at, made, partial(self.goal_date, e, goal)
        for stage, (at, made) in e["reviews"].items():
            yield at, made, partial(self.review, e, stage)
        for run in e["active"]:
            if run["deadline"] is not None:
                at, made = run["deadline"]
                yield at, made, partial(self.overrun, e, run)
            for name, s in run["steps"].items():
                if s["date"] is not None:
                    at, made, then = s["date"]
                    yield at, made, partial(self.step_date, e, run, name, then)

    def pass_time(self, until: int) -> None:
        while True:
            at, _, happen = min(self.dated(), key=lambda d: d[:2], default=(None, 0, None))
            if at is None or happen is None or at > until:
                return
            happen()
            self.settle()

    # -- events ---

    def apply(self, event: Any, now: int) -> str:
        """One event at an instant. What fell due before a command comes before it."""
        self.now = now
        self.pass_time(now if isinstance(event, ev.Tick) else now - 1)
        try:
            always = isinstance(event, ev.Enroll | ev.Tick | ev.Done | ev.Failed)
            of_death = isinstance(event, ev.Report) and event.event in (
                "deceased",
                "death-disproved",
            )
            if self.closed and not always and not (self.frozen and not self.dead and of_death):
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
            self.referred_earlier(old, event.referred)
            return
        if self.dead:
            raise No("deceased")
        if self.frozen:
            raise No("death-reported")
        self.caregiver = event.patient.caregiver
        if event.patient.caregiver_access == "all":
            self.she_may_know = {"health", "plan", "safety"}
        self.move(event.calendar.zone)
        self.fill(event.team)
        if old is not None and self.comes_again(event, old):
            return
        spec = self.library[event.digest]
        self.begin(event.pathway, spec, min(event.referred, self.now), readings=event.readings)

    def referred_earlier(self, e: Row, referred: int) -> None:
        """X7: the earliest referral sets the clocks: the limit of the first assessment."""
        before, e["referred"] = e["referred"], min(e["referred"], referred)
        for run in e["active"]:
            stage = e["stages"][run["stage"]]
            first = stage.phase == "assessment" and run["occurrence"] == 1
            if not first or run["deadline"] is None or referred >= before:
                continue
            at, made = run["deadline"]
            at -= self.clock.by(before, stage.deadline) - self.clock.by(referred, stage.deadline)
            held = e["status"] == "held"
            run["deadline"] = (at, made) if held else (max(at, self.now), self.number())

    def comes_again(self, event: ev.Enroll, old: Row) -> bool:
        """X11: within 30 days the same case goes on; X7: within 60 a person looks at it."""
        days = (self.clock.day(self.now) - self.clock.day(old["ended"])).days
        how = old["disposition"]
        if how in ("unable-to-reach", "declined-program") and days <= 30:
            self.reopen(old)
            return True
        # Choice: who left of their own will, or for the hospital, begins anew.
        if days >= 60 or how in ("withdrawn", "readmitted", "to-facility", "discharge-cancelled"):
            return False
        old["referred"] = min(old["referred"], event.referred)
        owner = old["spec"].stages[0].by
        due = Span(1, "business-day")
        self.alert_of(old, "referred-again", "referral", owner, ("reopen", "not-needed"), due)
        return True

    def reopen(self, old: Row) -> None:
        self.begin(old["pathway"], old["spec"], self.now, old["visit"], same=old)

    def begin(
        self,
        pathway: str,
        spec: Any,
        referred: int,
        visit: str = "",
        *,
        readings: Any = (),
        same: Row | None = None,
    ) -> None:
        old = self.enrollments.get(pathway)
        for task in [t for t in self.tasks if (t["kind"], t["pathway"]) == ("stay", pathway)]:
            self.close_task(task)
        e: Row = {
            "pathway": pathway,
            "spec": spec,
            "matters": names_that_matter(spec),
            "steps": {s.id: s for stage in spec.stages for s in stage.steps},
            "home": {s.id: stage.id for stage in spec.stages for s in stage.steps},
            "stages": {stage.id: stage for stage in spec.stages},
            "enrolled": same["enrolled"] if same else self.now,
            "referred": referred,
            "visit": visit,
            "away": None,
            "ended": 0,
            "status": "active",
            "disposition": "",
            "active": [],
            "entered": dict(same["entered"]) if same else {},
            # Choice: who comes back within the second keeps counting, so that no key repeats.
            "counts": dict(old["counts"]) if old and (same or old["enrolled"] == self.now) else {},
            "ends": {},
            "outcomes": {},
            "fired": {},
            "reviews": {},
            "goal-dates": {},
            "review": None,
            "held": 0,
            "why": "",
            "drafted": False,
            "in-force": 0,
            "out": [],
            "objections": {},
            "refusals": 0,
            "missed": {},
            "revised-in": "",
            "verdicts": {},
        }
        self.enrollments[pathway] = e
        for reading in readings:
            if not self.fault(reading):
                self.take([reading])
        for goal in spec.goals:
            if goal.by is not None:
                e["goal-dates"][goal.id] = (self.clock.by(self.now, goal.by) + 1, self.number())
        if self.frozen and not any(t["kind"] == "verify-death" for t in self.tasks):
            self.alert("death-reported", "verify-death", "", ("verified", "disproved"))
        self.enter(e, spec.stages[0].id)
        if self.hospital:
            self.freeze(e, "admitted", None)
