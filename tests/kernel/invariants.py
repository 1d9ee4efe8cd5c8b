"""What must always hold of a journey (docs/design.md I1-I6, I9), watched decision by decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from pathways.calendar.table import local_day
from pathways.compiled import HUMAN_VERBS, CompiledPathway, Step, contact_of
from pathways.journey.chasing import URGENT
from pathways.journey.decide import Decision, decide, head
from pathways.journey.effects import Cancel, Entry, Notify, TaskRow
from pathways.journey.events import Done, Enroll, Event, Tick
from pathways.journey.runs import StepRun
from pathways.journey.state import Due, Enrollment, Journey, Source
from pathways.undone import AS_USUAL, UNABLE_TO_REACH
from tests.kernel import kept_apart, on_time

Library = Mapping[str, CompiledPathway]
PATIENTWARD = ("patient", "caregiver")
CHASING = ("task-reminder", "task-escalation")
"""Word to staff about a task that is open."""
PEOPLE_BESIDES = ("outreach", "booking")
"""Kinds of tasks that keep a ``schedule`` step going."""

_journeys = msgspec.json.Decoder(Journey)
encoded = msgspec.json.Encoder().encode
"""As the shell encodes state: the order of a table's entries is part of it."""


class Watch:
    """Sees every decision of one journey and fails at the first that breaks an invariant."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.keys: set[str] = set()
        self.rows: dict[str, TaskRow] = {}
        self.open: dict[tuple[Any, ...], str] = {}
        self.over: set[tuple[Any, ...]] = set()
        self.answers: dict[str, Any] = {}
        self.messages: list[Notify] = []
        self.entries: list[Entry] = []

    def decide(self, journey: Journey, event: Event, now: int) -> Decision:
        """Decide, and check all that must hold of the decision."""
        before = encoded(journey)
        travelled = _journeys.decode(before)
        assert travelled == journey, "state that travelled as JSON is other state"
        expected = encoded(decide(travelled, event, now, self.library))
        decision = decide(journey, event, now, self.library)
        assert encoded(journey) == before, "the journey that went in was changed"
        assert encoded(decision) == expected, "state that travelled as JSON decides otherwise"
        self.check(journey, event, decision)
        return decision

    def check(self, before: Journey, event: Event, decision: Decision) -> None:
        self._time_and_revision(before, decision)
        self._keys_are_unique(decision)
        self.tasks_close_once(decision)
        self.nothing_is_lost(decision.journey)
        self._nothing_after_the_end(before, event, decision)
        self._nothing_is_early(decision)
        self._first_answers(event, decision)
        kept_apart.check(self.library, decision)
        on_time.nothing_is_late(self.library, decision.journey)

    def nothing_is_lost(self, journey: Journey) -> None:
        self._occurrences_are_kept(journey)
        self._attempts_are_days_apart(journey)
        self._a_way_out(journey)

    # -- I1 ------------------------------------------------------------------------------------

    def _occurrences_are_kept(self, journey: Journey) -> None:
        """I1: an open occurrence has somebody or something that will end it; it ends once."""
        open_now: dict[tuple[Any, ...], str] = {}
        for e in journey.enrollments.values():
            for run in e.active:
                for name, state in run.steps.items():
                    begins = [*dates(journey, e, "start"), *dates(journey, e, "recur")]
                    armed = [due for due in begins if due.ref == name]
                    assert len(armed) == state.armed, f"{name} of {e.pathway} waits for no date"
                    if state.status != "open":
                        continue
                    step = step_of(self.library[e.digest], name)
                    key = (e.pathway, e.enrolled, run.stage, run.occurrence, name, state.occurrence)
                    assert key not in self.over, f"{key} ended and is open again"
                    assert self._carried(journey, e, step, state), f"nobody carries {key}"
                    open_now[key] = step.verb
        self.over |= self.open.keys() - open_now.keys()
        self.open = open_now
        self._tasks_serve_open_steps(journey, open_now)

    def _carried(self, journey: Journey, e: Enrollment, step: Step, state: StepRun) -> bool:
        mine = (e.pathway, step.id, state.occurrence)
        if step.verb in HUMAN_VERBS:
            return served(journey.tasks.values(), mine)
        if kept_apart.waits_for_a_decision(journey, mine, state):
            return True
        match step.verb:
            case "schedule":
                helping = [t for t in journey.tasks.values() if t.kind in PEOPLE_BESIDES]
                held = journey.appointments.values()
                return served(held, mine) != served(helping, mine)
            case "notify":
                course = f"/{e.pathway}~{e.enrolled}/"
                unsent = journey.unsent.items()
                waiting = [k for k, m in unsent if m.step == step.id and course in k]
                return any(due.ref in waiting for due in dates(journey, e, "message"))
            case "wait" | "monitor":
                return sum(due.ref == step.id for due in dates(journey, e, step.verb)) == 1
        return False

    def _tasks_serve_open_steps(
        self, journey: Journey, open_now: dict[tuple[Any, ...], str]
    ) -> None:
        steps = {(k[0], k[4], k[5]) for k in open_now}
        for task in journey.tasks.values():
            if task.kind in HUMAN_VERBS and not task.about:
                for s in task.sources:
                    orphan = s.stage and (s.pathway, s.step, s.occurrence) not in steps
                    assert not orphan, f"{task.id} serves {s}, which is over"

    def _attempts_are_days_apart(self, journey: Journey) -> None:
        """Attempts to reach somebody are of different days (urgent work apart), in order, not yet
        as many as end the task, and the next is on a later day."""
        for task in journey.tasks.values():
            assert bool(task.contact) <= (UNABLE_TO_REACH in task.outcomes), task
            assert not task.attempts or task.contact, task
            assert task.attempts == tuple(sorted(task.attempts)), task
            calendar = journey.calendar
            if task.urgency in URGENT or not task.attempts or calendar is None:
                continue
            days = [local_day(calendar, at) for at in task.attempts]
            assert len(set(days)) == len(days), task
            assert local_day(calendar, task.again) > days[-1], task
            steps = [self._step(journey, s) for s in task.sources]
            plans = [s.unreachable for s in steps if contact_of(s)] or [AS_USUAL]
            assert len(days) < max(plan.attempts for plan in plans), task

    def _step(self, journey: Journey, source: Source) -> Step:
        pathway = self.library[journey.enrollments[source.pathway].digest]
        rule = next((r.do for r in pathway.rules if r.id == source.step), None)
        return rule or step_of(pathway, source.step)

    # -- I2, I3, I4 ------------------------------------------------------------------------------

    def _keys_are_unique(self, decision: Decision) -> None:
        """I2: one key, one effect, over the whole journey."""
        messages = decision.record.messages if decision.record else ()
        for effect in (*decision.effects, *messages):
            assert effect.key not in self.keys, f"{effect.key} is asked for twice"
            self.keys.add(effect.key)
        self.messages.extend(messages)

    def tasks_close_once(self, decision: Decision) -> None:
        """I3: each task is closed once, by an end that the record shows."""
        if decision.record is None:
            return
        for row in decision.record.tasks:
            known = self.rows.get(row.task)
            assert known is None or known.status == "open", f"{row.task} is closed already"
            self.rows[row.task] = row
        still = {t for t, row in self.rows.items() if row.status == "open"}
        assert still == set(decision.journey.tasks), "the worklist and the journey differ"
        for task in decision.journey.tasks.values():
            row = self.rows[task.id]
            assert (row.owner, row.due, row.level) == (task.owner, task.due, task.level)
            assert task.owner, f"{task.id} has no owner"

    def _nothing_is_early(self, decision: Decision) -> None:
        """I4: no escalation before its due time."""
        entries = decision.record.entries if decision.record else ()
        self.entries.extend(entries)
        for entry in entries:
            if entry.kind == "task-escalated":
                assert entry.at > int(entry.params["due"]), f"escalated early: {entry}"

    # -- I5 ------------------------------------------------------------------------------------

    def _nothing_after_the_end(self, before: Journey, event: Event, decision: Decision) -> None:
        """I5: who has left, died or said no hears nothing more."""
        journey, record = decision.journey, decision.record
        messages = [m for m in record.messages if m.key not in record.retract] if record else []
        for m in messages:
            course = m.key.split("/")[1]
            pathway, _, enrolled = course.partition("~")
            e = journey.enrollments[pathway]
            already = before.enrollments.get(pathway)
            if already is not None and already.enrolled == int(enrolled):
                # In the very second of the first enrollment; it may be over again at once.
                begins_anew = isinstance(event, Enroll) and event.pathway == pathway
                opened = [x for x in record.entries if x.kind == "case-reopened"] if record else []
                begins_anew = begins_anew or any(x.pathway == pathway for x in opened)  # X11
                ended = already.status == "discharged" and not begins_anew
                chased = m.message in CHASING and m.to not in PATIENTWARD
                assert not ended or chased, f"{m.key} after the end"
            else:
                assert e.enrolled == int(enrolled), f"{m.key} belongs to no enrollment"
            if e.status == "discharged" and e.disposition in ("withdrawn", "deceased"):
                # X6 and X4: the team hears of a death, and of alarms that somebody left open.
                dead = e.disposition == "deceased"
                # Whoever cared for them is still cared for: that work is chased.
                staff = {"team-notice", *CHASING} if dead else {"task-urgent", *CHASING}
                assert m.message in staff, f"{m.key} after {e.disposition}"
                assert m.to not in PATIENTWARD, f"{m.key} after death"
            quiet = (before.silent and journey.silent) or (before.frozen and journey.frozen)
            assert not (quiet and m.to in PATIENTWARD), f"{m.key} while nothing may be sent"
        if before.status == "closed" and not isinstance(event, Enroll):
            assert not messages
            late = isinstance(event, Done)
            assert all(late and isinstance(x, Cancel) for x in decision.effects)

    # -- I6 ------------------------------------------------------------------------------------

    def _first_answers(self, event: Event, decision: Decision) -> None:
        command = getattr(event, "command", "")
        if command:
            first = self.answers.setdefault(command, decision.answer)
            assert decision.answer == first, "a command is answered otherwise than at first"

    def repeat(self, journey: Journey, event: Event, now: int) -> None:
        """I6: a command that comes again gets its first answer and changes nothing."""
        decision = self.decide(journey, event, now)
        assert decision.journey is journey
        assert decision.record is None
        assert not decision.effects

    # -- I9 ------------------------------------------------------------------------------------

    def _a_way_out(self, journey: Journey) -> None:
        """I9: whatever waits has a date, or a person who was asked."""
        if journey.status == "closed":
            assert not journey.agenda, "a closed journey has an agenda"
            assert not journey.tasks, "a closed journey has tasks"
            assert not journey.appointments, "a closed journey has appointments"
            assert not journey.unsent, "a closed journey has messages to send"
        watched = {due.ref for due in journey.agenda if due.kind == "task"}
        holds = {due.pathway for due in journey.agenda if due.kind == "hold"}
        for task in journey.tasks.values():
            frozen = all(
                journey.enrollments[s.pathway].status == "held" and s.pathway in holds
                for s in task.sources
            )
            assert task.id in watched or frozen or task.blocked, f"nobody looks after {task}"
        if journey.frozen and journey.status in ("active", "held"):
            kinds = [t.kind for t in journey.tasks.values()]
            assert "verify-death" in kinds, "nobody verifies the reported death"
        for appointment in journey.appointments.values():
            self._appointment_has_a_way_out(journey, appointment.id)
        for e in journey.enrollments.values():
            self._enrollment_has_a_way_out(journey, e, holds)

    def _appointment_has_a_way_out(self, journey: Journey, appointment: str) -> None:
        held = journey.appointments[appointment]
        if held.status == "requested":
            asked = [x.appointment for x in journey.outstanding.values()]
            assert appointment in asked, f"{held} waits for nothing"
            return
        paused = [due for e in journey.enrollments.values() for due in e.paused]
        dated = any(
            due.kind == "attendance" and due.ref == appointment
            for due in (*journey.agenda, *paused)
        )
        asked_about = any(task.about == appointment for task in journey.tasks.values())
        assert dated or asked_about, f"nobody will ask how {held} ended"

    def _enrollment_has_a_way_out(self, journey: Journey, e: Enrollment, holds: set[str]) -> None:
        if e.status != "held":
            assert not e.paused, "only a hold keeps dates back"
        if e.status == "held":
            assert e.pathway in holds, "nothing ends or reviews this hold"
        if e.status == "discharged":
            assert not e.active
        if e.status != "active":
            return
        mine = [due for due in journey.agenda if due.pathway == e.pathway and due.kind != "goal"]
        working = any(
            s.pathway == e.pathway
            for sources in (
                *(task.sources for task in journey.tasks.values()),
                *(appointment.sources for appointment in journey.appointments.values()),
            )
            for s in sources
        )
        held_back = any(
            kept_apart.waits_for_a_decision(journey, (e.pathway, name, state.occurrence), state)
            for run in e.active
            for name, state in run.steps.items()
            if state.status == "open"
        )  # by a ruling of others: its task, which there must be, is theirs
        assert mine or working or held_back, f"{e.pathway} waits for ever"

    def _time_and_revision(self, before: Journey, decision: Decision) -> None:
        journey = decision.journey
        assert journey.now >= before.now
        assert list(journey.agenda) == sorted(journey.agenda)
        if decision.record is not None:
            assert journey.revision == before.revision + 1 == decision.record.revision
            due = head(journey)
            assert due is None or due >= decision.record.at
        else:
            assert not decision.effects


def step_of(pathway: CompiledPathway, name: str) -> Step:
    return next(s for stage in pathway.stages for s in stage.steps if s.id == name)


def served(things: Any, mine: tuple[str, str, int]) -> bool:
    """Whether exactly one of these tasks or appointments serves an occurrence of a step."""
    found = [
        thing
        for thing in things
        if any((s.pathway, s.step, s.occurrence) == mine and s.stage for s in thing.sources)
    ]
    seats = [getattr(thing, "seat", "") for thing in found]
    assert len(set(seats)) == len(found), f"{mine} is served twice"
    assert len(found) <= 1 or all(seats), f"{mine} is served twice"
    return bool(found)


def dates(journey: Journey, e: Enrollment, kind: str) -> list[Due]:
    """Dates of an enrollment, whether they run or wait for the end of a hold."""
    return [
        due for due in (*journey.agenda, *e.paused) if due.pathway == e.pathway and due.kind == kind
    ]


def let_time_pass(watch: Watch, journey: Journey, until: int) -> tuple[Journey, int]:
    """Wake at every due instant, as the shell does."""
    now = journey.now
    while (due := head(journey)) is not None and due <= until:
        now = max(now, due)
        journey = watch.decide(journey, Tick(), now).journey
    return journey, max(now, until)
