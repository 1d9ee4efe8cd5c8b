"""Playing a scenario on the kernel: people, services and the clock do what its lines say."""

from __future__ import annotations

from typing import Literal

from msgspec.structs import replace

from pathways.calendar.table import instant
from pathways.journey.draft import KernelError
from pathways.journey.events import (
    Actor,
    Assign,
    Attend,
    Close,
    Correct,
    Decline,
    Enroll,
    Event,
    Failed,
    Hold,
    Match,
    PatientProfile,
    Reading,
    Record,
    Report,
    Resume,
    Vary,
    Withdraw,
)
from pathways.journey.state import Appointment, Task
from pathways.medicines.lines import medicine_of
from pathways.medicines.reconciliation import decision_of
from pathways.scenarios import referring
from pathways.scenarios.course import Course, Trouble, day_of
from pathways.scenarios.living import SOMEBODY, Life, Stuck
from pathways.scenarios.reviewing import review_of, told
from pathways.scenarios.scenario import Happening, Scenario
from pathways.scenarios.site import Site
from pathways.scenarios.world import Answers


def play(scenario: Scenario, site: Site) -> Course:
    """Play a scenario. Never raises for what a scenario or a pathway may say: what cannot be
    played is a ``Trouble`` of the course."""
    return _Player(scenario, site).play()


