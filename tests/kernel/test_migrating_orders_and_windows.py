"""Moving patients whose steps follow a date (windows), wait for a physician (orders), or are done
together with those of another pathway."""

from __future__ import annotations

from msgspec.structs import replace

from pathways.canonical import digest_of
from pathways.compiled import CompiledPathway, Verb
from pathways.journey.decide import Decision
from pathways.journey.events import Migrate, Reading, Record
from pathways.journey.versions.choices import Choices
from tests.kernel import test_contradictory_orders as orders
from tests.kernel import test_windows as windows
from tests.kernel.building import NURSE, Patient, at, human, pathway, stage


def move(
    patient: Patient, pathway: str, to: CompiledPathway, choices: Choices | None = None
) -> Decision:
    digest = digest_of(to)
    patient.library[digest] = to
    return patient.apply(
        Migrate(patient.command(), NURSE, pathway, digest, "m1", choices=choices or Choices())
    )


def test_a_window_that_changed_is_arranged_anew_by_its_date() -> None:
    """Given a step that waits for 168 days before the date, when the new version says 150, then it
    starts on that day; the plan says that it will be arranged anew."""
    patient = windows.on("2027-10-11", windows.windowed("aspirin", -168, -84), windows.HOLDING)
    new = windows.course(windows.windowed("aspirin", -150, -84), windows.HOLDING)
    plan = move(patient, "demo", replace(new, version="2")).migration
    assert plan is not None
    assert "window-changed" in [one.code for one in plan.warnings]
    patient.until(at("2027-05-14T12:00-04:00"))
    assert windows.opened(patient, "aspirin") == [at("2027-05-14T08:00-04:00")]


def test_an_open_task_is_due_when_the_new_window_closes() -> None:
    """Given an open task, when the window closes earlier, then so does the task; a window that is
    as before changes nothing."""
    patient = windows.on("2027-10-11", windows.windowed("aspirin", -300, -84), windows.HOLDING)
    due = patient.task("aspirin").due
    same = windows.course(windows.windowed("aspirin", -300, -84), windows.HOLDING)
    move(patient, "demo", replace(same, version="2"))
    assert patient.task("aspirin").due == due
    new = windows.course(windows.windowed("aspirin", -300, -100), windows.HOLDING)
    move(patient, "demo", replace(new, version="3"))
    assert patient.task("aspirin").due == at("2027-07-03T23:59:59-04:00")


def test_what_a_physician_decides_about_stays_as_it_is() -> None:
    """Given two orders that contradict each other, when a version without one of the rules is to
    come, then the patient cannot be moved until it is decided; a version that leaves the orders as
    they are may come, and the decision is made under it."""
    heart, kidney = orders.heart(), orders.kidney()
    patient = orders.patient_on(heart, kidney)
    orders.both_at_once(patient)
    without = replace(heart, version="2", rules=heart.rules[1:])
    refused = move(patient, "heart", without).migration
    assert refused is not None
    assert [one.code for one in refused.obstacles] == ["decision-pending"]
    assert orders.decision(patient).id in refused.obstacles[0].message

    alike = orders.heart(human("more"))
    decision = move(patient, "heart", replace(alike, version="3"))
    assert decision.answer is not None
    assert decision.answer.code == "migrated"
    blocked = [t for t in patient.journey.tasks.values() if t.blocked]
    assert blocked
    orders.decide(patient, "hold")
    assert not [t for t in patient.journey.tasks.values() if t.kind == "physician-decision"]


def test_an_order_that_nobody_contests_goes_along_under_its_new_name() -> None:
    """Given a rule's standing order, when the rule is called otherwise, then the order stands under
    that name, and a contradiction is still seen."""
    heart, kidney = orders.heart(), orders.kidney()
    patient = orders.patient_on(heart, kidney)
    patient.apply(Record(patient.command(), NURSE, (Reading("glucose", 250.0, 0),)))
    gain, say = heart.rules
    assert gain.do is not None
    renamed = replace(gain, id="weight-up", do=replace(gain.do, id="weight-up"))
    new = replace(heart, version="2", rules=(renamed, say))
    move(patient, "heart", new, Choices(steps={"gain": "weight-up"}))
    assert "weight-up" in [s.source.step for s in patient.journey.orders.values()]
    patient.apply(Record(patient.command(), NURSE, (Reading("risk", "high", 0),)))
    assert orders.decision(patient)


def test_what_two_pathways_do_together_parts_when_one_asks_for_other_work() -> None:
    """Given a call that serves two pathways, when one of them asks for an assessment in its place,
    then the call serves the other alone, and the assessment is a task of its own; a version that
    asks for the same call leaves both as they are."""

    def version(name: str, number: str, verb: Verb = "task") -> CompiledPathway:
        call = human("call", verb, same="call" if verb == "task" else "")
        care = pathway(stage("care", "follow-up", call, human(f"own-{name}")), name=name)
        return replace(care, version=number)

    patient = Patient()
    for name in ("heart", "kidney"):
        patient.enroll(version(name, "1"))
    (call,) = [t for t in patient.journey.tasks.values() if len(t.sources) == 2]

    move(patient, "kidney", version("kidney", "2"))
    assert [s.pathway for s in patient.journey.tasks[call.id].sources] == ["heart", "kidney"]
    move(patient, "kidney", version("kidney", "3", "assess"))
    assert [s.pathway for s in patient.journey.tasks[call.id].sources] == ["heart"]
    (own,) = [t for t in patient.journey.tasks.values() if t.kind == "assess"]
    assert [(s.pathway, s.step) for s in own.sources] == [("kidney", "call")]
