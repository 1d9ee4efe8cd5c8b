"""Small pathways and journeys for kernel tests, built straight from compiled forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from pathways.calendar.resolve import resolve
from pathways.calendar.table import CalendarTable
from pathways.canonical import digest_of
from pathways.compiled import (
    Branch,
    CompiledPathway,
    DataElement,
    MessageText,
    Phase,
    Rule,
    Stage,
    Step,
    Verb,
)
from pathways.journey.decide import Decision, decide, head, new_journey
from pathways.journey.effects import Answer, Book, Cancel, Entry, Notify, TaskRow
from pathways.journey.events import Actor, Enroll, Event, PatientProfile, Reading, Tick
from pathways.journey.state import Journey, Task
from pathways.spans import Span
from pathways.undone import Overdue

NEW_YORK = resolve("America/New_York", date(2026, 1, 1), date(2029, 12, 31))
NURSE = Actor("n1", "case-manager")
ESCALATION = (
    Overdue("remind", "case-manager", percent=50),
    Overdue("escalate", "nurse-manager", percent=100),
    Overdue("escalate", "program-manager", percent=150),
)
TEXTS = {
    name: {"en": MessageText(name, "Hello {{ patient.name }}"), "es": MessageText(name, "Hola")}
    for name in (
        "welcome",
        "closing",
        "appointment-booked",
        "appointment-cancelled",
        "appointment-reminder",
        "task-reminder",
        "task-escalation",
        "task-urgent",
        "more-diuretic",
        "no-diuretic",
        "team-notice",
    )
}


def at(text: str) -> int:
    """An instant from ISO text; without an offset it is UTC."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp())


def human(step: str, verb: Verb = "task", **more: Any) -> Step:
    """A human step with everything the compiler would fill in."""
    given: dict[str, Any] = {
        "title": step.replace("-", " ").capitalize(),
        "by": "case-manager",
        "due": Span(7, "day"),
        "overdue": ESCALATION,
        **more,
    }
    return Step(id=step, verb=verb, **given)


def stage(name: str, phase: Phase, *steps: Step, go: str = "", **more: Any) -> Stage:
    """A stage whose only way leads to ``go``."""
    branches = more.pop("next", None) or (Branch(go=go or "discharge"),)
    return Stage(
        id=name,
        phase=phase,
        title=name.capitalize(),
        steps=steps,
        next=branches,
        by="case-manager",
        **more,
    )


def pathway(
    *stages: Stage, rules: tuple[Rule, ...] = (), name: str = "demo", **more: Any
) -> CompiledPathway:
    """A pathway with a few values and all messages."""
    given: dict[str, Any] = {
        "data": {
            "glucose": DataElement(
                name="glucose", type="quantity", unit="mg/dL", low=10, high=1000, keep=8
            ),
            "risk": DataElement(name="risk", type="choice", options=("low", "high")),
        },
        "messages": TEXTS,
        **more,
    }
    return CompiledPathway(
        pathway=name,
        version="1",
        title=name.capitalize(),
        stages=stages,
        rules=rules,
        **given,
    )


@dataclass
class Patient:
    """Drives one journey through the kernel and keeps all that came out of it."""

    calendar: CalendarTable = NEW_YORK
    now: int = field(default_factory=lambda: at("2026-11-24 15:00"))
    journey: Journey = field(default_factory=lambda: new_journey("j-1"))
    library: dict[str, CompiledPathway] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    messages: list[Notify] = field(default_factory=list)
    effects: list[Book | Cancel] = field(default_factory=list)
    rows: dict[str, TaskRow] = field(default_factory=dict)
    commands: int = 0

    def apply(self, event: Event) -> Decision:
        """Decide one event now."""
        decision = decide(self.journey, event, self.now, self.library)
        self.journey = decision.journey
        self.effects.extend(decision.effects)
        if decision.record is not None:
            self.entries.extend(decision.record.entries)
            self.messages.extend(decision.record.messages)
            self.rows.update({row.task: row for row in decision.record.tasks})
        return decision

    def command(self) -> str:
        """A fresh command id."""
        self.commands += 1
        return f"c{self.commands}"

    def enroll(
        self,
        compiled: CompiledPathway,
        profile: PatientProfile | None = None,
        readings: tuple[Reading, ...] = (),
    ) -> Answer:
        """Enroll on a pathway now."""
        digest = digest_of(compiled)
        self.library[digest] = compiled
        decision = self.apply(
            Enroll(
                command=self.command(),
                actor=NURSE,
                pathway=compiled.pathway,
                digest=digest,
                patient=profile or PatientProfile(born="1960-05-01"),
                calendar=self.calendar,
                referred=self.now,
                readings=readings,
                team={"case-manager": "n1"},
            )
        )
        assert decision.answer is not None
        return decision.answer

    def until(self, instant: int) -> None:
        """Let time pass, waking at every due instant as the shell would."""
        while (due := head(self.journey)) is not None and due <= instant:
            self.now = max(self.now, due)
            self.apply(Tick())
        self.now = max(self.now, instant)

    def task(self, step: str) -> Task:
        """The open task of a step."""
        found = [t for t in self.journey.tasks.values() if t.sources[0].step == step]
        assert len(found) == 1, f"{step}: {[t.title for t in self.journey.tasks.values()]}"
        return found[0]

    def kinds(self) -> list[str]:
        """The kinds of all timeline entries, in order."""
        return [entry.kind for entry in self.entries]


def ok(patient: Patient, event: Event) -> None:
    """Apply a command that must not be refused."""
    answer = patient.apply(event).answer
    assert answer is not None
    assert answer.status == "applied", answer.message
