"""Hospital stays, and the pathways that begin anew with a discharge."""

from __future__ import annotations

from typing import Any

from pathways.journey import events as ev
from pathways.spans import Span
from tests.kernel.reference.words import REVIEW_HOLDS, No, Part, Row

MESSAGES = ("admitted", "discharged", "admission-cancelled", "discharge-cancelled")
AWAY = ("readmitted", "discharge-cancelled")


class Hospital(Part):
    """A stay is ``[visit, in, out]``; 0: not known."""

    def on_stay(self, event: ev.Report) -> None:
        old = [list(s) for s in self.stays]
        stay = self.settle_stay(event)
        if old == self.stays:
            return  # told before
        inside, was = self.whereabouts(), self.hospital
        known_before = stay is not None and any(s[0] == stay[0] and s[2] for s in old)
        if event.event == "discharge-cancelled":
            for e in [e for e in self.running() if stay and stay[0] and e["visit"] == stay[0]]:
                self.discharge(e, "discharge-cancelled")
        if inside and not was:
            if event.event == "admitted":
                self.rules_on_event("admitted")
            self.hospital = True
            for e in self.running():
                if e["status"] == "active":
                    self.freeze(e, "admitted", None)
        elif was and not inside:
            self.hospital = False
            for e in self.running():
                if e["status"] == "held" and e["why"] == "admitted":
                    self.thaw(e)
            if event.event == "admission-cancelled":
                self.go_back()
            else:
                self.welcome_home(stay)
        elif not inside and event.event == "discharged" and stay is not None:
            self.was_at_home(event, stay, known_before=known_before)
        elif stay is not None and stay[2]:
            self.revise(stay)
            if event.event == "discharged":
                self.back(stay)

    def settle_stay(self, event: ev.Report) -> list[Any] | None:
        at = max(event.at, 1)
        mine = next((s for s in reversed(self.stays) if event.visit and s[0] == event.visit), None)
        current = self.current()
        if event.event in ("admitted", "discharged"):
            if mine is None and current is not None and not (event.visit and current[0]):
                fits = event.event == "admitted" or event.at >= current[1]
                mine = current if fits else None
            if mine is None:
                mine = [event.visit, 0, 0]
                self.stays.append(mine)
            named = not mine[1] or (event.visit and mine[0] == event.visit)
            mine[0] = mine[0] or event.visit
            if event.event == "discharged":
                mine[2] = at
            elif named:
                mine[1] = at
        else:
            if mine is None and not event.visit:
                open_ = event.event == "admission-cancelled"
                mine = next((s for s in reversed(self.stays) if bool(s[2]) != open_), None)
            if mine is None:
                raise No("no-such-visit")
            if event.event == "admission-cancelled":
                self.stays.remove(mine)
                return None
            mine[2] = 0
        self.stays.sort(key=lambda s: s[1] or s[2])
        del self.stays[:-12]
        return mine

    def current(self) -> list[Any] | None:
        if not self.stays or self.stays[-1][2]:
            return None
        # Choice: stays of which no end is known are one behind the other; the last counts.
        for stay in reversed(self.stays):
            if stay[2]:
                return None
            if all(other[2] <= stay[1] for other in self.stays):
                found: list[Any] = stay
                return found
        return None

    def whereabouts(self) -> bool:
        return self.current() is not None

    def was_at_home(self, event: ev.Report, stay: list[Any], *, known_before: bool) -> None:
        if known_before and stay[0]:
            self.revise(stay)
            self.back(stay)
        elif (
            event.visit and self.running() and all(e["enrolled"] >= stay[2] for e in self.running())
        ):
            for e in self.running():
                if e["spec"].episodes and not e["visit"]:
                    e["visit"] = stay[0]
        else:
            if event.visit and any(e["enrolled"] < stay[2] for e in self.running()):
                self.rules_on_event("admitted")
            self.welcome_home(stay)

    def welcome_home(self, stay: list[Any] | None) -> None:
        self.rules_on_event("discharged")
        if stay is not None:
            self.back(stay)

    def revise(self, stay: list[Any]) -> None:
        for e in self.running():
            if stay[0] and e["visit"] == stay[0]:
                e["referred"] = min(stay[2], self.now)

    def back(self, stay: list[Any]) -> None:
        """Who left for the hospital begins anew."""
        for e in list(self.enrollments.values()):
            if e["spec"].episodes and e["status"] == "discharged" and e["disposition"] in AWAY:
                self.restart(e, stay[0], min(stay[2], self.now))

    def go_back(self) -> None:
        """The admission was a mistake."""
        for e in list(self.enrollments.values()):
            left = e["status"] == "discharged" and e["disposition"] == "readmitted"
            if left and e["spec"].episodes and e["away"] is not None:
                self.restart(e, e["visit"], e["referred"])

    def restart(self, old: Row, visit: str, referred: int) -> None:
        for task in [t for t in self.tasks if t["kind"] == "stay"]:
            if task["pathway"] == old["pathway"]:
                self.close_task(task)
        self.begin(old["pathway"], old["spec"], referred, visit)

    def ask_about(self, e: Row) -> None:
        """Away for 30 days."""
        self.alert_of(e, "stay", "stay", "", ("keep", "stop"), Span(3, "business-day"))
        e["away"] = (self.now + REVIEW_HOLDS, self.number())

    def alert_of(
        self, e: Row, name: str, kind: str, owner: str, outcomes: tuple[str, ...], due: Span
    ) -> None:
        if not any(t["kind"] == kind and t["pathway"] == e["pathway"] for t in self.tasks):
            self.open_task(e, "", name, 0, kind, owner, due, outcomes=outcomes)
