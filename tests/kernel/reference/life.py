"""Hospital, holds, withdrawal, consent, death."""

from __future__ import annotations

from typing import Any

from pathways.journey import events as ev
from pathways.spans import Span
from tests.kernel.reference.hospital import MESSAGES
from tests.kernel.reference.words import (
    AHEAD,
    REVIEW_HOLDS,
    No,
    Part,
    Row,
)


class Life(Part):
    def on_report(self, event: ev.Report) -> None:
        if event.at > self.now + AHEAD:
            raise No("in-the-future")
        if self.dead and event.event not in ("deceased", "death-disproved"):
            raise No("deceased")
        match event.event:
            case "deceased" | "death-disproved" if self.dead:
                pass  # told again
            case "deceased":
                self.silence()
                self.died = min(event.at, self.now)
                if event.verified:
                    self.die()
                elif not self.frozen:
                    self.frozen = True
                    self.alert("death-reported", "verify-death", "", ("verified", "disproved"))
            case "death-disproved":
                self.frozen, self.died = False, 0
                for task in [t for t in self.tasks if t["kind"] == "verify-death"]:
                    self.close_task(task)
                    self.moved[task["pathway"]] = None
            case known if known in MESSAGES:
                self.on_stay(event)
            case "consent-withdrawn":
                self.silent = True
                self.silence()
                self.alert("consent-withdrawn", "consent", "case-manager", ("done",))
                for e in self.running()[:1]:
                    self.alert("consent-withdrawn", "consent", self.physician(e), ("noted",))
            case "consent-given":
                self.silent = False
            case "moved":
                assert event.calendar is not None
                self.move(event.calendar.zone)
                self.rules_on_event("moved")
            case other:
                if other == "reached":
                    self.answered()
                self.rules_on_event(other)

    def alert(self, name: str, kind: str, owner: str, outcomes: tuple[str, ...]) -> None:
        left = sorted(self.enrollments.values(), key=lambda e: -e["ended"])
        somebody = self.running() or (left if kind == "verify-death" else [])
        for e in somebody[:1]:
            due = Span(1, "business-day")
            self.open_task(e, "", name, 0, kind, owner, due, outcomes=outcomes)

    def die(self) -> None:
        """X6: all is cancelled, the patient hears nothing, everybody who had work is told once."""
        self.dead = True
        self.died = self.died or self.now
        for e in self.enrollments.values():
            e["away"] = None
        roles = dict.fromkeys((*(t["owner"] for t in self.tasks), *self.team))
        ended = self.running()
        for e in ended:
            self.discharge(e, "deceased")
        self.tasks.clear()
        if ended:
            due, ends = Span(1, "business-day"), ("told", "not-needed")
            self.open_task(
                ended[0], "", "death-told", 0, "tell-death", "case-manager", due, outcomes=ends
            )
        if ended and self.caregiver:
            self.console(ended[0], 0)
        for role in roles if ended else ():
            self.notify(ended[0], "death", 0, "team-notice", role, "team-notice")

    def console(self, e: Row, number: int) -> None:
        """Condolence, then by months after the death; each follows when the last was made."""
        months = (0, 1, 3, 6, 9, 13)
        if number == len(months):
            return
        owner = "social-worker" if "social-worker" in e["spec"].roles else ""
        by = self.clock.by(self.died, Span(months[number], "month")) if number else None
        due, ends = Span(3, "business-day"), ("done", "not-wanted")
        self.open_task(
            e, "", "bereavement", number, "bereavement", owner, due, outcomes=ends, by=by
        )

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

    def freeze(self, e: Row, why: str, until: int | None) -> None:
        """Every clock of the enrollment stops.

        Choice: those of work that is the patient's and not the pathway's do not (X4, X6).
        """
        for task in self.of(e, self.tasks):
            others = [self.enrollments[s["pathway"]] for s in task["sources"]]
            stops = all(other is e or other["status"] == "held" for other in others)
            runs_on = task["kind"] in ("hold", "verify-death", "consent")
            task["frozen"] = task["frozen"] or (stops and not runs_on)
        for m in self.led_by(e, self.unsent):
            m["frozen"] = True
        for a in self.led_by(e, self.appointments):
            a["remind-frozen"] = a["ask-frozen"] = True
        e.update(status="held", held=self.now, why=why)
        e["until"] = until is not None
        e["review"] = (until or self.now + REVIEW_HOLDS, self.number())

    def thaw(self, e: Row) -> None:
        """Every stopped clock goes on with the time it had left."""
        length = self.now - e["held"]
        e.update(status="active", why="", review=None)

        # Choice: what fell on one instant goes on in the order in which it was due before.
        stopped: list[tuple[tuple[Any, ...], int, Row, str]] = []
        for run in e["active"]:
            stopped.append((run["deadline"], length, run, "deadline"))
            stopped += [(s["date"], length, s, "date") for s in run["steps"].values()]
        for dates in (e["reviews"], e["goal-dates"]):
            stopped += [(date, length, dates, name) for name, date in dates.items()]
        for m in self.led_by(e, self.unsent):
            if m["frozen"]:
                stopped.append(((m["at"], m["made"]), length, m, ""))
        for a in self.led_by(e, self.appointments):
            # The day of an appointment does not move.
            for what in ("remind", "ask"):
                if a[what + "-frozen"]:
                    stopped.append((a[what], 0, a, what))
                a[what + "-frozen"] = False
        for date, by, row, name in sorted((s for s in stopped if s[0]), key=lambda s: s[0][:2]):
            at, made = max(date[0] + by, self.now), self.number()
            if row is e["reviews"]:
                early = self.clock.planned(at, e["stages"][name].every)
                at = early if early > self.now else at
            if name:
                row[name] = (at, made, *date[2:])
            else:
                row.update(at=at, made=made, frozen=False)
        for task in self.of(e, self.tasks):
            if task["kind"] == "hold":
                self.close_task(task)
        for task in self.of(e, self.tasks):
            self.thaw_task(task)
        e["held"] = 0
        self.arrange_windows_anew(e)
        self.moved[e["pathway"]] = None

    def hold_over(self, e: Row) -> None:
        if e["until"] and self.hospital:
            e["until"], e["why"] = False, "admitted"
            e["review"] = (self.now + REVIEW_HOLDS, self.number())
            return
        if e["until"]:
            self.thaw(e)
            return
        if not any(t["kind"] == "hold" for t in self.of(e, self.tasks)):
            self.open_task(
                e, "", "hold", 0, "hold", "", Span(3, "business-day"), outcomes=("keep", "resume")
            )
        e["review"] = (self.now + REVIEW_HOLDS, self.number())

    def on_withdraw(self, event: ev.Withdraw) -> None:
        targets = [e for e in self.running() if event.pathway in ("", e["pathway"])]
        if not targets:
            raise No("not-enrolled")
        if not event.pathway:
            for e in self.enrollments.values():
                e["away"] = None
        for e in targets:
            self.discharge(e, "withdrawn")
        # X4: the physician is told within a business day.
        due = Span(1, "business-day")
        owner = self.physician(targets[0])
        self.open_task(targets[0], "", "withdrawn", 0, "inform", owner, due, outcomes=("noted",))

    def physician(self, e: Row) -> str:
        """Choice: where a pathway knows no physician, its supervisor."""
        has_one = "primary-care" in e["spec"].roles
        return "primary-care" if has_one else e["spec"].supervisor

    def is_alarm_of(self, e: Row, task: Row) -> bool:
        """Raised by a rule of this pathway, and no other that goes on looks after it."""
        theirs = [s for s in task["sources"] if s["pathway"] == e["pathway"] and not s["stage"]]
        others = [o["pathway"] for o in self.running() if o is not e]
        looked_after = any(s["pathway"] in others for s in task["sources"])
        return bool(theirs) and bool(task["class"]) and not looked_after

    def hand_on(self, e: Row, alarms: list[Row]) -> None:
        """X4: open safety alerts of who withdraws go to the physician with the time they had."""
        for task in alarms:
            self.thaw_task(task)
            task["owner"] = self.physician(self.enrollments[task["pathway"]])
            self.tell(task, task["owner"], "handed", "task-urgent")

    def on_close(self, event: ev.Close) -> None:
        e = self.enrollments.get(event.pathway)
        if e is None or e["status"] == "discharged":
            raise No("not-enrolled")
        if event.disposition in ("deceased", "withdrawn"):
            raise No("wrong-command")
        self.discharge(e, event.disposition)
