"""The care plan: its versions, who judges them, what that means meanwhile (X9)."""

from __future__ import annotations

from typing import Any

from pathways.spans import Span
from tests.kernel.reference.words import No, Part, Row

PLANNING = ("plan", "approve")
UNFINISHED = ("draft", "in-review")
KEPT = 24


class Plans(Part):
    versions: list[Row]
    """Of all pathways of the patient: numbered through."""

    def of_case(self, e: Row) -> list[Row]:
        mine = (e["pathway"], e["enrolled"])
        found = [v for v in self.versions if (v["pathway"], v["enrolled"]) == mine]
        return found if e["drafted"] else []

    def newest(self, e: Row, step: str = "") -> Row | None:
        made = [v for v in self.of_case(e) if step in ("", v["step"])]
        return made[-1] if made else None

    def drafted(self, e: Row, step: Any, task: Row) -> None:
        """A version is made. What was taken out may come back with it."""
        e["out"] = [name for name in e["out"] if name not in task["said"].restore]
        for older in self.of_case(e):
            if older["status"] in UNFINISHED:
                older["status"] = "superseded"
        number = self.versions[-1]["number"] + 1 if self.versions else 1
        made = {"number": number, "pathway": e["pathway"], "enrolled": e["enrolled"]}
        made |= {"step": step.id, "status": "draft", "judged": [], "told": []}
        self.versions.append(made)
        del self.versions[:-KEPT]
        e["drafted"] = True

    def to_judge(self, e: Row, step: Any) -> bool:
        """A version is judged once; what nobody drafted cannot be judged."""
        version = self.newest(e, step.of)
        if version is None or step.id in version["judged"] or version["status"] == "superseded":
            return False
        version["status"] = "in-review"
        return True

    # -- who judges ---

    def seats(self, e: Row, stage: str, step: Any, number: int, due: Span) -> None:
        """A task each; the verdicts are collected by role."""
        e["verdicts"][step.id] = {}
        for role in (*step.must, *step.may):
            task = self.open_task(
                e, stage, step.id, number, "approve", role, due, step=step, outcomes=step.outcomes
            )
            task["seat"] = role

    def verdict(self, e: Row, task: Row, outcome: str) -> None:
        step = e["steps"][task["step"]]
        said = e["verdicts"][step.id]
        said[task["seat"]] = outcome
        if outcome == "rejected":
            e["objections"].setdefault(step.id, []).extend(task["said"].without)
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
        without = e["objections"].get(step.id, [])
        self.dismiss(e, task)
        self.finish(e, step.id, task["occurrence"], "done", result)
        self.judged(e, task["stage"], step, result, without)

    def dismiss(self, e: Row, task: Row) -> None:
        mine = (task["pathway"], task["step"])
        for other in [t for t in self.tasks if t["seat"]]:
            if (other["pathway"], other["step"]) == mine:
                self.close_task(other)
        e["verdicts"].pop(task["step"], None)
        e["objections"].pop(task["step"], None)

    def unjudged(self, e: Row, task: Row) -> None:
        """An approval was closed without a verdict."""
        if task["seat"]:
            self.dismiss(e, task)
        if task["kind"] == "approve":
            self.back_to_draft(e)

    def back_to_draft(self, e: Row) -> None:
        version = self.newest(e)
        if version is not None and version["status"] == "in-review":
            version["status"] = "draft"

    # -- what follows ---

    def check_said(self, e: Row, task: Row, outcome: str, event: Any) -> None:
        """Only a rejection takes something out, only a new version puts it back; never what is for
        safety, and never the plan itself."""
        if event.without and (task["kind"], outcome) != ("approve", "rejected"):
            raise No("no-rejection")
        if event.restore and task["kind"] != "plan":
            raise No("no-plan-task")
        for name in (*event.without, *event.restore):
            step = e["steps"].get(name)
            if step is None or step.verb in PLANNING:
                raise No("no-such-step")
            if name in event.without and self.is_safe(step):
                raise No("for-safety")
            if name in event.restore and name not in e["out"]:
                raise No("no-such-step")

    def judged(self, e: Row, stage: str, step: Any, outcome: str, without: Any) -> None:
        version = self.newest(e, step.of)
        assert version is not None
        version["judged"].append(step.id)
        if outcome == "approved":
            for older in self.of_case(e):
                if older["number"] < version["number"] and older["status"] != "rejected":
                    older["status"] = "superseded"
            version["status"] = "approved"
            e["in-force"], e["refusals"], e["revised-in"] = version["number"], 0, ""
            self.forget_copies(e, version)
            return
        version["status"] = "rejected"
        e["out"] += [name for name in dict.fromkeys(without) if name not in e["out"]]
        run = next(r for r in e["active"] if r["stage"] == stage)
        e["refusals"] += 1
        e["revised-in"] = stage
        run["steps"][step.id].update(status="waiting", ended=False)
        if run["steps"].get(step.of, self.blank())["status"] != "open":
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

    def left_out(self, e: Row, s: Row, name: str) -> None:
        """A rejection took the step out of the plan: it is not begun."""
        s.update(status="skipped", ended=True, outcome="disabled", armed=False, date=None)
        e["ends"][name], e["outcomes"][name] = "skipped", "disabled"
        self.moved[e["pathway"]] = None

    # -- what the patient is told ---

    def tells_of_the_plan(self, e: Row, name: str, kind: str) -> bool:
        """What comes after the plan or its approval in their stage, and is not for safety."""
        step = e["steps"].get(name)
        if step is None or kind not in ("notify", "material") or self.is_safe(step):
            return False
        return step.verb not in PLANNING and self.is_behind_a_plan(e, step)

    def is_behind_a_plan(self, e: Row, step: Any) -> bool:
        before = {*step.after, *(name for group in step.after_any for name in group)}
        here = [e["steps"][name] for name in sorted(before)]
        mine = [s for s in here if e["home"][s.id] == e["home"][step.id]]
        return any(s.verb in PLANNING or self.is_behind_a_plan(e, s) for s in mine)

    def not_of_the_plan(self, e: Row, name: str, kind: str) -> bool:
        """Only of an approved version is the patient told, and in one letter once."""
        version = self.newest(e)
        if version is None or not self.tells_of_the_plan(e, name, kind):
            return False
        once = kind == "notify" and e["steps"][name].every is None
        if version["status"] != "approved" or (once and name in version["told"]):
            return True
        version["told"].append(name)
        return False

    def plan_told(self, e: Row, name: str, kind: str) -> int:
        """The version that a message tells of; 0: none."""
        version = self.newest(e)
        tells = version is not None and self.tells_of_the_plan(e, name, kind)
        return version["number"] if version is not None and tells else 0

    def forget_copies(self, e: Row, approved: Row) -> None:
        """A newer version is approved: what tells of older ones is not sent any more."""

        def of_an_older(m: Row) -> bool:
            mine = (m["pathway"], m["enrolled"]) == (e["pathway"], e["enrolled"])
            return mine and 0 < m["plan"] < approved["number"]

        self.retract(of_an_older)
        gone = [m for m in self.unsent if of_an_older(m)]
        self.unsent = [m for m in self.unsent if m not in gone]
        for m in gone:
            run = self.run_with(e, m["step"])
            s = None if run is None else run["steps"][m["step"]]
            open_still = s is not None and s["status"] == "open"
            if open_still and m["kind"] == "notify" and e["steps"][m["step"]].verb == "notify":
                self.finish(e, m["step"], m["occurrence"], "done", "withheld")

    # -- meanwhile ---

    def in_revision(self, e: Row) -> bool:
        """A first version was rejected and none was ever approved: only safety runs."""
        there = any(run["stage"] == e["revised-in"] for run in e["active"])
        return bool(e["revised-in"]) and there and not e["in-force"]

    def is_safe(self, step: Any) -> bool:
        return bool(step.response) or step.safety_critical

    def waits_for_the_plan(self, step: Any) -> bool:
        return step.verb not in PLANNING and not self.is_safe(step)

    def plan_waits(self, e: Row, rule: Any) -> bool:
        if not self.in_revision(e):
            return False
        if rule.do is None:
            return bool(rule.start)
        return not self.is_safe(rule.do) and rule.do.verb in ("notify", "schedule")
