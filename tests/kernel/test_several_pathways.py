"""Several enrollments in one journey: the same thing happens once."""

from __future__ import annotations

from msgspec.structs import replace

from pathways.compiled import DataElement, Rule, Step
from pathways.journey.events import (
    Attend,
    Complete,
    Done,
    Hold,
    Reading,
    Record,
    Report,
    Withdraw,
)
from pathways.spans import Span
from pathways.undone import Overdue
from tests.kernel.building import NURSE, Patient, at, human, pathway, stage

LAB = Step(
    id="lab",
    verb="schedule",
    title="HbA1c",
    service="hba1c-lab",
    by="case-manager",
    due=Span(14, "day"),
    same="service:hba1c-lab",
)
MOOD = human("mood", "assess", collect=("risk",), same="screen-mood")
LOW = ["<", ["value", "glucose"], 54.0]


def two(*steps: Step, rules: tuple[Rule, ...] = (), now: int | None = None) -> Patient:
    """The same steps in two pathways of one patient."""
    patient = Patient() if now is None else Patient(now=now)
    for name in ("diabetes", "dementia"):
        patient.enroll(
            pathway(
                stage("assessment", "assessment", *steps, human(f"own-{name}")),
                name=name,
                rules=rules,
            )
        )
    return patient


def test_one_task_serves_both_and_closing_it_ends_both_steps() -> None:
    patient = two(MOOD)
    task = patient.task("mood")
    assert [s.pathway for s in task.sources] == ["diabetes", "dementia"]
    patient.apply(Complete("c", NURSE, task.id, values=(Reading("risk", "low", 0),)))
    assert [e.ends for e in patient.journey.enrollments.values()] == [{"mood": "done"}] * 2


def test_one_appointment_serves_both() -> None:
    patient = two(LAB)
    (effect,) = patient.effects
    starts = patient.now + 86_400
    patient.apply(
        Done(effect.key, {"appointment": effect.appointment, "starts": starts, "ends": starts + 60})
    )
    patient.until(starts + 120)
    patient.apply(Attend("a", NURSE, effect.appointment, "attended"))
    assert [e.ends["lab"] for e in patient.journey.enrollments.values()] == ["done", "done"]


def test_an_appointment_serves_no_pathway_that_needs_it_sooner() -> None:
    """Given a lab visit within two weeks for one pathway, when another needs the same lab within
    three days, then it is asked for again; one that can wait joins what is booked in time."""
    patient = Patient()
    for name, days in (("diabetes", 14), ("dementia", 3), ("oncology", 14)):
        lab = replace(LAB, due=Span(days, "day"))
        patient.enroll(pathway(stage("assessment", "assessment", lab), name=name))
        if name == "diabetes":
            (effect,) = patient.effects
            starts = patient.now + 10 * 86_400
            slot: dict[str, str | int] = {
                "appointment": effect.appointment,
                "starts": starts,
                "ends": starts + 60,
            }
            patient.apply(Done(effect.key, slot))
    shared, sooner = patient.journey.appointments.values()
    assert [s.pathway for s in shared.sources] == ["diabetes", "oncology"]
    assert [s.pathway for s in sooner.sources] == ["dementia"]


def test_an_alarm_that_joins_a_routine_task_makes_it_urgent_and_its_owner_hears_at_once() -> None:
    alarm = human("alarm", due=Span(2, "hour"), response="RT-2H", same="diabetes-call")
    routine = human("call", same="diabetes-call")
    patient = two(routine, rules=(Rule("low", alarm, when=LOW, reads=("glucose",)),))
    patient.apply(Record("r", NURSE, (Reading("glucose", 45.0, patient.now),)))
    task = patient.task("call")
    assert (task.urgency, task.due) == ("RT-2H", patient.now + 7200)
    assert [(m.message, m.to, m.urgent) for m in patient.messages] == [
        ("task-urgent", "case-manager", True)
    ]


