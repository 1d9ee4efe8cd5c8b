"""Random lives on random pathways: after every event the invariants hold, and the kernel and the
reference model agree on all that can be seen of a journey.

``CAREWAY_PROPERTY_EXAMPLES`` sets how many lives in all (2,000 in CI, where they are the same in
every run; otherwise 100, new ones each time). ``--hypothesis-seed`` repeats a run.
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from pathways.canonical import digest_of
from pathways.compiled import CompiledPathway
from pathways.journey.decide import head
from pathways.journey.effects import Book
from pathways.journey.events import (
    Actor,
    Assign,
    Attend,
    Close,
    Complete,
    Correct,
    Decline,
    Device,
    Done,
    Enroll,
    Event,
    Failed,
    Hold,
    PatientProfile,
    Reading,
    Record,
    Report,
    Resume,
    Spend,
    Tick,
    Vary,
    Withdraw,
)
from pathways.undone import UNABLE_TO_REACH
from tests.kernel.alongside import Alongside, calendar
from tests.kernel.building import at
from tests.kernel.generating import NAMES, SUPERVISOR, pathways
from tests.kernel.harmonious import harmonious
from tests.kernel.on_record import BORN, SAID
from tests.kernel.reference.calendar import Clock

MINUTE, HOUR, DAY = 60, 3_600, 86_400
LIVES = int(os.environ.get("CAREWAY_PROPERTY_EXAMPLES", "100"))
ZONES = ("America/New_York", "America/New_York", "America/Los_Angeles", "Pacific/Honolulu")
STARTS = tuple(
    at(text)
    for text in (
        "2026-11-20T15:00-05:00",  # a Friday before Thanksgiving
        "2026-12-30T23:30-05:00",
        "2027-01-31T09:15-05:00",  # a month's last day
        "2027-03-12T16:20-05:00",  # the clocks go forward on Sunday
        "2027-10-29T03:00-04:00",  # and back nine days later
        "2028-02-28T10:00-05:00",  # a leap year
    )
)
PICK = st.integers(0, 10_000)
GAP = st.sampled_from((0, 1, 40 * MINUTE, 5 * HOUR, DAY, 3 * DAY, 20 * DAY))
VALUES = st.sampled_from((10.0, 29.9, 30.0, 45.0, 59.0, 60.0, 61.0, 95.0))
WRONG = (
    Reading("x", 500.0, 0),
    Reading("x", "much", 0),
    Reading("x", float("nan"), 0),
    Reading("risk", "medium", 0),
    Reading("weigth", 80.0, 0),
)
ROLES = ("nurse", "doctor", SUPERVISOR, "program-manager", "stranger")


class Lives(RuleBasedStateMachine):
    """One patient; what people, systems and time do to them."""

    together, shared, modelled = (1, 1), False, True

    def __init__(self) -> None:
        super().__init__()
        self.now = 0
        self.count = 0
        self.past: list[Event] = []
        self.answered: list[Event] = []

    @initialize(data=st.data(), start=st.sampled_from(STARTS), zone=st.sampled_from(ZONES))
    def begin(self, data: Any, start: int, zone: str) -> None:
        few, many = self.together
        names = NAMES[: data.draw(st.integers(few, many))]
        self.pathways = [data.draw(self.pathway(name)) for name in names]
        self.zone, self.now = zone, start
        self.course = Alongside(zone, self.pathways, modelled=self.modelled)
        self.course.watchers = self.watchers()
        first = data.draw(PICK)
        for number in range(data.draw(st.integers(1, len(names))) if self.modelled else len(names)):
            self.enroll(first + number, 0)
        self.everybody_does_their_part(data.draw(st.integers(0, 6)), 1, data.draw(VALUES))

    def pathway(self, name: str) -> st.SearchStrategy[CompiledPathway]:
        """Of what kind the pathways are."""
        return pathways(name, shared=self.shared)

    def watchers(self) -> list[Any]:
        """Whoever else sees each decision."""
        return []

    def profile(self, pick: int) -> PatientProfile:
        """What an enrollment says of the patient."""
        access = "all" if pick // 2 % 2 else ""
        return PatientProfile(born=BORN, caregiver=bool(pick % 2), caregiver_access=access)

    # -- giving ----------------------------------------------------------------------------------

    def give(self, event: Event, gap: int = 0) -> None:
        self.now += gap
        self.course.give(event, self.now)
        if getattr(event, "command", ""):
            self.past.append(event)

    def command(self) -> str:
        self.count += 1
        return f"c{self.count}"

    def actor(self, role: str) -> Actor:
        return Actor("p", role)

    @property
    def journey(self) -> Any:
        return self.course.journey

    # -- time ------------------------------------------------------------------------------------

    @rule(times=st.integers(1, 12))
    def wake_on_time(self, times: int) -> None:
        """The shell's timer, several times in a row."""
        for _ in range(times):
            due = head(self.journey)
            if due is None:
                return
            self.now = max(self.now, due)
            self.give(Tick())

    def wake_until(self, until: int) -> None:
        """At every due instant; more than a thousand in a few days would be a kernel that spins."""
        for _ in range(1000):
            due = head(self.journey)
            if due is None or due > until:
                self.now = until
                return
            self.now = max(self.now, due)
            self.give(Tick())
        raise AssertionError(f"the agenda does not empty: {self.journey.agenda[:5]}")

    @rule(gap=GAP)
    def wake_late_or_early(self, gap: int) -> None:
        self.give(Tick(), gap)

    # -- people ----------------------------------------------------------------------------------

    def some_task(self, pick: int) -> Any:
        tasks = list(self.journey.tasks.values())
        return tasks[pick % len(tasks)] if tasks else None

    def readings(self, names: Any, value: float) -> tuple[Reading, ...]:
        return tuple(Reading(name, value, 0) for name in names)

    @rule(pick=PICK, gap=GAP, value=VALUES)
    def complete(self, pick: int, gap: int, value: float) -> None:
        """The owner does the work as expected."""
        task = self.some_task(pick)
        if task is not None:
            outcome = task.outcomes[pick % len(task.outcomes)]
            who, values = self.actor(task.owner), self.readings(task.collect, value)
            if outcome == UNABLE_TO_REACH and pick % 4:
                values = ()  # otherwise told by nobody, and refused
            self.give(Complete(self.command(), who, task.id, outcome, values), gap)

    @rule(pick=PICK, times=st.integers(1, 4), gap=st.sampled_from((0, 5 * HOUR, DAY, 3 * DAY)))
    def nobody_answers(self, pick: int, times: int, gap: int) -> None:
        """Somebody tries, perhaps again and again, perhaps put on record later."""
        contacts = [task for task in self.journey.tasks.values() if task.contact]
        if not contacts:
            return
        name = contacts[pick % len(contacts)].id
        for _ in range(times):
            self.wake_until(self.now + gap)
            task = self.journey.tasks.get(name)
            if task is None:
                return
            at = None if pick % 3 else self.now - (pick % 5) * 7 * HOUR
            who = self.actor(task.owner)
            self.give(Complete(self.command(), who, name, UNABLE_TO_REACH, at=at))

    @rule(rounds=st.integers(1, 4), days=st.integers(1, 9), value=VALUES)
    def everybody_does_their_part(self, rounds: int, days: int, value: float) -> None:
        """Slots are found and kept, work is done, time passes: the life moves on."""
        for _ in range(rounds):
            for effect in list(self.journey.outstanding.values()):
                starts = self.now + days * DAY
                booked: dict[str, str | int] = {"starts": starts, "ends": starts + 1800}
                self.give(Done(effect.key, booked if isinstance(effect, Book) else {}))
            until = self.now + days * DAY + HOUR
            self.wake_until(until)
            for task in list(self.journey.tasks.values()):
                if task.id in self.journey.tasks and task.kind != "verify-death":
                    who, values = self.actor(task.owner), self.readings(task.collect, value)
                    self.give(Complete(self.command(), who, task.id, values=values))
            for held in list(self.journey.appointments.values()):
                if held.status == "booked" and held.id in self.journey.appointments:
                    outcome: Any = "attended" if value < 60 else "missed"
                    self.give(Attend(self.command(), self.actor("nurse"), held.id, outcome))

    @rule(
        rounds=st.integers(1, 3),
        words=st.lists(st.sampled_from(("approved", "rejected", "rejected", "none")), min_size=3),
        pick=PICK,
    )
    def the_plan_is_judged(self, rounds: int, words: list[str], pick: int) -> None:
        """The plan is made, then each approver says something or is taken out, again and again;
        some steps are taken out of it, and put back."""
        for _ in range(rounds):
            for task in [t for t in self.journey.tasks.values() if t.kind == "plan"]:
                out = self.journey.enrollments[task.sources[0].pathway].disabled
                back = (
                    out if pick % 3 == 0 else self.some_steps(task, pick) if pick % 7 == 0 else ()
                )
                who = self.actor(task.owner)
                self.give(Complete(self.command(), who, task.id, restore=back))
            before = [t for t in self.journey.tasks.values() if t.kind == "approve"]
            for task, word in zip(before, words, strict=False):
                if task.id not in self.journey.tasks:
                    continue
                if word == "none":
                    self.give(Vary(self.command(), self.actor(SUPERVISOR), task.id, "away"))
                else:
                    without = self.some_steps(task, pick) if pick % 2 else ()
                    who = self.actor(task.owner)
                    self.give(Complete(self.command(), who, task.id, word, without=without))

    def some_steps(self, task: Any, pick: int) -> tuple[str, ...]:
        """One or two of the pathway that a task is for, whether or not that makes sense."""
        enrollment = self.journey.enrollments[task.sources[0].pathway]
        compiled = self.course.library[enrollment.digest]
        known = [step.id for stage in compiled.stages for step in stage.steps]
        first, second = known[pick // 4 % len(known)], known[pick // 64 % len(known)]
        return (first,) if pick % 5 else (first, second)

    @rule(pick=PICK, role=st.sampled_from(ROLES), outcome=st.sampled_from(("", "partial", "no")))
    def complete_oddly(self, pick: int, role: str, outcome: str) -> None:
        """Somebody closes a task, perhaps closed, not theirs, or with an odd outcome."""
        ids = list(self.course.watch.rows)
        task = ids[pick % len(ids)] if ids else "t1"
        wrong = (WRONG[pick % len(WRONG)],) if pick % 3 == 0 else ()
        self.give(Complete(self.command(), self.actor(role), task, outcome, wrong))

    @rule(pick=PICK, gap=GAP)
    def decline(self, pick: int, gap: int) -> None:
        things = [*self.journey.tasks.values(), *self.journey.appointments.values()]
        if things:
            thing = things[pick % len(things)]
            who = self.actor(getattr(thing, "owner", "nurse"))
            self.give(Decline(self.command(), who, thing.id, SAID, risk_explained=True), gap)

    @rule(pick=PICK, gap=GAP)
    def vary(self, pick: int, gap: int) -> None:
        task = self.some_task(pick)
        if task is not None:
            self.give(Vary(self.command(), self.actor(SUPERVISOR), task.id, SAID), gap)

    @rule(pick=PICK, role=st.sampled_from(ROLES))
    def assign(self, pick: int, role: str) -> None:
        task = self.some_task(pick)
        name = task.id if task is not None and pick % 2 else ""
        person = "" if pick % 3 else "p2"
        self.give(Assign(self.command(), self.actor(SUPERVISOR), role, name, person))

    @rule(value=VALUES, gap=GAP, age=st.sampled_from((0, 0, HOUR, 47 * HOUR, 3 * DAY)), pick=PICK)
    def record(self, value: float, gap: int, age: int, pick: int) -> None:
        risk = ("low", "high")[pick % 2]
        readings = (Reading("x", value, self.now + gap - age), Reading("risk", risk, 0))
        self.give(Record(self.command(), self.actor("nurse"), readings[: pick % 3 + 1]), gap)

    @rule(days=st.integers(-20, 40), gap=GAP)
    def a_date_is_told(self, days: int, gap: int) -> None:
        """Of the operation: earlier or later than was thought."""
        self.now += gap
        self.give(Record(self.command(), self.actor("nurse"), (self.operation(days),)))

    def operation(self, days: int) -> Reading:
        """So many days from now."""
        day = Clock(self.zone).day(self.now + days * DAY).isoformat()
        return Reading("operation", day, self.now)

    @rule(value=VALUES, gap=GAP, ahead=st.sampled_from((0, 200, 2 * HOUR, -DAY)), pick=PICK)
    def device(self, value: float, gap: int, ahead: int, pick: int) -> None:
        readings = (Reading("x", value, self.now + gap + ahead), WRONG[pick % len(WRONG)])
        self.give(Device(readings, self.command() if pick % 2 else ""), gap)

    @rule(pick=PICK, gap=GAP, value=st.sampled_from((None, None, 20.0, 61.0, 45.0, 500.0)))
    def correct(self, pick: int, gap: int, value: float | None) -> None:
        """An earlier reading was wrong, perhaps one that was retracted, or that never was."""
        self.now += gap
        told = [f.observed for f in self.journey.facts.get("x", ())]
        told += [one.observed for one in self.journey.struck.get("x", ())]
        seen = (*told, 0, self.now - 3 * DAY)[pick % (len(told) + 2)]
        self.give(Correct(self.command(), self.actor("nurse"), "x", seen, value))

    @rule(
        event=st.sampled_from(
            (
                *("admitted", "discharged", "admitted", "discharged"),
                *("discharge-cancelled", "admission-cancelled"),
            )
        ),
        visit=st.sampled_from(("", "V1", "V1", "V2")),
        gap=GAP,
        ago=st.sampled_from((0, 0, 0, HOUR, 3 * DAY)),
    )
    def hospital(self, event: str, visit: str, gap: int, ago: int) -> None:
        """Messages of stays: doubled, out of order, taken back."""
        self.now += gap
        who = self.actor("nurse")
        self.give(Report(self.command(), who, event, self.now - ago, visit=visit))

    @rule(
        pick=PICK, gap=GAP, outcome=st.sampled_from(("attended", "missed", "missed", "cancelled"))
    )
    def attend(self, pick: int, gap: int, outcome: Any) -> None:
        held = list(self.journey.appointments)
        if held:
            which = held[pick % len(held)]
            self.give(Attend(self.command(), self.actor("nurse"), which, outcome), gap)

    # -- life ------------------------------------------------------------------------------------

    @rule(
        event=st.sampled_from(
            (
                *("fall", "ed-visit", "fall", "ed-visit", "admitted", "discharged", "discharged"),
                *("consent-withdrawn", "consent-given", "death-disproved", "reached"),
            )
        ),
        gap=GAP,
    )
    def report(self, event: str, gap: int) -> None:
        self.now += gap
        self.give(Report(self.command(), self.actor("nurse"), event, self.now))

    @rule(zone=st.sampled_from(ZONES), gap=GAP)
    def the_patient_moves(self, zone: str, gap: int) -> None:
        """To another time zone, or within the one."""
        self.now, self.zone = self.now + gap, zone
        who, there = self.actor("nurse"), calendar(zone)
        self.give(Report(self.command(), who, "moved", self.now, calendar=there))

    @rule(pick=PICK, minutes=st.sampled_from((0, 5, 20, 25, 2000)), ago=st.integers(0, 40))
    def minutes_are_spent(self, pick: int, minutes: int, ago: int) -> None:
        """Today or lately, timed or not; or an entry was wrong."""
        starts = self.now - ago * HOUR
        on = Clock(self.zone).day(starts).isoformat()
        known = list(self.journey.minutes)
        wrong = known[pick % len(known)] if known and pick % 3 == 0 else ""
        who, timed = self.actor("nurse"), starts if pick % 2 else 0
        self.give(Spend(self.command(), who, "ccm", minutes, on, timed, wrong))

    @rule(pick=PICK, gap=GAP, ahead=st.sampled_from((0, 0, 0, HOUR)))
    def death_is_reported(self, pick: int, gap: int, ahead: int) -> None:
        """Rare, as nothing reaches the patient until it is settled."""
        if pick % 3:
            return
        self.now += gap
        who, when = self.actor("nurse"), self.now + ahead
        self.give(Report(self.command(), who, "deceased", when, verified=False))

    @rule(pick=PICK, until=st.sampled_from((None, None, 3 * DAY, 0)), whole=st.booleans())
    def hold(self, pick: int, until: int | None, whole: bool) -> None:
        end = None if until is None else self.now + until
        self.give(Hold(self.command(), self.actor("nurse"), SAID, self.one(pick, whole), end))

    @rule(pick=PICK, gap=GAP, whole=st.booleans())
    def resume(self, pick: int, gap: int, whole: bool) -> None:
        self.give(Resume(self.command(), self.actor("nurse"), self.one(pick, whole)), gap)

    @rule(
        pick=PICK, how=st.sampled_from(("withdraw", "leave", "die", "cured", "moved", "deceased"))
    )
    def the_end(self, pick: int, how: str) -> None:
        """Rare, as little can happen afterwards."""
        who, which = self.actor("nurse"), self.one(pick, whole=False)
        if pick % 4:
            return
        match how:
            case "withdraw":
                self.give(Withdraw(self.command(), who, SAID, which))
            case "leave":
                self.give(Withdraw(self.command(), who, SAID))
            case "die":
                self.give(Report(self.command(), who, "deceased", self.now))
            case "cured":
                self.give(Report(self.command(), who, "cured", self.now))
            case disposition:
                self.give(Close(self.command(), who, which, disposition))

    def one(self, pick: int, whole: bool) -> str:
        return "" if whole else NAMES[pick % len(self.pathways)]

    @rule(pick=PICK, gap=GAP)
    def enroll(self, pick: int, gap: int) -> None:
        pathway = self.pathways[pick % len(self.pathways)]
        day = self.operation(pick // 5 % 30 - 10)
        self.now += gap
        self.give(
            Enroll(
                self.command(),
                self.actor("nurse"),
                pathway.pathway,
                digest_of(pathway),
                self.profile(pick),
                calendar(self.zone if pick % 11 else ZONES[pick % len(ZONES)]),
                self.now - pick // 3 % 3 * DAY,
                readings=(Reading("x", 45.0, self.now - DAY), day)[
                    pick % 2 == 0 : 1 + (pick % 3 > 0)
                ],
                team={"nurse": "n1"},
            )
        )

    # -- systems -----------------------------------------------------------------------------------

    @rule(pick=PICK, ahead=st.sampled_from((2 * HOUR, DAY, 5 * DAY)), gap=GAP)
    @precondition(lambda self: self.journey.outstanding)
    def effect_done(self, pick: int, ahead: int, gap: int) -> None:
        effects = list(self.journey.outstanding.values())
        effect = effects[pick % len(effects)]
        self.now += gap
        result: dict[str, str | int] = {}
        if isinstance(effect, Book):
            starts = self.now + ahead
            result = {"appointment": effect.appointment, "starts": starts, "ends": starts + 1800}
        self.answered.append(Done(effect.key, result))
        self.give(self.answered[-1])

    @rule(days=st.integers(1, 5), outcome=st.sampled_from(("attended", "missed", "missed")))
    @precondition(lambda self: any(isinstance(x, Book) for x in self.journey.outstanding.values()))
    def an_appointment_runs_its_course(self, days: int, outcome: Any) -> None:
        """Booked, and some hours after it somebody says how it ended."""
        book = next(x for x in self.journey.outstanding.values() if isinstance(x, Book))
        starts = self.now + days * DAY
        result: dict[str, str | int] = {"starts": starts, "ends": starts + 1800}
        self.give(Done(book.key, result))
        if book.appointment in self.journey.appointments:
            who = self.actor("nurse")
            self.now = starts + 2 * HOUR
            self.give(Attend(self.command(), who, book.appointment, outcome))

    @rule(pick=PICK, unknown=st.booleans())
    @precondition(lambda self: self.journey.outstanding)
    def effect_failed(self, pick: int, unknown: bool) -> None:
        effects = list(self.journey.outstanding)
        self.answered.append(Failed(effects[pick % len(effects)], SAID, unknown))
        self.give(self.answered[-1])

    @rule(pick=PICK)
    @precondition(lambda self: self.course.watch.messages)
    def message_failed(self, pick: int) -> None:
        messages = self.course.watch.messages
        key = messages[-1 - pick % len(messages)].key
        if self.course.knows(key):
            self.give(Failed(key, "bounced"))

    @rule(pick=PICK, what=st.sampled_from(("repeat", "late", "wrong", "back")))
    def noise(self, pick: int, what: str) -> None:
        """What should change nothing: repeated commands, late answers, wrong values, odd clocks."""
        match what:
            case "repeat" if self.past:
                event = self.past[pick % len(self.past)]
                self.course.watch.repeat(self.journey, event, self.now + pick)
            case "late" if self.answered:
                self.give(self.answered[pick % len(self.answered)])
            case "wrong":
                readings = (Reading("x", 20.0, 0), WRONG[pick % len(WRONG)])
                self.give(Record(self.command(), self.actor("nurse"), readings))
            case _:
                self.course.give(Tick(), self.now - pick)


class OnePathway(Lives):
    """One enrollment at a time."""


class SeveralPathways(Lives):
    """Two or three enrollments side by side."""

    together = (2, 3)


class SharedWork(Lives):
    """Two or three pathways that share tasks, letters and appointments: calls of one role are made
    together, alarms joined, and nothing is done twice in a week. They order nothing, so that they
    do not contradict each other."""

    together, shared = (2, 3), True

    def pathway(self, name: str) -> st.SearchStrategy[CompiledPathway]:
        return harmonious(name)

    @rule(rounds=st.integers(2, 4), days=st.integers(2, 4), value=st.sampled_from((45.0, 61.0)))
    def weeks_go_by(self, rounds: int, days: int, value: float) -> None:
        """Calls are made and come again, each pathway's in its own rhythm."""
        self.everybody_does_their_part(rounds, days, value)

    @rule(pick=PICK, days=st.integers(0, 4))
    def one_of_them_ends(self, pick: int, days: int) -> None:
        """While what it shares is under way; and it begins anew after some days."""
        running = [e.pathway for e in self.journey.enrollments.values() if e.status != "discharged"]
        if len(running) < 2:
            return
        pathway = running[pick % len(running)]
        self.give(Close(self.command(), self.actor("nurse"), pathway, "readmitted"))
        self.wake_until(self.now + days * DAY)
        self.enroll(next(n for n, p in enumerate(self.pathways) if p.pathway == pathway), 0)


def lives(share: float) -> settings:
    return settings(
        max_examples=max(1, round(LIVES * share)),
        stateful_step_count=50,
        deadline=None,
        derandomize="CI" in os.environ,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )


TestOnePathway = OnePathway.TestCase
TestSeveralPathways = SeveralPathways.TestCase
TestSharedWork = SharedWork.TestCase
TestOnePathway.settings = lives(0.25)
TestSeveralPathways.settings = lives(0.3)
TestSharedWork.settings = lives(0.1)
