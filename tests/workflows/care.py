"""The pathway that the shell's tests run: every kind of effect, due time and task once."""

from __future__ import annotations

from pathways.canonical import PinnedPathway, pin
from pathways.compiled import CompiledPathway, Rule, Step
from pathways.journey.events import Actor, Complete, Enroll, PatientProfile, Reading
from pathways.spans import Span
from pathways.undone import Missed
from tests.kernel.building import NEW_YORK, human, pathway, stage

DAY = 86_400
NURSE = Actor("n1", "case-manager")
BORN = "1951-07-19"
"""A value of the patient that must never be seen outside payloads."""
CONDITION = "E11.649"
SECRET = "zanzibarine"
"""A medicine nobody takes, so that finding it means finding the patient."""


def demo(name: str = "demo", service: str = "dietitian-visit") -> CompiledPathway:
    """Assessment (a task and an appointment), then weekly calls until the nurse says enough."""
    visit = Step(
        id="visit",
        verb="schedule",
        title="Visit",
        by="case-manager",
        service=service,
        due=Span(21, "day"),
        missed=Missed(by="case-manager"),
    )
    welcome = Step(id="welcome", verb="notify", title="Welcome", to="patient", message="welcome")
    call = human("weekly-call", every=Span(7, "day"), times=40, due=Span(2, "day"))
    low = human("low-glucose-call", due=Span(2, "hour"))
    return pathway(
        stage("assessment", "assessment", welcome, human("first-look"), visit, go="follow-up"),
        stage("follow-up", "follow-up", call),
        rules=(
            Rule(
                id="low-glucose-call",
                do=low,
                when=["<", ["value", "glucose"], 54.0],
                reads=("glucose",),
            ),
        ),
        name=name,
    )


def enrollment(command: str, now: int, compiled: CompiledPathway) -> tuple[Enroll, PinnedPathway]:
    """What a nurse sends to enroll her patient."""
    pinned = pin(compiled)
    event = Enroll(
        command=command,
        actor=NURSE,
        pathway=compiled.pathway,
        digest=pinned.digest,
        patient=PatientProfile(born=BORN, conditions=(CONDITION,), medications=(SECRET,)),
        calendar=NEW_YORK,
        referred=now,
        team={"case-manager": "n1"},
    )
    return event, pinned


def complete(command: str, task: str) -> Complete:
    """The nurse has done the task."""
    return Complete(command=command, actor=NURSE, task=task)


def glucose(value: float, observed: int) -> Reading:
    """A reading in mg/dL."""
    return Reading(name="glucose", value=value, observed=observed, unit="mg/dL")