def test_what_was_done_this_week_for_one_pathway_serves_the_other() -> None:
    patient = Patient()
    patient.enroll(pathway(stage("assessment", "assessment", MOOD, human("own")), name="diabetes"))
    patient.apply(
        Complete("c", NURSE, patient.task("mood").id, values=(Reading("risk", "low", 0),))
    )
    patient.until(patient.now + 5 * 86_400)
    patient.enroll(pathway(stage("assessment", "assessment", MOOD, human("own")), name="dementia"))
    assert patient.journey.enrollments["dementia"].outcomes == {"mood": "shared"}


def test_at_night_too_the_same_message_of_two_pathways_goes_out_once() -> None:
    hello = Step(
        id="hello", verb="notify", title="Hello", to="patient", message="welcome", same="welcome"
    )
    patient = two(hello, now=at("2026-11-24T22:00-05:00"))
    patient.until(at("2026-11-27T22:00-05:00"))
    assert [m.message for m in patient.messages].count("welcome") == 1
    ends = [(e.ends["hello"], e.outcomes["hello"]) for e in patient.journey.enrollments.values()]
    assert ends == [("done", "sent"), ("done", "shared")]


def test_of_what_was_done_for_one_pathway_another_asks_only_for_what_is_more() -> None:
    patient = Patient()
    patient.enroll(pathway(stage("assessment", "assessment", MOOD, human("own")), name="diabetes"))
    patient.apply(
        Complete("c", NURSE, patient.task("mood").id, values=(Reading("risk", "low", 0),))
    )
    wider = human("mood", "assess", collect=("risk", "glucose"), same="screen-mood")
    patient.enroll(pathway(stage("assessment", "assessment", wider), name="dementia"))
    assert patient.task("mood").collect == ("glucose",)


def test_the_earlier_due_time_wins_and_the_questions_are_joined() -> None:
    patient = Patient()
    later = human("mood", "assess", collect=("risk",), same="screen-mood", due=Span(20, "day"))
    sooner = human("mood", "assess", collect=("glucose",), same="screen-mood", due=Span(3, "day"))
    patient.enroll(pathway(stage("assessment", "assessment", later), name="diabetes"))
    due = patient.task("mood").due
    patient.enroll(pathway(stage("assessment", "assessment", sooner), name="dementia"))
    task = patient.task("mood")
    assert task.due < due
    assert task.collect == ("risk", "glucose")


def test_leaving_one_pathway_keeps_the_shared_task_for_the_other() -> None:
    patient = two(MOOD)
    patient.apply(Withdraw("w", NURSE, "only this one", pathway="diabetes"))
    task = patient.task("mood")
    assert [s.pathway for s in task.sources] == ["dementia"]
    assert patient.journey.status == "active"


def test_one_alarm_of_two_pathways_is_one_task_with_both_reasons_listed() -> None:
    call = human("low", response="RT-2H", due=Span(2, "hour"), same="glucose-low-call")
    patient = two(rules=(Rule(id="low", when=LOW, reads=("glucose",), do=call),))
    patient.apply(Record("r", NURSE, (Reading("glucose", 40.0, 0),)))
    task = patient.task("low")
    assert [s.pathway for s in task.sources] == ["diabetes", "dementia"]


def test_a_name_that_means_two_things_is_refused_at_enrollment() -> None:
    patient = Patient()
    patient.enroll(pathway(stage("assessment", "assessment", human("first")), name="diabetes"))
    other = pathway(
        stage("assessment", "assessment", human("first")),
        name="dementia",
        data={"glucose": DataElement(name="glucose", type="quantity", unit="mmol/L")},
    )
    answer = patient.enroll(other)
    assert (answer.status, answer.code) == ("refused", "data-conflict")
    assert list(patient.journey.enrollments) == ["diabetes"]


