"""Stages: entered, left, blocked, reevaluated; discharge."""

from __future__ import annotations

from pathways.spans import Span
from tests.kernel.reference.conditions import value
from tests.kernel.reference.hospital import AWAY
from tests.kernel.reference.words import (
    REVIEW_HOLDS,
    Part,
    Row,
)


class Stages(Part):
    def enter(self, e: Row, name: str, *, beside: bool = False) -> None:
        stage = e["stages"][name]
        number = e["entered"][name] = e["entered"].get(name, 0) + 1
        run: Row = {
            "stage": name,
            "occurrence": number,
            "steps": {},
            "achieved": [],
            "deadline": None,
        }
        e["active"] = [*e["active"], run] if beside else [run]
        if stage.deadline is not None:
            first = number == 1 and stage.phase == "assessment"
            since = e["referred"] if first else self.now
            at = max(self.clock.by(since, stage.deadline) + 1, self.now)
            run["deadline"] = self.date(e, at)
        if stage.phase == "follow-up":
            self.plan_reviews(e)
        if stage.phase == "reevaluation":
            self.offer_again(e)
        self.moved[e["pathway"]] = None

    def plan_reviews(self, e: Row) -> None:
        for stage in e["spec"].stages:
            if stage.phase == "reevaluation" and stage.every is not None:
                at = self.clock.planned(self.clock.after(self.now, stage.every), stage.every)
                e["reviews"][stage.id] = self.date(e, at)

    def offer_again(self, e: Row) -> None:
        for name, how in list(e["ends"].items()):
            step = e["steps"].get(name)
            offered = [t for t in self.of(e, self.tasks) if t["kind"] == "reoffer"]
            if name in [t["step"] for t in offered]:
                continue
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
        return any(t["about"] != "stage" for t in self.of(e, self.tasks))

    def ensure_way_out(self, e: Row) -> None:
        """A stage that waits for nothing is brought to a person (I9)."""
        steps = [s for run in e["active"] for s in run["steps"].values()]
        blocked = self.of(e, self.tasks)
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
                if e["steps"][name].verb == "approve":
                    self.back_to_draft(e)
                # Choice: an earlier end of the step stays its last word.
                e["ends"].setdefault(name, "cancelled")
        self.take_back(e, run["stage"], tell=True)

    def take_back(
        self, e: Row, stage: str | None, *, tell: bool, but: list[Row] | None = None
    ) -> None:
        def mine(what: Row) -> bool:
            return what["pathway"] == e["pathway"] and stage in (None, what["stage"])

        spared = [id(t) for t in but or []]
        served = [t for t in self.tasks if any(mine(s) for s in t["sources"])]
        for task in [t for t in served if id(t) not in spared]:
            heir = next((o for o in self.running() if o is not e), None)
            if stage is None and task["kind"] in ("verify-death", "consent") and heir:
                # Choice: what concerns the patient, not the pathway, is handed over.
                task["pathway"] = task["sources"][0]["pathway"] = heir["pathway"]
            else:
                self.leave_task(task, [s for s in task["sources"] if not mine(s)])
        for a in [a for a in self.appointments if any(mine(s) for s in a["sources"])]:
            self.leave_appointment(a, [s for s in a["sources"] if not mine(s)], tell=tell)

    def discharge(self, e: Row, disposition: str) -> None:
        hushed = disposition in ("deceased", "withdrawn")
        for run in e["active"]:
            for name, s in run["steps"].items():
                if s["status"] == "open":
                    e["ends"].setdefault(name, "cancelled")
                    if e["steps"][name].verb == "approve":
                        self.back_to_draft(e)
        alarms = [t for t in self.tasks if disposition == "withdrawn" and self.is_alarm_of(e, t)]
        for run in e["active"]:
            self.take_back(e, run["stage"], tell=not hushed)
        away = e["spec"].episodes and disposition in AWAY
        waited_for = away or any(o["away"] is not None for o in self.enrollments.values())
        if waited_for and all(o is e for o in self.running()):
            # Choice: what concerns a patient who comes back, and no other pathway, stays.
            alarms += [t for t in self.tasks if t["kind"] in ("verify-death", "consent")]
        self.take_back(e, None, tell=not hushed, but=alarms)
        self.unsent = [m for m in self.unsent if m["pathway"] != e["pathway"]]
        if hushed:
            self.retract(lambda m: m["pathway"] == e["pathway"])
        e.update(active=[], reviews={}, status="discharged", disposition=disposition)
        e["ended"] = self.now
        if away:
            e["away"] = (self.now + REVIEW_HOLDS, self.number())
        e["goal-dates"] = {}
        self.moved.pop(e["pathway"], None)
        if alarms and disposition == "withdrawn":
            self.hand_on(e, [t for t in alarms if t["kind"] not in ("verify-death", "consent")])
