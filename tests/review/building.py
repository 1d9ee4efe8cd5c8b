"""A patient whose pathway asks for an authorization, and what is said of it."""

from __future__ import annotations

import msgspec

from pathways.compiled import CompiledPathway, Rule, Step
from pathways.journey.effects import Answer, Entry
from pathways.journey.events import Actor, PatientProfile, Review
from pathways.journey.state import Task
from pathways.review.payer import Payer
from pathways.review.record import ReviewRun
from pathways.spans import Span
from tests.kernel.building import Patient, at, human, pathway, stage
from worker.library import shipped
from worker.payers import payers_of

PAYERS: dict[str, Payer] = payers_of(shipped())[0]
COORDINATOR = Actor("c1", "coordinator")
PHYSICIAN = {"role": "physician-reviewer", "credential": "MD", "person": "dr-a"}
ANOTHER = {"role": "physician-reviewer", "credential": "DO", "person": "dr-b"}
NURSE = {"role": "utilization-nurse", "credential": "RN", "person": "rn-a"}
CLINICAL = {"family": "medical-necessity", "reason": "not medically necessary"}


def asking(
    *more: Step, payers: dict[str, Payer] | None = None, rules: tuple[Rule, ...] = ()
) -> CompiledPathway:
    """A pathway of one stage that asks for an authorization."""
    ask = human(
        "coverage",
        "authorize",
        by="coordinator",
        service="rehabilitation",
        due=Span(30, "day"),
        outcomes=("approved", "partial", "denied"),
    )
    open_end = human("later", due=Span(400, "day"))
    return pathway(
        stage("care", "planning", ask, *more, open_end),
        rules=rules,
        roles=("case-manager", "coordinator", "primary-care"),
        payers=PAYERS if payers is None else payers,
    )


class Asked(Patient):
    """A patient with a review under way."""

    def says(self, say: str, local: str = "", /, **more: object) -> Answer:
        """Something is said of the review; with a time, then."""
        if local:
            self.until(at(local))
        told = {"type": "review", "command": self.command(), "say": say, **more}
        told["actor"] = {"person": COORDINATOR.person, "role": COORDINATOR.role}
        answer = self.apply(msgspec.convert(told, Review)).answer
        assert answer is not None
        return answer

    def applied(self, say: str, local: str = "", /, **more: object) -> str:
        """The same; it must be applied. The review's id."""
        answer = self.says(say, local, **more)
        assert answer.status == "applied", answer
        return answer.task

    @property
    def run(self) -> ReviewRun:
        """The first review."""
        return next(iter(self.journey.reviews.values()))

    def duty(self, kind: str) -> Task:
        """The open task of this kind."""
        found = [t for t in self.journey.tasks.values() if t.kind == kind]
        assert len(found) == 1, f"{kind}: {[t.kind for t in self.journey.tasks.values()]}"
        return found[0]

    def has(self, kind: str) -> bool:
        return any(t.kind == kind for t in self.journey.tasks.values())

    def told(self, kind: str) -> list[Entry]:
        """The timeline's entries of a kind."""
        return [entry for entry in self.entries if entry.kind == kind]


def asked(local: str, payer: str = "", compiled: CompiledPathway | None = None) -> Asked:
    """A patient of this payer, enrolled at this moment."""
    patient = Asked(now=at(local))
    answer = patient.enroll(compiled or asking(), PatientProfile(born="1958-02-03", payer=payer))
    assert answer.status == "applied", answer
    return patient


def sent(
    local: str, payer: str = "", speed: str = "", more: dict[str, object] | None = None
) -> Asked:
    """A patient whose request was sent to the payer at this moment."""
    patient = asked(local, payer)
    patient.applied("submitted", speed=speed, **(more or {}))
    return patient


def in_review(patient: Asked, *, physician: bool = True) -> Asked:
    """The payer has it, and its nurse (and physician) look at it."""
    for say in ("received", "nurse-review", *(("md-review",) if physician else ())):
        patient.applied(say)
    return patient
