"""A greater alarm makes the work of lesser ones needless: a stroke sign that of a high pressure."""

from __future__ import annotations

from msgspec.structs import replace

from pathways.canonical import canonical
from pathways.compiled import CompiledPathway, DataElement, Rule
from pathways.journey.events import Reading, Record
from tests.kernel.building import NURSE, Patient, human
from tests.kernel.test_migrating import enrolled, version

POTASSIUM = DataElement("potassium", "quantity", unit="mmol/L", low=1, high=10)
LESSER = Rule(
    "raised",
    human("raised", response="RT-SD"),
    when=[">", ["value", "potassium"], 5.5],
    reads=("potassium",),
)
OTHER = Rule(
    "also-raised",
    human("also-raised", response="RT-SD"),
    when=[">", ["value", "potassium"], 5.5],
    reads=("potassium",),
)
GREATER = Rule(
    "severe",
    human("severe", response="RT-911"),
    when=[">", ["value", "potassium"], 6.5],
    reads=("potassium",),
    supersedes=("raised",),
)


def compiled(*rules: Rule) -> CompiledPathway:
    base = version("1", human("a"), rules=rules)
    return replace(base, data={**base.data, "potassium": POTASSIUM})


def record(patient: Patient, value: float, ago: int = 0) -> None:
    patient.apply(
        Record(patient.command(), NURSE, (Reading("potassium", value, patient.now - ago),))
    )


def rules_open(patient: Patient) -> list[str]:
    return sorted(
        source.step
        for task in patient.journey.tasks.values()
        for source in task.sources
        if not source.stage
    )


def test_the_lesser_task_is_cancelled_when_the_greater_rule_fires() -> None:
    """Given the open task of a lesser rule, when the greater one fires, then it is cancelled as
    superseded, the timeline says by what, and the greater task is open."""
    patient = enrolled(compiled(LESSER, GREATER))
    record(patient, 6.0)
    assert rules_open(patient) == ["raised"]
    record(patient, 7.0)
    assert rules_open(patient) == ["severe"]
    said = {entry.kind: entry for entry in patient.entries}
    assert said["superseded"].params["by"] == "Severe"
    assert said["superseded"].step == "raised"
    assert said["task-cancelled"].params["outcome"] == "superseded"


def test_a_task_that_another_cause_needs_too_stays_without_the_superseded_one() -> None:
    """Two alarms of one owner are one task (X8): the cause that is not superseded keeps it."""
    patient = enrolled(compiled(LESSER, OTHER, GREATER))
    record(patient, 6.0)
    assert rules_open(patient) == ["also-raised", "raised"]
    record(patient, 7.0)
    assert rules_open(patient) == ["also-raised", "severe"]


def test_an_old_result_supersedes_nothing() -> None:
    """A greater value of three days ago is looked at today (T10); it is no reason to drop
    the work that is open."""
    old = replace(GREATER, when=[">", ["value", "sodium"], 160], reads=("sodium",))
    base = compiled(LESSER, old)
    sodium = replace(POTASSIUM, name="sodium", high=200)
    patient = enrolled(replace(base, data={**base.data, "sodium": sodium}))
    patient.until(patient.now + 10 * 86_400)
    record(patient, 6.0)
    reading = Reading("sodium", 170, patient.now - 3 * 86_400)
    patient.apply(Record(patient.command(), NURSE, (reading,)))
    assert "severe" in rules_open(patient)
    assert "raised" in rules_open(patient)


def test_a_rule_that_supersedes_nothing_is_pinned_as_before() -> None:
    """The field is left out when empty, so that digests of other pathways stay."""
    assert b"supersedes" not in canonical(compiled(LESSER))
    assert b"supersedes" in canonical(compiled(LESSER, GREATER))
