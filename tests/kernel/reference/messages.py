"""Messages: contact hours, the daily cap, consent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.kernel.reference.conditions import names_in
from tests.kernel.reference.words import (
    CONTACTS,
    CONTACTS_A_WEEK,
    REMEMBERED,
    Part,
    Row,
)


class Messages(Part):
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
        if self.withheld(to) or self.is_of_no_plan_yet(e, name, kind, to):
            return "withheld"
        if to == "caregiver" and not self.tells(e, name, message, kind) <= self.she_may_know:
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
            "urgent": urgent,
            "of": of,
            "plan": self.plan_told(e, name, kind) if to in ("patient", "caregiver") else 0,
        }
        if to in ("patient", "caregiver") and not urgent:
            at = self.allowed(m)
            if at > self.now:
                self.unsent.append(m | {"at": at, "made": self.number(), "frozen": False})
                return "delayed"
        self.send(m)
        return "sent"

    def tells(self, e: Row, name: str, message: str, kind: str) -> set[str]:
        """What of the patient a message to the caregiver tells."""
        rule = next((r for r in e["spec"].rules if r.id == name and r.do is not None), None)
        step = e["steps"][name] if rule is None else rule.do
        of_her_health = "safety" if step.response else "health"
        if kind == "unreachable":  # that she could not be reached, unless the letter says for what
            texts = e["spec"].messages[message].values()
            return {of_her_health} if any("title" in text.body for text in texts) else set()
        found = set(step.shares)
        if names_in(step.when if rule is None else rule.when) or (rule is not None and rule.on):
            found.add(of_her_health)
        return found | ({"plan"} if name.endswith("copy") else set())

    def is_of_no_plan_yet(self, e: Row, name: str, kind: str, to: str) -> bool:
        return to in ("patient", "caregiver") and self.not_of_the_plan(e, name, kind)

    def allowed(self, m: Row) -> int:
        """Contact hours, and at most two automated contacts a day (appointments excepted)."""
        at = self.clock.contact(self.now)
        while not m["appointment"] and (
            self.contacted(at) >= CONTACTS
            or (m["kind"] != "material" and self.in_the_week(at) >= CONTACTS_A_WEEK)
        ):
            at = self.clock.morning(self.clock.day(at) + timedelta(days=1))
        return at

    def in_the_week(self, at: int) -> int:
        """Messages that are neither urgent nor about an appointment nor the material of a lesson,
        and the days on which somebody spoke with them."""
        last = self.clock.day(at)
        # Choice: a day is that of the place where it was lived, also after a move.
        days = [*self.written_to, *dict.fromkeys(self.spoken_to)]
        return sum(last - timedelta(days=7) < day <= last for day in days)

    def contacted(self, at: int) -> int:
        return sum(day == self.clock.day(at) for day in self.contacts)

    def send(self, m: Row) -> None:
        if m["to"] in ("patient", "caregiver"):
            self.contacts.append(self.clock.day(self.now))
            if not (m["urgent"] or m["appointment"] or m["kind"] == "material"):
                self.written_to.append(self.clock.day(self.now))
        who = (m["pathway"], m["enrolled"], m["step"], m["occurrence"], m["kind"], m["to"])
        self.messages.append((self.now, *who))
        self.sent[(*who, id(m["of"]))] = m
        for old in list(self.sent)[:-REMEMBERED]:
            del self.sent[old]

    def try_again(self, m: Row) -> None:
        """A message was put off: it is judged again. Another pathway's may have said the same."""
        e = self.enrollments[m["pathway"]]
        run, step = self.run_with(e, m["step"]), e["steps"].get(m["step"])
        if run is not None and step.verb == "notify" and self.was_done_lately(e, step):
            self.unsent.remove(m)
            if run["steps"][step.id]["status"] == "open":
                self.finish(e, step.id, run["steps"][step.id]["occurrence"], "done", "shared")
            return
        at = self.allowed(m)
        if at > self.now:
            m.update(at=at, made=self.number())
            return
        self.unsent.remove(m)
        if not self.withheld(m["to"]):
            self.send(m)
        if m["kind"] == "notify" and run is not None:
            s = run["steps"][m["step"]]
            if s["status"] == "open":
                self.finish(e, m["step"], s["occurrence"], "done", "sent")

    def retract(self, which: Callable[[Row], bool]) -> None:
        self.sent = {k: m for k, m in self.sent.items() if not which(m)}

    def silence(self) -> None:
        # Choice: what was put off is judged when its time comes, and withheld then.
        self.retract(lambda m: m["to"] in ("patient", "caregiver"))
