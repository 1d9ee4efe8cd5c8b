"""Appointments: asked for, booked, kept, missed, given back."""

from __future__ import annotations

from typing import Any

from pathways.spans import Span
from tests.kernel.reference.calendar import business_days_after, open_day_by
from tests.kernel.reference.sharing import source
from tests.kernel.reference.words import (
    DAY,
    No,
    Part,
    Row,
)


class Appointments(Part):
    def request(self, e: Row, stage: str, step: Any, number: int, latest: int) -> None:
        """A slot by ``latest``; or one that another pathway has and that is not later."""
        mine = source(e, stage, step.id, number, step)
        for held in self.appointments if step.same else ():
            when = held["starts"] if held["status"] == "booked" else held["latest"]
            early_enough = when <= self.latest_slot(latest)
            is_over = held["status"] == "booked" and when < self.now
            if held["same"] == step.same and early_enough and not is_over:
                held["sources"].append(mine)
                return
        self.book([mine], latest)

    def latest_slot(self, latest: int) -> int:
        """From tomorrow; a closed day is pulled earlier (T2)."""
        day = open_day_by(self.clock.day(latest))
        tomorrow = self.clock.end_of(self.clock.day(self.now)) + 1
        return max(min(latest, self.clock.end_of(day)), tomorrow + DAY)

    def book(self, sources: list[Row], latest: int) -> None:
        latest = self.latest_slot(latest)
        appointment = {
            **sources[0],
            "sources": sources,
            "same": sources[0]["spec"].same,
            "latest": latest,
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
        self.outstanding.append({"what": what, "of": appointment, "where": where})

    def on_done(self, event: Any) -> None:
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
        appointment.update(status="booked", starts=starts)
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

    def leave_appointment(self, a: Row, rest: list[Row], *, tell: bool) -> None:
        """Given back, unless something else still needs it: then its dates are theirs."""
        if not rest:
            self.give_back(a, tell=tell)
            return
        dates = [(a["remind"], "remind"), (a["ask"], "ask")]
        a.update(rest[0])
        a["sources"] = rest
        for date, what in sorted((d for d in dates if d[0]), key=lambda d: d[0]):
            a[what], a[what + "-frozen"] = (max(date[0], self.now), self.number()), False
        for task in [t for t in self.tasks if t["about"] is a]:
            # Choice: who is asked about it goes on, with the time they had.
            if self.enrollments[a["pathway"]]["status"] != "held":
                self.thaw_task(task)
            task["sources"] = [rest[0] | {"stage": "", "spec": task["spec"]}]
            task.update({name: rest[0][name] for name in ("pathway", "step", "occurrence")})

    def on_attend(self, event: Any) -> None:
        a = next((a for a in self.appointments if a is event.appointment), None)
        if a is None:
            raise No("no-such-appointment")
        if a["status"] != "booked":
            raise No("not-booked")
        # Choice: from the appointment's own day on; it can be called off before.
        early = self.clock.day(self.now) < self.clock.day(a["starts"])
        if early and event.outcome != "cancelled":
            raise No("not-yet")
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
            self.answered()
            for each in a["sources"]:
                mine = self.enrollments[each["pathway"]]
                if not each["stage"]:
                    mine["missed"].pop(each["step"], None)
                self.finish(mine, each["step"], each["occurrence"], "done", "attended")
            return
        step = e["steps"][a["step"]]
        run = self.run_with(e, a["step"])
        misses = 0
        if outcome == "missed":
            misses = 1
            if run is not None:
                run["steps"][a["step"]]["misses"] += 1
                misses = run["steps"][a["step"]]["misses"]
            elif not a["stage"]:  # a rule's
                misses = e["missed"][a["step"]] = e["missed"].get(a["step"], 0) + 1
        owner = step.missed.by if step.missed else step.by
        if misses > 2:
            owner = (step.missed.escalate if step.missed else "") or e["spec"].supervisor
            if owner not in ("primary-care", self.physician(e)):
                self.does_not_come(e, a)
        task = self.open_task(
            e,
            a["stage"],
            a["step"],
            a["occurrence"],
            "outreach",
            owner,
            step.missed.outreach if step.missed else Span(1, "business-day"),
            step=step,
            outcomes=("rebook", "unable-to-reach"),
        )
        task["sources"] = a["sources"]

    def does_not_come(self, e: Row, a: Row) -> None:
        """X2: from the third miss in a row the physician knows. Choice: one note at a time."""
        mine = (e["pathway"], a["step"], "not-coming")
        if any((t["pathway"], t["step"], t["about"]) == mine for t in self.tasks):
            return
        self.open_task(
            e,
            "",
            a["step"],
            a["occurrence"],
            "inform",
            self.physician(e),
            Span(1, "business-day"),
            outcomes=("noted",),
            about="not-coming",
        )

    def on_failed(self, event: Any) -> None:
        message = self.sent.get(event.key) if isinstance(event.key, tuple) else None
        if message is not None:
            del self.sent[event.key]
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
            task = self.open_task(
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
            task["sources"] = a["sources"]