def test_each_pathway_asks_for_the_reading_that_it_misses() -> None:
    """Two pathways may call a step the same; each still has its own."""
    weigh = Step(
        id="weigh",
        verb="monitor",
        title="Weigh",
        element="glucose",
        every=Span(1, "week"),
        by="case-manager",
    )
    patient = Patient()
    for name in ("one", "two"):
        patient.enroll(pathway(stage("follow", "follow-up", weigh), name=name))
    patient.until(patient.now + 8 * 86_400)
    assert sorted(
        t.sources[0].pathway for t in patient.journey.tasks.values() if t.kind == "monitor"
    ) == ["one", "two"]


def test_an_alarm_is_not_taken_back_with_the_stage_whose_task_it_shares() -> None:
    call = human("call", same="call", every=Span(1, "week"))
    alarm = human("alarm", same="call")
    patient = Patient()
    patient.enroll(
        pathway(
            stage("first", "assessment", call, exit=["known", ["value", "risk"]], go="second"),
            stage("second", "follow-up", human("other")),
            rules=(Rule(id="alarm", do=alarm, on="fall"),),
        )
    )
    patient.apply(Report("f", NURSE, "fall", patient.now))
    patient.apply(Record("r", NURSE, (Reading("risk", "low", 0),)))
    assert [run.stage for run in patient.journey.enrollments["demo"].active] == ["second"]
    (task,) = [t for t in patient.journey.tasks.values() if t.same == "call"]
    assert [s.step for s in task.sources] == ["alarm"]


def test_a_shared_appointment_is_asked_about_though_one_pathway_ends_while_on_hold() -> None:
    """I9: the other pathway's step still waits for it."""
    lab = Step(
        id="lab",
        verb="schedule",
        title="Lab",
        service="lab",
        by="coordinator",
        due=Span(14, "day"),
        same="service:lab",
    )
    patient = Patient()
    for name in ("one", "two"):
        patient.enroll(pathway(stage("assessment", "assessment", lab), name=name))
    (book,) = patient.effects
    starts = patient.now + 5 * 86_400
    patient.apply(
        Done(book.key, {"appointment": book.appointment, "starts": starts, "ends": starts + 1800})
    )
    patient.apply(Hold("h", NURSE, "travelling", pathway="one"))
    patient.apply(Withdraw("w", NURSE, "no more", pathway="one"))
    patient.until(starts + 5 * 86_400)
    assert [t.kind for t in patient.journey.tasks.values()] == ["inform", "attendance"]


def test_at_night_too_each_pathways_own_material_follows_the_lesson_they_share() -> None:
    """Only a message that is itself the shared step goes out once."""
    patient = Patient(now=at("2026-11-24T22:00-05:00"))
    for name, message in (("one", "welcome"), ("two", "closing")):
        lesson = human("lesson", "educate", same="lesson", message=message)
        patient.enroll(pathway(stage("assessment", "assessment", lesson, human(name)), name=name))
    patient.apply(Complete("c", NURSE, patient.task("lesson").id))
    patient.until(at("2026-11-25T09:00-05:00"))
    assert sorted(m.message for m in patient.messages) == ["closing", "welcome"]


def test_who_hears_of_shared_work_is_whoever_the_rest_of_it_says() -> None:
    """Given a task of two pathways, of which the first has nobody hear of it after its due time and
    the second has its chief hear; when the patient leaves the first, then the chief hears in
    time (I4)."""
    patient = Patient()
    chains = {
        "diabetes": Overdue("remind", "", percent=90),
        "dementia": Overdue("escalate", "chief", 100),
    }
    for name, line in chains.items():
        call = human("call", same="call", due=Span(4, "day"), overdue=(line,))
        patient.enroll(pathway(stage("care", "follow-up", call, human(f"own-{name}")), name=name))
    due = next(t for t in patient.journey.tasks.values() if len(t.sources) == 2).due
    patient.until(due - 3600)
    patient.apply(Withdraw("c", NURSE, "enough", "diabetes"))
    patient.until(due + 1)
    (call_task,) = [t for t in patient.journey.tasks.values() if t.title == "Call"]
    assert call_task.escalated == ("chief",)
