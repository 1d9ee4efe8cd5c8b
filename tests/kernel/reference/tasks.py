"""Tasks: reminded, escalated, closed."""

from __future__ import annotations

from typing import Any

from pathways.journey import events as ev
from pathways.spans import Span
from tests.kernel.reference.conditions import value
from tests.kernel.reference.contacts import ANSWERED
from tests.kernel.reference.sharing import source
from tests.kernel.reference.words import (
    AS_USUAL,
    AT_ONCE,
    CALL_AGAIN,
    PEOPLE,
    URGENT,
    No,
    Part,
    Row,
)

CHASED_AS_THEIR_STEP = (*PEOPLE, "monitor", "outreach", "booking")
NOTHING = ev.Complete("", ev.Actor("", ""), "")


class Tasks(Part):
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
        response: str = "",
        by: int | None = None,
    ) -> Row:
        spec = e["spec"]
        own = step is not None and kind in PEOPLE
        contact = ""
        if own:
            contact = step.contact or ("patient" if kind in ("assess", "educate") else "")
        task = {
            "pathway": e["pathway"],
            "stage": stage,
            "step": name,
            "occurrence": number,
            "kind": kind,
            "owner": owner or spec.supervisor,
            "supervisor": spec.supervisor,
            "opened": self.now,
            "due": max(self.clock.by(self.now, due) if by is None else by, self.now),
            "outcomes": (*outcomes, "unable-to-reach") if contact else outcomes,
            "collect": step.collect if own else collect,
            "urgent": (response or (step.response if own else "")) in URGENT,
            "spec": step,
            "contact": contact,
            "tries": [],
            "again": 0,
            "chain": self.chain_of(kind, step),
            "era": 0,
            "same": step.same if own else "",
            "sources": [source(e, stage, name, number, step)],
            "level": 0,
            "passed": 0,
            "told": [],
            "about": about,
            "frozen": False,
            "seat": "",
            "class": response or (step.response if own else ""),
            "handed": 0,
            "said": NOTHING,
        }
        self.tasks.append(task)
        self.watch(task)
        if task["urgent"]:
            self.tell(task, task["owner"], "urgent", "task-urgent")
        return task

    @staticmethod
    def chain_of(kind: str, step: Any) -> list[tuple[str, str, int, Any]]:
        """How a task is chased: as its step says, if it is work of the step."""
        if step is not None and step.overdue and kind in CHASED_AS_THEIR_STEP:
            return [(o.action, o.to, o.percent, o.after) for o in step.overdue]
        return [(what, to, percent, None) for what, to, percent in AS_USUAL]

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
                kind = f"remind{self.place_in_chain(task)}"
                self.tell(task, to or task["owner"], kind, "task-reminder")
            else:
                self.escalate(task, to)
            task["passed"] += 1
        self.watch(task)

    def escalate(self, task: Row, to: str) -> None:
        role = to or task["supervisor"]
        task["level"] += 1
        task["told"].append(role)
        self.note("escalated", task, role)
        self.tell(task, role, f"escalate{self.place_in_chain(task)}", "task-escalation")

    @staticmethod
    def place_in_chain(task: Row) -> str:
        return f"{task['passed']}.{task['era']}" if task["era"] else f"{task['passed']}"

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

    def on_complete(self, event: Any) -> None:
        task = self.find(event.task, event.actor)
        outcome = event.outcome or task["outcomes"][0]
        partial = outcome in ("partial", "go-on") and bool(task["collect"])
        if outcome not in task["outcomes"] and not partial:
            raise No("unknown-outcome")
        if task["seat"] and event.actor.role != task["owner"]:
            raise No("not-yours")
        self.check_said(self.enrollments[task["pathway"]], task, outcome, event)
        if task["contact"] and outcome == "unable-to-reach":
            self.tried_in_vain(task, event)
            return
        self.check(event.values)
        spec = self.enrollments[task["pathway"]]["spec"]
        given = {r.name for r in event.values}
        lacking = [c for c in task["collect"] if c not in given and value(self, spec, c) is None]
        if lacking and not partial:
            raise No("values-missing")
        self.take(event.values)
        task["said"] = event
        self.close_task(task)
        if task["contact"]:
            self.spoken_to.append(self.clock.day(self.now))
        if task["contact"] or outcome in ANSWERED:
            self.answered()
        self.end_task(task, outcome)

    def end_task(self, task: Row, outcome: str) -> None:
        e = self.enrollments[task["pathway"]]
        for each in task["sources"]:
            self.moved[each["pathway"]] = None
        name, number, kind = task["step"], task["occurrence"], task["kind"]
        if kind == "attendance":
            self.attended(task["about"], outcome)
        elif kind == "bereavement":
            if outcome == "done":
                self.console(e, number + 1)
        elif kind == "stay":
            e["away"] = None if outcome == "stop" else e["away"]
        elif kind == "referral":
            if outcome == "reopen" and e["status"] == "discharged":
                self.reopen(e)
        elif kind == "outreach":
            if outcome == "rebook":
                step = e["steps"][name]
                # Choice: the time to rebook counts from the miss.
                rebook = step.missed.rebook if step.missed else Span(14, "day")
                latest = self.clock.by(task["opened"], rebook)
                self.book(task["sources"], latest)
            else:
                self.finish_all(task, "missed", outcome)
        elif kind == "booking":
            self.finish_all(task, "done" if outcome == "arranged" else "failed", outcome)
        elif kind == "reoffer":
            if outcome == "accepted":
                self.accept(e, name)
        elif kind == "verify-death":
            if outcome == "verified":
                self.die()
            else:
                self.frozen, self.died = False, 0
        elif kind == "stage-blocked":
            self.unblock(e, name, outcome)
        elif kind == "hold":
            if outcome == "resume" and e["status"] == "held":
                self.thaw(e)
        elif task["seat"]:
            self.verdict(e, task, outcome)
        elif kind in PEOPLE and task["about"] is None:
            for each in task["sources"]:
                self.done_with(each, task, outcome)

    def finish_all(self, task: Row, how: str, outcome: str) -> None:
        for each in task["sources"]:
            mine = self.enrollments[each["pathway"]]
            if mine["status"] != "discharged" and each["stage"]:
                self.finish(mine, each["step"], each["occurrence"], how, outcome)

    def done_with(self, part: Row, task: Row, outcome: str) -> None:
        """A task was done for this step."""
        e = self.enrollments[part["pathway"]]
        if e["status"] == "discharged" or not part["stage"]:
            return
        step = e["steps"][part["step"]]
        self.finish(e, step.id, part["occurrence"], "done", outcome)
        if step.verb == "educate" and step.message:
            self.notify(e, step.id, part["occurrence"], "material", "patient", step.message)
        if step.verb == "plan":
            self.drafted(e, step, task)
        if step.verb == "approve":
            self.judged(e, part["stage"], step, outcome, task["said"].without)

    def on_decline(self, event: Any) -> None:
        appointment = next((a for a in self.appointments if a is event.task), None)
        if appointment is not None:
            self.answered()
            self.give_back(appointment, tell=False)
            for each in appointment["sources"]:
                self.declined(each, event.reason)
            return
        if isinstance(event.task, dict) and "ask-frozen" in event.task:
            raise No("no-such-appointment")  # it was one, and is over
        task = self.find(event.task, event.actor)
        if task["kind"] not in (*PEOPLE, "outreach", "booking", "reoffer"):
            raise No("not-for-the-patient")
        self.answered()
        self.close_task(task)
        self.unjudged(e=self.enrollments[task["pathway"]], task=task)
        for each in task["sources"]:
            self.moved[each["pathway"]] = None
            if task["kind"] != "reoffer":
                self.declined(each, event.reason)

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
                step.declined.inform or self.physician(e),
                Span(1, "business-day"),
                outcomes=("noted",),
            )
        for other in step.declined.start:
            home = next((r for r in e["active"] if r["stage"] == e["home"][other]), None)
            if home is not None and home["steps"].get(other, self.blank())["status"] != "open":
                self.start(e, home, e["steps"][other])

    def on_vary(self, event: Any) -> None:
        task = self.find(event.task, event.actor)
        if task["kind"] == "verify-death":
            raise No("must-be-verified")
        if task["kind"] == "attendance":
            raise No("must-be-answered")
        self.close_task(task)
        e = self.enrollments[task["pathway"]]
        for each in task["sources"]:
            self.moved[each["pathway"]] = None
        if task["seat"] and task["seat"] not in e["steps"][task["step"]].must:
            self.verdict(e, task, "none")
            return
        self.unjudged(e, task)
        for each in task["sources"]:
            if each["stage"] and task["kind"] in (*PEOPLE, "outreach", "booking"):
                mine = self.enrollments[each["pathway"]]
                self.finish(mine, each["step"], each["occurrence"], "skipped", "variance")

    def on_assign(self, event: Any) -> None:
        if event.task:
            task = self.find(event.task, event.actor)
            was, task["owner"] = task["owner"], event.role
            if task["urgent"] and was != event.role:
                self.hand(task)
        if event.person:
            self.fill({event.role: event.person})

    def fill(self, named: dict[str, str]) -> None:
        """Somebody else has the work of a role: of what cannot wait they hear at once (7.2)."""
        roles = [role for role, person in named.items() if self.team.get(role) != person]
        self.team |= named
        for task in [t for t in self.tasks if t["owner"] in roles and t["class"] in AT_ONCE]:
            self.hand(task)

    def hand(self, task: Row) -> None:
        task["handed"] += 1
        self.tell(task, task["owner"], f"assigned{task['handed']}", "task-urgent")
