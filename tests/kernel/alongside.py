"""The kernel and the reference model side by side: one event to both, then everything compared."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Any

from msgspec.structs import replace

from pathways.calendar.resolve import resolve
from pathways.calendar.table import CalendarTable
from pathways.canonical import digest_of
from pathways.compiled import CompiledPathway
from pathways.journey.decide import Decision, head, new_journey
from pathways.journey.effects import Book, Cancel
from pathways.journey.events import Event
from pathways.journey.state import Journey, Source
from tests.kernel.invariants import Watch
from tests.kernel.on_record import OnRecord
from tests.kernel.reference.model import Model

OF_THE_PATIENT = ("consent-withdrawn", "death-reported", "withdrawn", "stay", "referred-again")
"""Tasks of the patient rather than of a step: their number is the kernel's own affair."""


@cache
def calendar(zone: str) -> CalendarTable:
    return resolve(zone, date(2026, 1, 1), date(2032, 12, 31))


class Alongside:
    """One journey. ``modelled`` is false where the reference model has no say (shared work)."""

    def __init__(self, zone: str, pathways: list[CompiledPathway], *, modelled: bool) -> None:
        self.library = {digest_of(p): p for p in pathways}
        self.watch = Watch(self.library)
        self.record = OnRecord(self.library)
        self.watchers: list[Any] = []
        self.journey: Journey = new_journey("j")
        self.model = Model(zone, self.library) if modelled else None
        self.tasks: dict[str, Any] = {}
        self.appointments: dict[str, Any] = {}
        self.outstanding: dict[str, Any] = {}
        self.minutes: dict[str, Any] = {}
        self.messages: list[tuple[Any, ...]] = []
        self.asked: list[tuple[Any, ...]] = []
        self.notices: list[tuple[Any, ...]] = []

    def give(self, event: Event, now: int) -> Decision:
        """Both decide; then they must agree."""
        at = max(now, self.journey.now)
        decision = self.watch.decide(self.journey, event, now)
        self.record.see(event, now, decision)
        for watcher in self.watchers:
            watcher.see(self.journey, event, at, decision)
        self._collect(decision)
        if self.model is not None:
            said = self.model.apply(self._translated(event), at)
            answer = decision.answer
            if answer is not None:
                ours = answer.code if answer.status == "refused" else "applied"
                same("answer", (type(event).__name__, ours), (type(event).__name__, said))
        self.journey = decision.journey
        if self.model is not None:
            self._agree(self.model)
        return decision

    # -- translation -------------------------------------------------------------------------

    def _translated(self, event: Any) -> Any:
        """The event with the model's own things instead of the kernel's ids."""
        changes: dict[str, Any] = {}
        task = getattr(event, "task", "")
        if task:
            changes["task"] = self.tasks.get(task) or self.appointments.get(task) or object()
        entry = getattr(event, "corrects", "")
        if entry:
            changes["corrects"] = self.minutes.get(entry) or object()
        appointment = getattr(event, "appointment", "")
        if appointment:
            changes["appointment"] = self.appointments.get(appointment, object())
        key = getattr(event, "key", "")
        if key:
            changes["key"] = self._key(key)
        return replace(event, **changes)

    def knows(self, key: str) -> bool:
        """Not what served a task or an appointment that came and went within one decision."""
        about = re.search(r"\.(t\d+)/|-(a\d+)/[^/]*$", key)
        if self.model is None or about is None:
            return True
        if "/joined" in key:
            return False
        return (about[1] or about[2]) in {*self.tasks, *self.appointments}

    def _key(self, key: str) -> Any:
        assert self.model is not None
        if key in self.journey.outstanding:
            return self.outstanding[key]
        if key not in self.journey.sent:
            return object()
        task = re.search(r"\.(t\d+)/", key)
        appointment = re.search(r"-(a\d+)/[^/]*$", key)
        of = None
        if task:
            of = self.tasks[task[1]]
        elif appointment:
            of = self.appointments[appointment[1]]
        return (*plain(key), id(of))

    # -- comparison ----------------------------------------------------------------------------

    def _collect(self, decision: Decision) -> None:
        for effect in decision.effects:
            pathway, _, step, occurrence, *_ = plain(effect.key)
            book = isinstance(effect, Book)
            latest = effect.latest if isinstance(effect, Book) else 0
            what = "book" if book else "cancel"
            self.asked.append((what, at_of(decision), pathway, step, occurrence, latest))
        if decision.record is None:
            return
        self.messages += [(decision.record.at, *plain(m.key)) for m in decision.record.messages]
        for entry in decision.record.entries:
            if entry.kind in ("task-reminded", "task-escalated"):
                what = entry.kind.removeprefix("task-")
                kind = self.watch.rows[str(entry.params["task"])].kind
                step = entry.step.split(".t")[0]
                to = entry.params["to"]
                self.notices.append((what, entry.at, entry.pathway, step, kind, to))

    def _agree(self, model: Model) -> None:
        journey = self.journey
        for pathway, e in journey.enrollments.items():
            same(f"{pathway}", enrollment_of(journey, pathway), model_enrollment(model, pathway))
            assert e.disposition == model.enrollments[pathway]["disposition"]
        ours = sorted(journey.tasks.values(), key=task_row)
        theirs = sorted(model.tasks, key=model_task)
        same("tasks", [task_row(t) for t in ours], [model_task(t) for t in theirs])
        self.tasks.update({t.id: m for t, m in zip(ours, theirs, strict=True)})
        held = sorted(journey.appointments.values(), key=appointment_row)
        kept = sorted(model.appointments, key=model_appointment)
        same(
            "appointments", [appointment_row(a) for a in held], [model_appointment(a) for a in kept]
        )
        self.appointments.update({a.id: m for a, m in zip(held, kept, strict=True)})
        waiting = sorted(journey.outstanding.values(), key=effect_row)
        awaited = sorted(model.outstanding, key=model_effect)
        same(
            "outstanding effects",
            [effect_row(x)[:-1] for x in waiting],
            [model_effect(x)[:-1] for x in awaited],
        )
        self.outstanding = {x.key: m for x, m in zip(waiting, awaited, strict=True)}
        told = [(at, *bare(rest)) for at, *rest in model.messages]
        same("messages", sorted(self.messages), sorted(told))
        same("reminders and escalations", sorted(self.notices), sorted(model.notices))
        same("bookings", sorted(self.asked), sorted(model.asked))
        theirs_due = sorted(at for at, _, _ in model.dated())
        same("dates", [due.at for due in journey.agenda], theirs_due)
        same("next due", head(journey), min(theirs_due, default=None))
        same("plans", plans_of(journey), model_plans(model))
        spent = [(m.minutes, m.starts) for m in journey.minutes.values()]
        same("minutes", spent, [(m["minutes"], m["starts"]) for m in model.minutes])
        self.minutes = dict(zip(journey.minutes, model.minutes, strict=True))
        standing = sorted(plain(key) for key in journey.sent)
        same("messages that stand", standing, sorted(bare(key[:-1]) for key in model.sent))
        for log in (
            self.messages,
            model.messages,
            self.notices,
            model.notices,
            self.asked,
            model.asked,
        ):
            log.clear()