class _Player(Life):
    def play(self) -> Course:
        line = self._scenario.line
        try:
            for pathway in self._scenario.pathways:
                self._enroll(pathway, line)
            for happening in self._scenario.course:
                line = happening.line
                self._happen(happening)
        except Stuck as stuck:
            self._course.troubles.append(Trouble(line, str(stuck)))
        except KernelError as error:
            self._course.troubles.append(Trouble(line, f"The journey cannot go on: {error}"))
        self._course.end = self._now
        return self._course

    def _happen(self, one: Happening) -> None:
        if one.deed == "until" and one.until is not None:
            end = self._reach(self._clock.of(one.until, self._now))
            self._pass(end, one if one.all_done or self._scenario.all_done else None)
            return
        if one.at is not None:
            idle = Happening("until") if self._scenario.all_done else None
            self._pass(self._reach(self._clock.of(one.at, self._now, noon=True)), idle)
        match one.deed:
            case "complete" | "decline" | "vary" | "assign":
                self._on_task(one)
            case "attended" | "missed" | "cancelled" as outcome:
                self._on_appointment(one, outcome)
            case "slots":
                self._slots |= one.slots
            case "undelivered":
                self._undelivered(one)
            case "enroll":
                self._enroll(one.of, one.line)
            case "refer":
                self._refer(one)
            case "match":
                self._match(one)
            case _:
                self._command(self._told(one), one.line)

    def _reach(self, at: int) -> int:
        if at < self._now:
            raise Stuck(
                f"This lies before the line above: it is {self._clock.say(self._now)} already."
            )
        return at

    def _on_task(self, one: Happening) -> None:
        if one.deed == "decline" and not one.kind:
            held = self._appointment(one, ("requested", "booked"))
            if held is not None:
                actor = Actor(SOMEBODY, one.by or "case-manager")
                reason = one.reason or "declined"
                self._command(Decline(self._id(), actor, held.id, reason, True), one.line)
                return
        task = self._task(one)
        actor = Actor(SOMEBODY, one.by or task.owner)
        reason = one.reason or one.deed
        event: Event
        if one.deed == "complete":
            answers = Answers(one.values, self._scenario.usual, one.answers)
            event = self._complete(task, actor, answers, one.outcome, extra=True)
            found = map(medicine_of, one.medicines) if one.medicines is not None else None
            event = replace(
                event,
                note=one.note or one.reason,
                without=one.without,
                restore=one.restore,
                channel=one.channel,
                medicines=None if found is None else tuple(m for m in found if m is not None),
                packet={**event.packet, **one.packet},
                decisions=tuple(d for d in map(decision_of, one.decisions) if d is not None),
            )
        elif one.deed == "decline":
            event = Decline(self._id(), actor, task.id, reason, True)
        elif one.deed == "vary":
            event = Vary(self._id(), actor, task.id, reason)
        else:
            event = Assign(self._id(), actor, one.to, task.id)
        self._command(event, one.line)

    def _on_appointment(
        self, one: Happening, outcome: Literal["attended", "missed", "cancelled"]
    ) -> None:
        held = self._appointment(one, ("booked",))
        if held is None:
            raise Stuck(f"No appointment of {one.of} is booked at {self._clock.say(self._now)}.")
        if one.at is None:
            self._pass(max(self._now, held.ends))
        actor = Actor(SOMEBODY, one.by or "coordinator")
        values = one.values
        if outcome == "attended":
            values = {**self._scenario.results.get(held.service, {}), **values}
        readings = tuple(Reading(name, value, 0) for name, value in values.items())
        self._command(Attend(self._id(), actor, held.id, outcome, readings), one.line)

    def _undelivered(self, one: Happening) -> None:
        keys = [s.message.key for s in self._course.sent if s.message.message == one.of]
        key = next((k for k in reversed(keys) if k in self._journey.sent), None)
        if key is None:
            raise Stuck(f"No message {one.of} was sent by {self._clock.say(self._now)}.")
        self._give(Failed(key, one.reason or "undeliverable"))

    def _told(self, one: Happening) -> Event:
        actor, command, now = Actor(SOMEBODY, one.by or "case-manager"), self._id(), self._now
        match one.deed:
            case "record":
                seen = 0 if one.observed is None else self._clock.of(one.observed, now, noon=True)
                readings = tuple(Reading(n, value, seen) for n, value in one.values.items())
                return Record(command, actor, readings)
            case "correct" | "retract":
                name, value = next(iter(one.values.items()), (one.of, None))
                seen = 0 if one.observed is None else self._clock.of(one.observed, now, noon=True)
                return Correct(command, actor, name, seen, value, one.reason)
            case "event":
                calendar = None
                if one.zone:
                    calendar = self._site.calendars(one.zone, self._clock.first)
                at = now if one.observed is None else self._clock.of(one.observed, now, noon=True)
                said = {"to": one.to, "into": one.into, **one.told}
                details = {name: text for name, text in said.items() if text}
                return Report(
                    command, actor, one.of, at, one.verified, calendar, details, one.visit
                )
            case "hold":
                until = None if one.until is None else self._clock.of(one.until, now)
                return Hold(command, actor, one.of, one.pathway, until)
            case "review":
                run = review_of(self._journey, one.of, one.say)
                if run is None:
                    raise Stuck(f"No authorization is asked for by {one.of}.")
                return told(run, one.say, one.details, command, actor)
            case "resume":
                return Resume(command, actor, one.pathway)
            case "withdraw":
                return Withdraw(command, actor, one.of, one.pathway)
            case _:
                pathway = one.pathway or self._scenario.pathways[0]
                return Close(command, actor, pathway, one.of, one.reason)

    def _refer(self, one: Happening) -> None:
        """Somebody is referred who may be the patient: the referral waits outside the journey."""
        unknown = [name for name in one.told if name not in referring.TOLD]
        if unknown:
            raise Stuck(f"Of a referral is told: {', '.join(referring.TOLD)}; not {unknown[0]}.")
        found = referring.likeness(self._scenario.patient, one.told)
        if found.verdict == "other":
            raise Stuck("Who is referred here is somebody else: this patient never hears of it.")
        referrer = one.told.get("referrer", "")
        waiting = referring.Referred(f"m-{self._commands}", one.of, self._now, referrer)
        self._waiting.append(waiting)
        event = Match(
            self._id(),
            Actor(SOMEBODY, one.by or "case-manager"),
            waiting.match,
            pathway=one.of,
            referred=self._now,
            referrer=referrer,
            likeness=found.sentence(),
        )
        self._command(event, one.line)

    def _match(self, one: Happening) -> None:
        """A person says who is referred: the first referral that waits."""
        if not self._waiting:
            raise Stuck(f"No referral waits at {self._clock.say(self._now)}.")
        waiting = self._waiting.pop(0)
        if one.of == "same-person":
            self._enroll(waiting.pathway, one.line, waiting)
            return
        if one.of != "other-person":
            raise Stuck("Who is referred is the same-person or an other-person.")
        actor = Actor(SOMEBODY, one.by or "case-manager")
        event = Match(self._id(), actor, waiting.match, "other-person", reason=one.reason)
        self._command(event, one.line)

    def _enroll(self, pathway: str, line: int, waited: referring.Referred | None = None) -> None:
        if pathway not in self._site.pathways:
            known = ", ".join(sorted(self._site.pathways))
            raise Stuck(f'There is no pathway "{pathway}". Known: {known}.')
        digest, _ = self._site.pathways[pathway]
        now = self._now
        readings = tuple(Reading(n, value, now) for n, value in self._scenario.known.items())
        referred = now
        if self._scenario.referred:
            referred = min(
                instant(self._clock.calendar, day_of(self._scenario.referred), 43_200), now
            )
        event = Enroll(
            self._id(),
            Actor(SOMEBODY, "case-manager"),
            pathway,
            digest,
            self._profile(),
            self._clock.calendar,
            referred if waited is None else waited.at,
            readings,
            referrer=self._scenario.referrer if waited is None else waited.referrer,
            match="" if waited is None else waited.match,
        )
        self._command(event, line)

    def _profile(self) -> PatientProfile:
        who = self._scenario.patient
        usual = tuple(
            codes[0]
            for name in self._scenario.pathways
            if name in self._site.pathways
            for codes in (self._site.pathways[name][1].icd10,)
            if codes
        )
        return PatientProfile(
            born=who.born,
            sex=who.sex,
            language=who.language,
            deceased=who.deceased,
            conditions=who.conditions or usual,
            medications=who.medications,
            consent=who.consent,
            caregiver=who.caregiver,
            caregiver_access=who.access if who.caregiver and who.access != "unasked" else "",
            payer=who.payer,
        )

    def _task(self, one: Happening) -> Task:
        fitting = [
            task
            for task in self._journey.tasks.values()
            if any(s.step == one.of and one.pathway in ("", s.pathway) for s in task.sources)
            and one.kind in ("", task.kind)
        ]
        own = [task for task in fitting if not task.about] or fitting
        # Of several approvers each has a task: whoever acts does their own.
        own = [task for task in own if task.seat and task.owner == one.by] or own
        if own:
            return own[0]
        found = sorted({s.step for task in self._journey.tasks.values() for s in task.sources})
        kind = f" of kind {one.kind}" if one.kind else ""
        raise Stuck(
            f"No task{kind} of {one.of} is open at {self._clock.say(self._now)}; "
            f"open are: {', '.join(found) or 'none'}."
        )

    def _appointment(self, one: Happening, statuses: tuple[str, ...]) -> Appointment | None:
        return next(
            (
                held
                for held in self._journey.appointments.values()
                if held.status in statuses
                and any(s.step == one.of and one.pathway in ("", s.pathway) for s in held.sources)
            ),
            None,
        )
