"""The same decisions, byte for byte, in any process, under any hash seed; no time runs back."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathways.canonical import canonical
from pathways.journey.decide import decide, head, new_journey
from pathways.journey.effects import RecordBatch
from pathways.journey.events import Complete, Event, Reading, Record, Report, Tick
from tests.kernel.building import NURSE, Patient, human, pathway, stage
from tests.kernel.recorded_year import Year

ROOT = Path(__file__).parents[2]


def year_in_another_process(hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-m", "tests.kernel.recorded_year", "7"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def test_a_year_on_all_shipped_pathways_is_the_same_under_any_hash_seed() -> None:
    years = {seed: year_in_another_process(seed) for seed in ("0", "1", "31337")}
    assert len(set(years.values())) == 1, years
    decisions = int(years["0"].split()[1])
    assert decisions > 500, "the year is too quiet to show anything"


def test_the_recorded_year_goes_through_all_of_care() -> None:
    """Otherwise the digest above would prove little."""
    kinds: dict[str, int] = {}
    for decision in Year(7).pass_through(365):
        for entry in decision.record.entries if decision.record else ():
            kinds[entry.kind] = kinds.get(entry.kind, 0) + 1
    expected = {
        *("stage-entered", "stage-left", "task-opened", "task-done", "task-escalated"),
        *("appointment-booked", "appointment-missed", "message-sent", "declined", "variance"),
        *("rule-fired", "held", "resumed", "instrument-scored", "decided", "refused"),
    }
    assert expected <= kinds.keys(), expected - kinds.keys()


def test_the_same_decision_twice_is_the_same_to_the_byte() -> None:
    def year() -> list[bytes]:
        return [canonical(decision) for decision in Year(11).pass_through(60)]

    assert year() == year()


@pytest.fixture
def patient() -> Patient:
    patient = Patient()
    patient.enroll(pathway(stage("assessment", "assessment", human("call"))))
    return patient


@pytest.mark.parametrize("back", [1, 3600, 86_400 * 365])
def test_a_clock_that_goes_back_changes_nothing_that_was_decided(
    patient: Patient, back: int
) -> None:
    """Given a decision at an instant, when the next comes from an earlier one, then it is
    decided, and recorded, at the first."""
    patient.until(patient.now + 4 * 86_400)
    patient.apply(Record("r1", NURSE, (Reading("glucose", 90.0, 0),)))
    latest = patient.journey.now
    patient.now -= back
    decision = patient.apply(Record("r2", NURSE, (Reading("glucose", 95.0, 0),)))
    assert isinstance(decision.record, RecordBatch)
    assert decision.record.at == latest
    assert {entry.at for entry in decision.record.entries} == {latest}
    assert patient.journey.facts["glucose"][0].observed == latest
    assert patient.journey.now == latest


@settings(deadline=None)
@given(gaps=st.lists(st.integers(-5 * 86_400, 5 * 86_400), max_size=12))
def test_a_journeys_time_and_its_timeline_never_run_backwards(gaps: list[int]) -> None:
    patient = Patient()
    patient.enroll(pathway(stage("assessment", "assessment", human("call"))))
    for number, gap in enumerate(gaps):
        patient.now += gap
        event: Event = Tick() if number % 2 else Report(f"e{number}", NURSE, "fall", 0)
        before = patient.journey.now
        patient.apply(event)
        assert patient.journey.now >= before
    instants = [entry.at for entry in patient.entries]
    assert instants == sorted(instants)


def test_an_early_tick_does_nothing(patient: Patient) -> None:
    due = head(patient.journey)
    assert due is not None
    decision = decide(patient.journey, Tick(), due - 1, patient.library)
    assert decision.journey is patient.journey
    assert decision.record is None


def test_a_late_tick_does_what_prompt_ones_would_have_opened_and_closed(
    patient: Patient,
) -> None:
    """Reminders and escalations that fell due during an outage all come, in their order."""
    prompt = Patient()
    prompt.enroll(pathway(stage("assessment", "assessment", human("call"))))
    prompt.until(prompt.now + 12 * 86_400)
    patient.now += 12 * 86_400
    patient.apply(Tick())
    told = ("task-reminded", "task-escalated")
    assert [(e.kind, e.params["to"]) for e in patient.entries if e.kind in told] == [
        (e.kind, e.params["to"]) for e in prompt.entries if e.kind in told
    ]
    assert patient.task("call").level == prompt.task("call").level


def test_a_command_before_enrollment_is_refused_and_leaves_no_trace_of_work() -> None:
    decision = decide(new_journey("j"), Complete("c", NURSE, "t1"), 1, {})
    assert decision.answer is not None
    assert decision.answer.code == "journey-closed"
    assert decision.journey.tasks == {}
    assert decision.effects == ()
