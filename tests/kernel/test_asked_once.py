"""What was told for one pathway is not asked again for another while it is fresh (X8)."""

from __future__ import annotations

from typing import Any

from pathways.compiled import CompiledPathway, DataElement, Step
from pathways.instruments import Choice, Instrument, Item, Score
from pathways.journey.events import Complete, Reading, Record
from pathways.journey.runs import StepRun
from pathways.spans import Span
from tests.kernel.building import NURSE, Patient, human, pathway, stage

DAY = 86_400
ANSWERS = (Choice(0, "No"), Choice(1, "Yes"))
MOOD = Instrument(
    "mood",
    "1",
    "Mood",
    "free",
    items=tuple(Item(name, name, 0, 1, choices=ANSWERS) for name in ("one", "two")),
    scores=(Score("score", "sum", ("one", "two")),),
    fresh=Span(14, "day"),
)
DATA = {
    "glucose": DataElement("glucose", "quantity", low=10, high=1000, fresh=Span(30, "day")),
    "risk": DataElement("risk", "choice", options=("low", "high")),
}


def ask(name: str, *collect: str, mood: bool = True, **more: Any) -> Step:
    instruments = ("mood",) if mood else ()
    return human(name, "assess", collect=collect, instruments=instruments, **more)


def course(name: str, *steps: Step) -> CompiledPathway:
    stages = stage("assessment", "assessment", *steps, human(f"own-{name}"))
    return pathway(stages, name=name, data=DATA, instruments={"mood": MOOD})


def told_for_heart(**answers: int) -> Patient:
    """The heart pathway has asked for the mood, the glucose and the risk."""
    patient = Patient()
    patient.enroll(course("heart", ask("first", "glucose", "risk")))
    values = (Reading("glucose", 100.0, 0), Reading("risk", "low", 0))
    task, given = patient.task("first"), answers or {"one": 1, "two": 0}
    patient.apply(Complete("c", NURSE, task.id, "", values, {"mood": given}))
    return patient


def state(patient: Patient, name: str, step: str) -> StepRun:
    return patient.journey.enrollments[name].active[0].steps[step]


def test_a_fresh_questionnaire_serves_the_other_pathway_and_the_timeline_says_whose() -> None:
    patient = told_for_heart()
    patient.until(patient.now + 10 * DAY)
    patient.enroll(course("lungs", ask("mood-lungs")))
    done = state(patient, "lungs", "mood-lungs")
    assert (done.status, done.outcome) == ("done", "shared")
    (line,) = [e for e in patient.entries if e.kind == "step-served"]
    assert line.params == {"names": "mood", "by": "heart"}


def test_when_it_is_not_fresh_any_more_it_is_asked_again() -> None:
    patient = told_for_heart()
    patient.until(patient.now + 15 * DAY)
    patient.enroll(course("lungs", ask("mood-lungs")))
    assert patient.task("mood-lungs").instruments == ("mood",)


def test_of_what_is_served_in_part_only_the_rest_is_asked() -> None:
    patient = told_for_heart()
    patient.until(patient.now + 20 * DAY)
    patient.enroll(course("lungs", ask("lungs", "glucose", "risk")))
    task = patient.task("lungs")
    assert (task.collect, task.instruments) == (("risk",), ("mood",))


def test_a_questionnaire_with_gaps_serves_nobody() -> None:
    """X13: incomplete is not a result."""
    patient = Patient()
    patient.enroll(course("heart", ask("first")))
    patient.apply(
        Complete("c", NURSE, patient.task("first").id, "partial", answers={"mood": {"one": 1}})
    )
    patient.enroll(course("lungs", ask("mood-lungs")))
    assert patient.task("mood-lungs").instruments == ("mood",)


def test_within_one_pathway_the_second_question_is_asked() -> None:
    patient = Patient()
    patient.enroll(course("heart", ask("first"), ask("second", after=("first",))))
    task = patient.task("first")
    patient.apply(Complete("c", NURSE, task.id, answers={"mood": {"one": 1, "two": 0}}))
    assert patient.task("second").instruments == ("mood",)


def test_a_value_from_elsewhere_is_no_answer_to_an_assessment() -> None:
    """A device's reading is known, but nobody has talked to the patient about it."""
    patient = Patient()
    patient.enroll(course("heart"))
    patient.apply(Record("r", NURSE, (Reading("glucose", 100.0, 0),)))
    patient.enroll(course("lungs", ask("lungs", "glucose", mood=False)))
    assert patient.task("lungs").collect == ("glucose",)


def test_what_comes_round_is_not_put_off_by_more_than_half_of_its_time() -> None:
    patient = told_for_heart()
    patient.until(patient.now + 10 * DAY)
    weekly = ask("weekly", "glucose", mood=False, every=Span(1, "week"))
    patient.enroll(course("lungs", weekly))
    assert patient.task("weekly").collect == ("glucose",)
