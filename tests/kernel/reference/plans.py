"""The care plan: its versions, who judges them, what that means meanwhile (X9)."""

from __future__ import annotations

from typing import Any

from pathways.spans import Span
from tests.kernel.reference.words import Part, Row


class Plans(Part):
    def drafted(self, e: Row, step: Any) -> None:
        for older in e["plans"]:
            if older["status"] in ("draft", "review"):
                older["status"] = "old"
        made = {"of": step.id, "status": "draft", "judged": False, "copied": False}
        e["plans"].append(made)

    def to_judge(self, e: Row, step: Any) -> bool:
        """A version is judged once; what nobody drafted cannot be judged."""
        if not e["plans"] or e["plans"][-1]["judged"] or e["plans"][-1]["status"] == "old":
            return False
        e["plans"][-1]["status"] = "review"
        return True

    def seats(self, e: Row, stage: str, step: Any, number: int, due: Span) -> None:
        """A task each; the verdicts are collected by role."""
        e["verdicts"] = {}
        for role in (*step.must, *step.may):
            task = self.open_task(
                e, stage, step.id, number, "approve", role, due, step=step, outcomes=step.outcomes
            )
            task["seat"] = role

    def verdict(self, e: Row, task: Row, outcome: str) -> None:
        step = e["steps"][task["step"]]
        said = e["verdicts"]
        said[task["seat"]] = outcome
        yes = [role for role, word in said.items() if word == "approved"]
        open_still = [role for role in (*step.must, *step.may) if role not in said]
        needed = max(step.quorum, len(step.must), 1)
        lost = any(said.get(role) == "rejected" for role in step.must)
        if lost or len(yes) + len(open_still) < needed:
            result = "rejected"
        elif set(step.must) <= set(yes) and len(yes) >= needed:
            result = "approved"
        else:
            return
        self.dismiss(task)
        self.finish(e, step.id, task["occurrence"], "done", result)
        self.judged(e, task["stage"], step, result)

    def dismiss(self, task: Row) -> None:
        mine = (task["pathway"], task["step"])
        for other in [t for t in self.tasks if t["seat"]]:
            if (other["pathway"], other["step"]) == mine:
                self.close_task(other)

    def unjudged(self, e: Row, task: Row) -> None:
        """An approval was closed without a verdict."""
        if task["seat"]:
            self.dismiss(task)
        if task["kind"] == "approve":
            self.back_to_draft(e)

    def back_to_draft(self, e: Row) -> None:
        if e["plans"] and e["plans"][-1]["status"] == "review":
            e["plans"][-1]["status"] = "draft"

    def judged(self, e: Row, stage: str, step: Any, outcome: str) -> None:
        version = e["plans"][-1]
        version.update(status=outcome, judged=True)
        if outcome == "approved":
            e["refusals"], e["revised-in"] = 0, ""
            self.forget_copies(e)
            return
        run = next(r for r in e["active"] if r["stage"] == stage)
        e["refusals"] += 1
        e["revised-in"] = stage
        run["steps"][step.id].update(status="waiting", ended=False)
        self.start(e, run, e["steps"][step.of], Span(2, "business-day"))
        mine = [t for t in self.tasks if t["pathway"] == e["pathway"]]
        if e["refusals"] < 2 or any(t["kind"] == "conference" for t in mine):
            return
        e["counts"]["meetings"] = e["counts"].get("meetings", 0) + 1
        self.open_task(
            e,
            "",
            "conference",
            e["counts"]["meetings"],
            "conference",
            e["steps"][step.of].by,
            Span(5, "business-day"),
            outcomes=("held",),
            about="conference",
        )

    def forget_copies(self, e: Row) -> None:
        """A newer version is approved: what tells of older ones is not sent any more."""

        def of_an_older(m: Row) -> bool:
            where = (e["pathway"], e["enrolled"], "copy", "notify")
            return (m["pathway"], m["enrolled"], m["step"], m["kind"]) == where

        self.retract(of_an_older)
        gone = [m for m in self.unsent if of_an_older(m)]
        self.unsent = [m for m in self.unsent if m not in gone]
        for m in gone:
            run = self.run_with(e, "copy")
            s = None if run is None else run["steps"]["copy"]
            if s is not None and (s["status"], s["occurrence"]) == ("open", m["occurrence"]):
                self.finish(e, "copy", m["occurrence"], "done", "withheld")

    def not_of_the_plan(self, e: Row, name: str, kind: str, to: str) -> bool:
        """The patient's copy tells of the newest version: of an approved one, and once."""
        if (name, kind) != ("copy", "notify") or not e["plans"]:
            return False
        version = e["plans"][-1]
        if version["status"] != "approved" or version["copied"]:
            return True
        version["copied"] = True
        return False

    def in_revision(self, e: Row) -> bool:
        """A first version was rejected and none was ever approved: only safety runs."""
        approved = any(v["status"] in ("approved",) for v in e["plans"])
        there = any(run["stage"] == e["revised-in"] for run in e["active"])
        return bool(e["revised-in"]) and there and not approved

    def waits_for_the_plan(self, step: Any) -> bool:
        safe = bool(step.response) or step.safety_critical
        return step.verb not in ("plan", "approve") and not safe

    def plan_waits(self, e: Row, rule: Any) -> bool:
        if not self.in_revision(e):
            return False
        if rule.do is None:
            return bool(rule.start)
        safe = bool(rule.do.response) or rule.do.safety_critical
        return not safe and rule.do.verb in ("notify", "schedule")
