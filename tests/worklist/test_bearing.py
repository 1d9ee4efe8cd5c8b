"""What the kernel says of the patient with each decision: tier and flags."""

from __future__ import annotations

import pytest

from pathways.compiled import CompiledPathway, DataElement, Rule
from pathways.journey.decide import Decision
from pathways.journey.effects import RecordBatch
from pathways.journey.events import Complete, Reading, Record, Report, Value
from pathways.spans import Span
from pathways.tiers import tiers_of
from tests.kernel.building import NURSE, Patient, human, pathway, stage
from tests.review.building import PHYSICIAN
from tests.review.test_journeys import refused

TIER = DataElement("heart-tier", "choice", options=("low", "medium", "high"))
OTHER = DataElement("tier", "choice", options=("low", "rising", "complex"))
CRISIS = DataElement("caregiver-crisis", "boolean", fresh=Span(7, "day"))


def course(name: str, *elements: DataElement, rules: tuple[Rule, ...] = ()) -> CompiledPathway:
    return pathway(
        stage("only", "follow-up", human("call", safety_critical=name == "first")),
        rules=rules,
        name=name,
        data={element.name: element for element in elements},
    )


def record(patient: Patient, name: str, value: Value) -> Decision:
    readings = (Reading(name, value, 0),)
    return patient.apply(Record(patient.command(), NURSE, readings))


def batch(decision: Decision) -> RecordBatch:
    assert decision.record is not None
    return decision.record


def test_the_highest_tier_of_the_running_pathways_counts() -> None:
    patient = Patient()
    patient.enroll(course("first", TIER))
    patient.enroll(course("second", OTHER))
    assert batch(record(patient, "heart-tier", "medium")).tier == "rising"
    assert batch(record(patient, "tier", "complex")).tier == "complex"
    assert batch(record(patient, "tier", "low")).tier == "rising"


def test_without_a_tier_nothing_is_said() -> None:
    patient = Patient()
    patient.enroll(course("first", TIER))
    assert batch(patient.apply(Report("r", NURSE, "fall", patient.now))).tier == ""


@pytest.mark.parametrize(
    ("name", "options"), [("tier", ("low", "awful")), ("frontier", ("low",)), ("tier-2", ("low",))]
)
def test_only_a_choice_of_tiers_that_is_called_one_is_a_tier(
    name: str, options: tuple[str, ...]
) -> None:
    compiled = course("first", DataElement(name, "choice", options=options))
    assert tiers_of(compiled) == ()


def test_a_crisis_at_home_counts_while_its_value_is_fresh() -> None:
    patient = Patient()
    patient.enroll(course("first", CRISIS))
    assert batch(record(patient, "caregiver-crisis", True)).flags == ("caregiver-crisis",)
    patient.now += 8 * 86_400
    later = patient.apply(Report("r", NURSE, "fall", patient.now))
    assert batch(later).flags == ()


def test_a_crisis_at_home_counts_while_its_task_is_open() -> None:
    crisis = Rule("crisis", human("crisis"), on="caregiver-crisis")
    patient = Patient()
    patient.enroll(course("first", rules=(crisis,)))
    told = patient.apply(Report("r", NURSE, "caregiver-crisis", patient.now))
    assert batch(told).flags == ("caregiver-crisis",)
    done = patient.apply(Complete("c", NURSE, patient.task("crisis").id))
    assert batch(done).flags == ()


def test_the_task_of_a_safety_critical_step_says_so() -> None:
    """Given one step that is safety-critical and one that is not, then their rows differ."""
    patient = Patient()
    patient.enroll(course("first"))
    patient.enroll(course("second"))
    assert {row.pathway: row.flags for row in patient.rows.values()} == {
        "first": ("safety-critical",),
        "second": (),
    }


def test_a_denial_is_open_until_it_is_settled() -> None:
    """Given a request that was denied, when the denial is overturned, then it is no longer open."""
    patient = refused()
    assert bearing(patient) == ("open-denial",)
    patient.applied("p2p", "2026-09-14T08:00-04:00")
    assert bearing(patient) == ("open-denial",)
    patient.applied("overturned", "2026-09-14T09:00-04:00", **PHYSICIAN)
    assert bearing(patient) == ()


def bearing(patient: Patient) -> tuple[str, ...]:
    """The flags of the patient at the next thing that happens."""
    told = Report(patient.command(), NURSE, "fall", patient.now)
    return batch(patient.apply(told)).flags
