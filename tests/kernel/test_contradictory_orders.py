"""Contradictory orders become a physician's decision (X8; story S8, Sat 02-06 and Tue 02-09)."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from pathways.compiled import CompiledPathway, Rule, Stage, Step
from pathways.journey.events import Actor, Complete, Done, Reading, Record, Report, Vary, Withdraw
from pathways.journey.state import Task
from pathways.orders import RANKS, WORDS, Order
from pathways.spans import Span
from tests.kernel.building import NURSE, Patient, at, human, pathway, stage

DOCTOR = Actor("d1", "primary-care")
SATURDAY = at("2027-02-06T08:00-05:00")
HIGH, LOW = [">", ["value", "glucose"], 200.0], ["=", ["value", "risk"], "high"]


def order(do: str, basis: str = "pathway-default", **more: Any) -> Order:
    given: dict[str, Any] = {"intensity": WORDS.get(do, 0), "treatment": do in WORDS, **more}
    return Order("diuretic", do, rank=RANKS[basis], **given)


MORE, HOLD = order("increase"), order("hold", "contraindication")


def alarm(name: str, what: Order, **more: Any) -> Step:
    return human(name, response="RT-SD", due=Span(12, "hour"), order=what, **more)


def letter(name: str, message: str, what: Order) -> Step:
    return Step(name, "notify", name, to="patient", message=message, order=what)


def heart(*steps: Step, rules: tuple[Rule, ...] = ()) -> CompiledPathway:
    gain = Rule("gain", alarm("gain", MORE), when=HIGH, reads=("glucose",))
    say = Rule("say-more", letter("say-more", "more-diuretic", MORE), when=HIGH, reads=("glucose",))
    return course("heart", *steps, rules=rules or (gain, say))


def kidney(*steps: Step) -> CompiledPathway:
    vomits = Rule("vomits", alarm("vomits", HOLD), when=LOW, reads=("risk",))
    say = Rule("say-hold", letter("say-hold", "no-diuretic", HOLD), when=LOW, reads=("risk",))
    return course("kidney", *steps, rules=(vomits, say))


def course(name: str, *steps: Step, rules: tuple[Rule, ...] = ()) -> CompiledPathway:
    follow: Stage = stage("follow", "follow-up", *steps, human(f"own-{name}", due=Span(9, "month")))
    return pathway(follow, name=name, rules=rules, roles=("case-manager", "primary-care"))


def patient_on(*pathways: CompiledPathway) -> Patient:
    patient = Patient(now=SATURDAY)
    for one in pathways:
        patient.enroll(one)
    return patient


def both_at_once(patient: Patient) -> None:
    """Weight up and vomiting, in one reading."""
    values = (Reading("glucose", 250.0, 0), Reading("risk", "high", 0))
    patient.apply(Record(patient.command(), NURSE, values))


def told(patient: Patient) -> list[str]:
    """What the patient got, less what was taken back."""
    return [m.message for m in patient.messages if m.to == "patient"]


def decision(patient: Patient) -> Task:
    (task,) = [t for t in patient.journey.tasks.values() if t.kind == "physician-decision"]
    return task


def work(patient: Patient, step: str) -> Task:
    """The task of a step or rule itself."""
    (task,) = [
        t for t in patient.journey.tasks.values() if t.sources[0].step == step and not t.about
    ]
    return task


def decide(patient: Patient, outcome: str, note: str = "") -> None:
    answer = patient.apply(
        Complete(patient.command(), DOCTOR, decision(patient).id, outcome, note=note)
    ).answer
    assert answer is not None
    assert answer.status == "applied", answer


def test_opposite_orders_of_one_morning_reach_a_physician_and_not_the_patient() -> None:
    """S8: a decision within four hours, by whoever is on call; no instruction to the patient."""
    patient = patient_on(heart(), kidney())
    both_at_once(patient)
    task = decision(patient)
    assert (task.owner, task.urgency) == ("primary-care", "RT-SD")
    assert task.due == SATURDAY + 4 * 3600
    assert task.outcomes == ("hold", "increase", "other")
    assert told(patient) == []


def test_the_decision_lists_who_asks_for_what_with_its_rank() -> None:
    patient = patient_on(heart(), kidney())
    both_at_once(patient)
    reasons = " / ".join(decision(patient).reasons)
    assert "increase diuretic: Gain (heart, because of glucose 250)" in reasons
    assert "rank 6, default of the pathway" in reasons
    assert "hold diuretic: Vomits (kidney, because of risk high)" in reasons
    assert "rank 2, active hold or contraindication" in reasons


def test_until_then_the_least_intensive_applies_and_the_rest_is_blocked_not_overdue() -> None:
    patient = patient_on(heart(), kidney())
    both_at_once(patient)
    assert work(patient, "vomits").blocked == ""
    blocked = work(patient, "gain")
    assert (
        blocked.blocked
        == f"diuretic: increase or hold? A physician decides ({decision(patient).id})"
    )
    patient.until(SATURDAY + 3 * 86_400)
    late = [e.params["task"] for e in patient.entries if e.kind == "task-escalated"]
    assert blocked.id not in late
    assert work(patient, "vomits").id in late


def test_what_is_blocked_cannot_be_done() -> None:
    patient = patient_on(heart(), kidney())
    both_at_once(patient)
    answer = patient.apply(Complete("c", NURSE, work(patient, "gain").id)).answer
    assert answer is not None
    assert answer.code == "blocked"


def test_the_decision_releases_only_the_order_that_was_chosen() -> None:
    patient = patient_on(heart(), kidney())
    both_at_once(patient)
    patient.now += 9000
    decide(patient, "increase")
    assert told(patient) == ["more-diuretic"]
    gain = work(patient, "gain")
    assert (gain.blocked, gain.due) == ("", SATURDAY + 12 * 3600 + 9000)
    assert patient.journey.rulings == {}


def test_after_hold_only_the_hold_reaches_the_patient_and_the_other_alarm_is_closed() -> None:
    patient = patient_on(heart(), kidney())
    both_at_once(patient)
    decide(patient, "hold")
    assert told(patient) == ["no-diuretic"]
    assert [r.outcome for r in patient.rows.values() if r.step == "gain"] == ["not-ordered"]


def test_another_instruction_releases_neither_and_a_person_tells_the_patient() -> None:
    patient = patient_on(heart(), kidney())
    both_at_once(patient)
    answer = patient.apply(Complete("c", DOCTOR, decision(patient).id, "other")).answer
    assert answer is not None
    assert answer.code == "instruction-missing"
    decide(patient, "other", "Diuretic unchanged, emergency department if worse")
    assert told(patient) == []
    (tell,) = [t for t in patient.journey.tasks.values() if t.kind == "instruct"]
    assert tell.title.endswith("Diuretic unchanged, emergency department if worse")
    assert (tell.owner, tell.urgency) == ("case-manager", "RT-SD")


def test_nobody_but_the_physician_decides_and_nobody_sets_it_aside() -> None:
    patient = patient_on(heart(), kidney())
    both_at_once(patient)
    chief = Actor("m1", "nurse-manager")
    first = patient.apply(Complete("a", chief, decision(patient).id, "increase")).answer
    second = patient.apply(Vary("b", chief, decision(patient).id, "no time")).answer
    assert first is not None
    assert first.code == "not-yours"
    assert second is not None
    assert second.code == "must-be-decided"


def test_a_message_of_an_hour_ago_is_retracted_when_the_opposite_is_ordered() -> None:
    patient = patient_on(heart(), kidney())
    patient.apply(Record("a", NURSE, (Reading("glucose", 250.0, 0),)))
    (sent,) = [m for m in patient.messages if m.to == "patient"]
    patient.now += 3600
    record = patient.apply(Record("b", NURSE, (Reading("risk", "high", 0),))).record
    assert record is not None
    assert sent.key in record.retract
    assert told(patient) == ["more-diuretic"]
    assert "the patient may have been told" in " ".join(decision(patient).reasons)


def test_a_red_flag_waits_for_nobody() -> None:
    flag = order("stop", "life-safety")
    rules = (Rule("flag", letter("flag", "more-diuretic", flag), when=HIGH, reads=("glucose",)),)
    patient = patient_on(heart(rules=rules), kidney())
    both_at_once(patient)
    assert told(patient) == ["more-diuretic"]
    assert decision(patient).outcomes == ("stop", "hold", "other")


def visit(**more: Any) -> Step:
    more = {"due": Span(14, "day"), "order": MORE, **more}
    return Step("titrate", "schedule", "Titration", service="visit", by="case-manager", **more)


def test_a_hold_blocks_what_comes_due_under_it_until_a_physician_clears_it() -> None:
    """S8, Tue 02-09: the titration visit is blocked by the hold with the reason, not overdue."""
    patient = patient_on(heart(visit(delay=Span(3, "day"))), kidney())
    both_at_once(patient)
    decide(patient, "hold")
    patient.until(SATURDAY + 4 * 86_400)
    review = next(t for t in patient.journey.tasks.values() if t.kind == "hold-review")
    assert [e.params["why"] for e in patient.entries if e.kind == "order-blocked"][-1:] == [
        f"diuretic is on hold until a physician clears it ({review.id})"
    ]
    assert patient.journey.appointments == {}
    assert patient.effects == []
    assert patient.journey.enrollments["heart"].active[0].steps["titrate"].status == "open"
    nurse = patient.apply(Complete("n", NURSE, review.id, "cleared")).answer
    assert nurse is not None
    assert nurse.code == "not-yours"
    patient.apply(Complete("d", DOCTOR, review.id, "cleared"))
    assert [a.service for a in patient.journey.appointments.values()] == ["visit"]


def test_a_hold_that_is_kept_is_asked_about_again_two_days_later() -> None:
    patient = patient_on(heart(), kidney())
    both_at_once(patient)
    decide(patient, "hold")
    review = next(t for t in patient.journey.tasks.values() if t.kind == "hold-review")
    assert review.due == SATURDAY + 48 * 3600
    patient.apply(Complete("d", DOCTOR, review.id))
    again = next(t for t in patient.journey.tasks.values() if t.kind == "hold-review")
    assert again.id != review.id
    assert patient.journey.rulings["diuretic"].task == again.id


def test_a_visit_that_is_booked_is_given_back_and_asked_for_again_after_the_decision() -> None:
    patient = patient_on(heart(visit()), kidney())
    (book,) = patient.effects
    starts = patient.now + 5 * 86_400
    slot: dict[str, str | int] = {"starts": starts, "ends": starts + 1800}
    patient.apply(Done(book.key, {"appointment": book.appointment, **slot}))
    patient.apply(Record("b", NURSE, (Reading("risk", "high", 0),)))
    assert patient.journey.appointments == {}
    decide(patient, "increase")
    assert [a.status for a in patient.journey.appointments.values()] == ["requested"]


def test_two_targets_are_decided_within_two_business_days_without_alarm() -> None:
    """S8, Mon 02-01: 120 against 130, due Wed 02-03; by default no intensification."""
    low = order("120", intensity=2)
    high = copied_order(low, "130", 1)
    patient = Patient(now=at("2027-02-01T09:00-05:00"))
    for name, what in (("kidney", low), ("heart", high)):
        target = Step("target", "milestone", "Target", order=what)
        patient.enroll(course(name, target))
    task = decision(patient)
    assert (task.urgency, task.due) == ("", at("2027-02-03T23:59:59-05:00"))
    assert task.outcomes == ("130", "120", "other")
    contested = [e for e in patient.entries if e.kind == "order-contested"]
    assert {e.params["default"] for e in contested} == {"diuretic 130"}


def copied_order(one: Order, do: str, intensity: int) -> Order:
    return Order(one.on, do, intensity, one.rank, one.treatment)


def test_leaving_the_pathway_that_disagreed_ends_the_question() -> None:
    patient = patient_on(heart(), kidney())
    both_at_once(patient)
    patient.apply(Withdraw("w", NURSE, "only this", pathway="kidney"))
    assert not [t for t in patient.journey.tasks.values() if t.kind == "physician-decision"]
    assert work(patient, "gain").blocked == ""
    assert told(patient) == ["more-diuretic"]


def test_a_physician_may_hold_unasked_and_only_a_physician() -> None:
    patient = patient_on(heart(visit(delay=Span(3, "day"))))
    details = {"on": "diuretic", "do": "hold"}
    nurse = patient.apply(
        Report("n", NURSE, "physician-order", patient.now, details=details)
    ).answer
    assert nurse is not None
    assert nurse.code == "not-yours"
    patient.apply(Report("d", DOCTOR, "physician-order", patient.now, details=details))
    patient.until(SATURDAY + 4 * 86_400)
    assert patient.journey.appointments == {}
    patient.apply(
        Report("e", DOCTOR, "physician-order", patient.now, details={**details, "do": "continue"})
    )
    assert [a.service for a in patient.journey.appointments.values()] == ["visit"]


def test_lessons_of_either_side_wait_too() -> None:
    teach = human("teach", "educate", order=HOLD)
    patient = patient_on(heart(), course("kidney", teach))
    patient.apply(Record("a", NURSE, (Reading("glucose", 250.0, 0),)))
    assert work(patient, "teach").blocked
    assert work(patient, "gain").blocked


def test_an_order_that_is_still_to_be_told_has_not_lapsed() -> None:
    """Given a letter that waits for room in the contact budget for more than 48 hours, when the
    opposite is ordered meanwhile, then a physician decides, and the letter waits on."""
    patient = patient_on(heart(), kidney())
    note = replace(letter("note", "welcome", MORE), order=None)
    patient.enroll(course("full", rules=(Rule("note", note, on="fall"),)))
    for _ in range(7):
        patient.apply(Report(patient.command(), NURSE, "fall", patient.now))
        patient.until(patient.now + 12 * 3600)
    del patient.messages[:]
    patient.apply(Record(patient.command(), NURSE, (Reading("glucose", 250.0, 0),)))
    assert [m.message for m in patient.journey.unsent.values()] == ["more-diuretic"]
    patient.until(patient.now + 50 * 3600)
    assert patient.journey.unsent
    patient.apply(Record(patient.command(), NURSE, (Reading("risk", "high", 0),)))
    assert {"hold", "increase"} < set(decision(patient).outcomes)
    patient.until(patient.now + 9 * 86_400)
    assert "more-diuretic" not in told(patient)