def same(what: str, kernel: Any, model: Any) -> None:
    assert kernel == model, f"{what}:\n  kernel {kernel}\n  model  {model}"


def at_of(decision: Decision) -> int:
    return decision.record.at if decision.record else 0


def plain(key: str) -> tuple[str, int, str, int, str, str]:
    """A key without the kernel's own numbers: pathway, enrolled, step, occurrence, kind, to."""
    _, course, step, occurrence, kind, to, *_ = key.split("/")
    pathway, enrolled = course.split("~")
    step = step.split(".t")[0]
    number = 0 if step in OF_THE_PATIENT else int(occurrence)
    return bare((pathway, int(enrolled), step, number, re.sub(r"-a\d+$", "", kind), to))


def bare(key: Any) -> Any:
    """What is told of one more cause has a number that is the kernel's own affair."""
    pathway, enrolled, step, number, kind, to = key
    return pathway, enrolled, step, number, re.sub(r"^joined\d+$", "joined", kind), to


def enrollment_of(journey: Journey, pathway: str) -> Any:
    e = journey.enrollments[pathway]
    active = [
        (
            run.stage,
            run.occurrence,
            {
                name: (s.status, s.occurrence, s.armed, s.started, s.misses)
                for name, s in run.steps.items()
            },
        )
        for run in e.active
    ]
    return e.status, active, e.ends, e.outcomes, e.stages_entered


