"""Work that several pathways need is done once (X8): one task with all its questions, due when the
first of them needs it, until nobody needs it any more."""

from __future__ import annotations

from typing import Any

from pathways.spans import Span
from tests.kernel.reference.calendar import WEEK, usual_length
from tests.kernel.reference.conditions import value
from tests.kernel.reference.words import PEOPLE, URGENT, Part, Row

TOGETHER = (("RT-911", "RT-ED"), ("RT-2H", "RT-SD"))
"""Alarms of these classes may be one task; a red flag joins no slower work."""


def contact_of(step: Any) -> str:
    found: str = step.contact or ("patient" if step.verb in ("assess", "educate") else "")
    return found


def is_call(step: Any) -> bool:
    return step.verb == "task" and bool(step.contact) and step.response not in URGENT


def presses_more(response: str, than: str) -> bool:
    rank = dict(zip(URGENT, range(len(URGENT)), strict=True))
    return rank.get(response, len(URGENT)) < rank.get(than, len(URGENT))


def source(e: Row, stage: str, name: str, number: int, step: Any) -> Row:
    """One of the things that a task is for."""
    where = {"pathway": e["pathway"], "stage": stage, "step": name, "occurrence": number}
    return where | {"spec": step}


class Sharing(Part):
    done_for: dict[str, tuple[str, int]]
    """What pathways share -> for which of them it was last done, and when."""
    tasks: list[Row]
    now: int

    def of(self, e: Row, tasks: list[Row]) -> list[Row]:
        """Those that serve this enrollment, perhaps among others."""
        return [t for t in tasks if e["pathway"] in [s["pathway"] for s in t["sources"]]]

    def led_by(self, e: Row, things: list[Row]) -> list[Row]:
        """Messages and appointments that stand under this enrollment."""
        return [t for t in things if t["pathway"] == e["pathway"]]

    # -- done already ---

    def was_done_lately(self, e: Row, step: Any) -> bool:
        """Within a week, or half of its own time, for another pathway; with nothing left to ask."""
        by, when = self.done_for.get(step.same, ("", 0)) if step.same else ("", 0)
        if by in ("", e["pathway"]):
            return False
        if any(value(self, e["spec"], name) is None for name in step.collect):
            return False
        half = usual_length(step.every) // 2 if step.every is not None else 0
        return self.now - when <= max(WEEK, half)

    # -- one task ---

    def task_to_join(self, e: Row, step: Any) -> Row | None:
        """The same thing for another step, or a call by the same role in the same way."""
        for task in self.tasks:
            if step.same and task["same"] == step.same:
                return task
        wanted = (step.verb, contact_of(step), step.by, step.outcomes or ("done",))
        for task in self.tasks if is_call(step) else ():
            ends = tuple(o for o in task["outcomes"] if o != "unable-to-reach")
            theirs = [self.enrollments[s["pathway"]] for s in task["sources"]]
            if (
                (task["kind"], task["contact"], task["owner"], ends) == wanted
                and task["class"] not in URGENT
                and task["about"] is None
                and self.now <= task["due"]
                and e not in theirs
                and any(other["status"] == "active" for other in theirs)
            ):
                return task
        return None

    def join(self, task: Row, new: Row, due: Span) -> None:
        step = new["spec"]
        self.thaw_task(task)
        task["sources"].append(new)
        task["collect"] = (*task["collect"], *(c for c in step.collect if c not in task["collect"]))
        task["contact"] = task["contact"] or contact_of(step)
        if task["contact"] and "unable-to-reach" not in task["outcomes"]:
            task["outcomes"] = (*task["outcomes"], "unable-to-reach")
        earlier = self.clock.by(self.now, due)
        if earlier < task["due"]:
            task["due"] = earlier
            self.watch(task)
        if presses_more(step.response, task["class"]):
            task["class"], task["urgent"] = step.response, True
            self.tell(task, task["owner"], f"urgent-{step.response}", "task-urgent")

    def calls_due_soon(self, e: Row, step: Any) -> list[tuple[Row, Row, Any]]:
        """Calls of other pathways that would come again within the week, and of whose own time at
        least half has passed: they are made with this one."""
        found: list[tuple[tuple[int, int], tuple[Row, Row, Any]]] = []
        way = (step.verb, step.by, contact_of(step), step.outcomes)
        others = [o for o in self.running() if o is not e and o["status"] == "active"]
        for other in others if is_call(step) else ():
            for run in other["active"]:
                for name, s in run["steps"].items():
                    theirs = other["steps"][name]
                    comes = s["date"] is not None and s["date"][2] == "again"
                    if not comes or s["date"][0] > self.now + WEEK or not is_call(theirs):
                        continue
                    same_way = (theirs.verb, theirs.by, contact_of(theirs), theirs.outcomes) == way
                    ripe = 2 * (self.now - s["opened"]) >= usual_length(theirs.every)
                    over = theirs.until is not None and self.true(theirs.until, other)
                    if same_way and ripe and not over and self.true(theirs.when, other):
                        found.append((s["date"][:2], (other, run, theirs)))
        return [soon for _, soon in sorted(found, key=lambda one: one[0])]

    # -- alarms ---

    def raise_alarm(self, e: Row, number: int, do: Any) -> bool:
        """A further cause of an alarm that is open; False: it is a task of its own."""
        new = source(e, "", do.id, number, do)
        for task in self.tasks:
            if do.same and task["same"] == do.same:
                of_rules = not any(s["stage"] for s in task["sources"])
                if task["class"] and of_rules:
                    self.add_cause(task, new)
                else:
                    self.join(task, new, do.due)
                return True
        group = next((group for group in TOGETHER if do.response in group), ())
        for task in self.tasks:
            if (
                task["class"] in group
                and task["owner"] == do.by
                and task["kind"] in PEOPLE
                and task["about"] is None
                and not any(s["stage"] for s in task["sources"])
                and not task["tries"]
                and self.now <= task["due"]
                and len({task["contact"], contact_of(do), ""}) <= 2
            ):
                self.add_cause(task, new)
                return True
        return False

    def add_cause(self, task: Row, new: Row) -> None:
        """Who has heard of the first cause before hears of this one too."""
        before = task["class"]
        more = [o for o in new["spec"].outcomes if o not in task["outcomes"]]
        task["outcomes"] = (*task["outcomes"], *more)
        self.join(task, new, new["spec"].due)
        if task["opened"] < self.now and task["class"] == before:
            self.tell(task, task["owner"], f"joined{self.number()}", "task-urgent")

    # -- needed no more ---

    def leave_task(self, task: Row, rest: list[Row]) -> None:
        """Some of what a task serves is over. It is chased as what is left says; what has been told
        is not told again."""
        if not rest:
            self.close_task(task)
            return
        chain = self.chain_of(task["kind"], rest[0]["spec"])
        old, task["sources"] = task["chain"], rest
        told = self.moments(task)[: task["passed"]]
        first = {name: rest[0][name] for name in ("pathway", "stage", "step", "occurrence", "spec")}
        task.update(first)
        if chain == old:
            return
        defaults = {"remind": task["owner"], "escalate": task["supervisor"]}
        heard = [(action, to or defaults[action]) for _, action, to in told]
        task.update(chain=chain, passed=0, era=task["era"] + 1)
        for at, action, to in self.moments(task):
            if at > self.now or (action, to or defaults[action]) not in heard:
                break
            task["passed"] += 1
        if not task["frozen"]:
            self.watch(task)

    # -- its clock ---

    def thaw_task(self, task: Row) -> None:
        """With the time it had left when the last of those that it serves was held."""
        if not task["frozen"]:
            return
        held = max(self.enrollments[s["pathway"]]["held"] for s in task["sources"])
        task["opened"] += self.now - held
        task["due"] += self.now - held
        task["frozen"] = False
        self.watch(task)