def model_enrollment(model: Model, pathway: str) -> Any:
    e = model.enrollments[pathway]
    fields = ("status", "occurrence", "armed", "started", "misses")
    active = [
        (
            run["stage"],
            run["occurrence"],
            {name: tuple(s[f] for f in fields) for name, s in run["steps"].items()},
        )
        for run in e["active"]
    ]
    outcomes = {name: outcome for name, outcome in e["outcomes"].items() if outcome}
    return e["status"], active, e["ends"], outcomes, e["entered"]


def number_of(source: Source) -> int:
    return 0 if source.step in OF_THE_PATIENT else source.occurrence


def task_row(task: Any) -> tuple[Any, ...]:
    s = task.sources[0]
    step = s.step.split(".t")[0]
    own = (s.pathway, step, number_of(s), task.kind, task.owner, task.opened, task.due, task.level)
    served = [(x.pathway, x.stage, x.step.split(".t")[0], number_of(x)) for x in task.sources]
    return (*own, task.contact, len(task.attempts), task.again, served)


def model_task(task: Any) -> tuple[Any, ...]:
    fields = ("pathway", "step", "occurrence", "kind", "owner", "opened", "due", "level")
    own = tuple(task[f] for f in fields)
    where = ("pathway", "stage", "step", "occurrence")
    served = [tuple(x[f] for f in where) for x in task["sources"]]
    return (*own, task["contact"], len(task["tries"]), task["again"], served)


def appointment_row(a: Any) -> tuple[Any, ...]:
    s = a.sources[0]
    served = [(x.pathway, x.stage, x.step, x.occurrence) for x in a.sources]
    return s.pathway, s.step, s.occurrence, a.status, served


def model_appointment(a: Any) -> tuple[Any, ...]:
    where = ("pathway", "stage", "step", "occurrence")
    served = [tuple(x[f] for f in where) for x in a["sources"]]
    return a["pathway"], a["step"], a["occurrence"], a["status"], served


def effect_row(x: Book | Cancel) -> tuple[Any, ...]:
    """Its last field only orders what is otherwise alike."""
    pathway, _, step, occurrence, *_ = plain(x.key)
    what = "book" if isinstance(x, Book) else "cancel"
    return what, pathway, step, occurrence, int(x.appointment[1:])


def model_effect(x: Any) -> tuple[Any, ...]:
    return x["what"], *x["where"], x["of"]["made"]


def plans_of(journey: Journey) -> Any:
    versions = [
        (v.number, v.pathway, v.enrolled, v.step, v.status, list(v.judged)) for v in journey.plans
    ]
    cases = {
        e.pathway: (e.plan_in_force, e.rejections, list(e.disabled), verdicts_of(e))
        for e in journey.enrollments.values()
        if e.status != "discharged"
    }
    return versions, cases


def verdicts_of(e: Any) -> dict[str, dict[str, str]]:
    """Of the reviews that are under way."""
    runs = {name: s for run in e.active for name, s in run.steps.items() if s.status == "open"}
    found: dict[str, dict[str, str]] = {}
    for v in e.verdicts:
        if v.step in runs:
            found.setdefault(v.step, {})[v.role] = v.outcome
    return found


def model_plans(model: Model) -> Any:
    fields = ("number", "pathway", "enrolled", "step", "status", "judged")
    versions = [tuple(v[f] for f in fields) for v in model.versions]
    cases = {}
    for pathway, e in model.enrollments.items():
        open_now = [n for r in e["active"] for n, s in r["steps"].items() if s["status"] == "open"]
        said = {name: words for name, words in e["verdicts"].items() if words and name in open_now}
        if e["status"] != "discharged":
            cases[pathway] = (e["in-force"], e["refusals"], e["out"], said)
    return versions, cases
