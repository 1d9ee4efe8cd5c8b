"""Moving an enrollment to another version of its pathway (X12), case by case."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pathways.calendar.table import deadline
from pathways.canonical import digest_of
from pathways.compiled import CompiledPathway, DataElement, Rule, Stage, Step
from pathways.journey.decide import Decision
from pathways.journey.effects import Cancel
from pathways.journey.events import Complete, Done, Hold, Migrate, Reading, Record, Resume
from pathways.journey.versions.choices import Choices
from pathways.journey.versions.migration import Migration
from pathways.review.record import ReviewRun
from pathways.spans import Span
from pathways.undone import Overdue
from tests.kernel.building import NEW_YORK, NURSE, Patient, human, pathway, stage

DAY = 86_400
WELCOME = Step("welcome", "notify", "Welcome", to="patient", message="welcome")
VISIT = Step("visit", "schedule", "Visit", by="case-manager", service="lab", due=Span(14, "day"))
ALARM = Rule(
    "alarm",
    human("alarm", due=Span(2, "hour"), response="RT-2H"),
    when=["<", ["value", "glucose"], 54.0],
    reads=("glucose",),
)


def version(
    number: str,
    *steps: Step,
    rules: tuple[Rule, ...] = (),
    name: str = "assessment",
    then: Stage | None = None,
    deadline: Span | None = None,
) -> CompiledPathway:
    """One stage with ``steps``, and perhaps another behind it."""
    first = stage(name, "assessment", *steps, go=then.id if then else "", deadline=deadline)
    stages = (first, then) if then is not None else (first,)
    return replace(pathway(*stages, rules=rules), version=number)


def enrolled(compiled: CompiledPathway) -> Patient:
    patient = Patient()
    assert patient.enroll(compiled).code == "enrolled"
    return patient


def move(
    patient: Patient,
    to: CompiledPathway,
    choices: Choices | None = None,
    *,
    migration: str = "m1",
    back: str = "",
) -> Decision:
    digest = digest_of(to)
    patient.library[digest] = to
    chosen = choices or Choices()
    return patient.apply(
        Migrate(patient.command(), NURSE, "demo", digest, migration, choices=chosen, back=back)
    )


def plan_of(decision: Decision) -> Migration:
    assert decision.migration is not None
    assert decision.answer is not None
    assert decision.answer.code == "migrated", decision.answer
    return decision.migration


def refused(decision: Decision) -> str:
    assert decision.answer is not None
    assert decision.answer.status == "refused"
    return decision.answer.code


# -- clocks ----------------------------------------------------------------------------------------


def test_a_due_time_stays_when_both_versions_allow_the_same() -> None:
    """Given an open task, when only its title changes, then it is due when it was, and says the
    new title."""
    patient = enrolled(version("1", human("call"), human("b", after=("call",))))
    due = patient.task("call").due
    patient.until(patient.now + 2 * DAY)
    new = version("2", human("call", title="Ring up"), human("b", after=("call",)))
    (task,) = plan_of(move(patient, new)).tasks
    assert (task.how, task.clock, task.after) == ("changed", "keep", due)
    assert (patient.task("call").due, patient.task("call").title) == (due, "Ring up")


def test_a_due_time_is_worked_out_again_when_the_versions_differ() -> None:
    """Given 7 days, of which 2 are over, when the new version gives 10, then 8 are left; the old
    chain of reminders makes way for that of the new due time."""
    patient = enrolled(version("1", human("call", due=Span(7, "day"))))
    opened = patient.now
    patient.until(patient.now + 2 * DAY)
    move(patient, version("2", human("call", due=Span(10, "day"))))
    assert patient.task("call").due == deadline(NEW_YORK, opened, Span(10, "day"))
    patient.until(opened + 8 * DAY)
    assert "task-escalated" not in patient.kinds()
    patient.until(opened + 12 * DAY)
    assert "task-escalated" in patient.kinds()


def test_nobody_is_late_by_the_move_itself() -> None:
    """Given 5 of 7 days are over, when the new version gives 3, then the task is due now: not
    two days ago."""
    patient = enrolled(version("1", human("call", due=Span(7, "day"))))
    patient.until(patient.now + 5 * DAY)
    (task,) = plan_of(move(patient, version("2", human("call", due=Span(3, "day"))))).tasks
    assert task.after == patient.now == patient.task("call").due


@pytest.mark.parametrize(
    ("choices", "days"),
    [
        (Choices(due="keep"), 7),
        (Choices(due="recompute"), 10),
        (Choices(due="restart"), 12),
        (Choices(due="keep", dues={"call": "restart"}), 12),
    ],
)
def test_clocks_are_chosen_for_all_or_for_one(choices: Choices, days: int) -> None:
    """Two days after the task was opened."""
    patient = enrolled(version("1", human("call", due=Span(7, "day"))))
    opened = patient.now
    patient.until(opened + 2 * DAY)
    move(patient, version("2", human("call", due=Span(10, "day"))), choices)
    assert patient.task("call").due == deadline(NEW_YORK, opened, Span(days, "day"))


def test_what_was_told_of_a_late_task_is_not_told_again() -> None:
    """Given a task whose owner was reminded and whose supervisor was told, when the chain gets a
    line more, then only what is new is told, under keys that were never used."""
    chain = (Overdue("remind", "", percent=50), Overdue("escalate", "nurse-manager", percent=100))
    more = (*chain, Overdue("escalate", "medical-director", percent=100))
    patient = enrolled(version("1", human("call", overdue=chain)))
    patient.until(patient.now + 8 * DAY)
    before = [m.key for m in patient.messages]
    move(patient, version("2", human("call", overdue=more)))
    patient.until(patient.now + DAY)
    told = [m for m in patient.messages if m.key not in before]
    assert [m.to for m in told] == ["medical-director"]
    assert len({m.key for m in patient.messages}) == len(patient.messages)


def test_a_stage_has_its_new_deadline_and_a_series_its_new_rhythm() -> None:
    """A deadline that came with the new version counts from where the stage began; a weekly
    series becomes a monthly one, from its last start."""
    weekly = human("weekly", every=Span(7, "day"), due=Span(2, "day"))
    patient = enrolled(version("1", weekly))
    entered = patient.now
    patient.apply(Complete(patient.command(), NURSE, patient.task("weekly").id))
    monthly = replace(weekly, every=Span(28, "day"))
    plan = plan_of(move(patient, version("2", monthly, deadline=Span(60, "day"))))
    clocks = {due.kind: due for due in plan.dues}
    assert clocks["recur"].after - clocks["recur"].before == 21 * DAY
    assert clocks["stage"].how == "new"
    assert clocks["stage"].after == deadline(NEW_YORK, entered, Span(60, "day")) + 1
    assert sorted(d.at for d in patient.journey.agenda) == sorted(d.after for d in plan.dues)


def test_a_hold_keeps_its_clocks_stopped() -> None:
    """Given a hold after 2 of 7 days, when the patient is moved during it to a version with 10,
    then 8 days are left when it ends."""
    patient = enrolled(version("1", human("call", due=Span(7, "day"))))
    patient.until(patient.now + 2 * DAY)
    patient.apply(Hold(patient.command(), NURSE, "travel"))
    patient.until(patient.now + 5 * DAY)
    move(patient, version("2", human("call", due=Span(10, "day"))))
    patient.until(patient.now + 3 * DAY)
    patient.apply(Resume(patient.command(), NURSE))
    left = patient.task("call").due - patient.now
    assert abs(left - 8 * DAY) < DAY


# -- steps, tasks, appointments --------------------------------------------------------------------


def test_a_renamed_step_goes_on_with_its_task() -> None:
    """Given an open task, when its step is called otherwise, then the task is the same, and so is
    the number of its occurrence; without the declaration it is another step."""
    old = version("1", human("leaflet"), human("b", after=("leaflet",)))
    new = version("2", human("handout"), human("b", after=("handout",)))
    patient = enrolled(old)
    task = patient.task("leaflet")
    plan = plan_of(move(patient, new, Choices(steps={"leaflet": "handout"})))
    assert [(m.step, m.to, m.how) for m in plan.steps] == [("leaflet", "handout", "renamed")]
    assert patient.task("handout").id == task.id
    patient.apply(Complete(patient.command(), NURSE, task.id))
    assert patient.task("b")

    other = enrolled(old)
    gone = other.task("leaflet").id
    plan = plan_of(move(other, new))
    assert {m.how for m in plan.steps} == {"dropped", "new"}
    assert other.rows[gone].status == "cancelled"
    assert other.task("handout").id != gone


def test_the_task_of_a_step_that_is_gone_is_cancelled_or_kept_by_choice() -> None:
    """Kept, it stays open with its owner and due time, and can be closed."""
    old, new = version("1", human("a"), human("b")), version("2", human("a"))
    patient = enrolled(old)
    task = patient.task("b")
    move(patient, new)
    assert patient.rows[task.id].status == "cancelled"
    assert patient.rows[task.id].outcome == "migration"

    other = enrolled(old)
    task = other.task("b")
    plan = plan_of(move(other, new, Choices(keep=("b",))))
    assert [m.how for m in plan.tasks] == ["kept", "released"]
    kept = other.journey.tasks[task.id]
    assert (kept.owner, kept.due) == (task.owner, task.due)
    move(other, old, migration="m2")
    move(other, new, migration="m3")  # it is nobody's any more: another move leaves it alone
    assert other.apply(Complete(other.command(), NURSE, task.id)).answer is not None
    assert other.rows[task.id].status == "done"


def test_an_alarm_stays_open_when_its_rule_is_gone() -> None:
    """What was opened for the patient's safety is not closed by an edition."""
    patient = enrolled(version("1", human("a"), rules=(ALARM,)))
    patient.apply(Record(patient.command(), NURSE, (Reading("glucose", 40.0, 0),)))
    alarm = patient.task("alarm")
    plan = plan_of(move(patient, version("2", human("a"))))
    assert [(m.step, m.how) for m in plan.tasks] == [("a", "kept"), ("alarm", "released")]
    move(patient, version("3", human("a")), migration="m2")
    assert patient.journey.tasks[alarm.id].due == alarm.due


def test_the_appointment_of_a_step_that_is_gone_is_given_back() -> None:
    """The patient is told, and the slot is free."""
    patient = enrolled(version("1", human("a"), VISIT))
    (book,) = patient.effects
    starts = patient.now + 5 * DAY
    patient.apply(Done(book.key, {"starts": starts, "ends": starts + 1800}))
    plan = plan_of(move(patient, version("2", human("a"))))
    assert [m.how for m in plan.appointments] == ["cancelled"]
    assert isinstance(patient.effects[-1], Cancel)
    assert patient.messages[-1].message == "appointment-cancelled"
    assert not patient.journey.appointments


def test_new_steps_start_at_once_unless_they_are_skipped() -> None:
    """Who stands in the stage gets what it has more; the choice is on the timeline."""
    new = version("2", human("a"), human("more"))
    patient = enrolled(version("1", human("a")))
    assert [m.how for m in plan_of(move(patient, new)).steps] == ["kept", "new"]
    assert patient.task("more")

    other = enrolled(version("1", human("a")))
    move(other, new, Choices(skip=("more",)))
    assert [t.sources[0].step for t in other.journey.tasks.values()] == ["a"]
    assert "step-left" in other.kinds()


def test_a_step_done_in_another_way_starts_anew() -> None:
    """Given an open appointment, when the step is a task now, then it is taken back and the task
    opened, under the next number: no key repeats."""
    patient = enrolled(version("1", VISIT))
    plan = plan_of(move(patient, version("2", human("visit"))))
    assert [(m.to, m.how) for m in plan.steps] == [("visit", "replaced"), ("visit", "new")]
    assert patient.task("visit").sources[0].occurrence == 2


# -- messages --------------------------------------------------------------------------------------


def test_a_message_that_was_sent_is_not_repeated_silently() -> None:
    """Given the welcome letter has gone out, when the new version sends it in a step of another
    name, then it is not sent again, and the timeline says so; it is when that is chosen."""
    again = replace(WELCOME, id="greeting")
    new = version("2", again, human("a"))
    for choices, sent in ((Choices(), 1), (Choices(repeat=("greeting",)), 2)):
        patient = enrolled(version("1", WELCOME, human("a")))
        plan = plan_of(move(patient, new, choices))
        how = "not-repeated" if sent == 1 else "repeated"
        assert [(m.step, m.how) for m in plan.messages] == [("greeting", how)]
        assert [m.message for m in patient.messages].count("welcome") == sent
        assert ("message-not-repeated" in patient.kinds()) == (sent == 1)


def test_a_message_of_a_stage_to_come_is_announced() -> None:
    """It would be sent again, later: whoever plans the move should know."""
    later = stage("close", "discharge", replace(WELCOME, id="farewell"))
    patient = enrolled(version("1", WELCOME, human("a")))
    plan = plan_of(move(patient, version("2", WELCOME, human("a"), then=later)))
    assert [(m.step, m.how) for m in plan.messages] == [("farewell", "later")]


# -- stages, refusals, the way back ----------------------------------------------------------------


def test_a_stage_that_is_gone_stands_in_the_way_until_it_is_said_what_continues_it() -> None:
    """The refusal names the stage and what to write; nothing has changed."""
    patient = enrolled(version("1", human("a")))
    new = version("2", human("a"), name="intake")
    decision = move(patient, new)
    assert refused(decision) == "cannot-migrate"
    assert decision.answer is not None
    assert "stages: {assessment: ...}, one of intake" in decision.answer.message
    assert patient.journey.enrollments["demo"].version == "1"
    plan_of(move(patient, new, Choices(stages={"assessment": "intake"})))
    assert [run.stage for run in patient.journey.enrollments["demo"].active] == ["intake"]
    assert patient.task("a").sources[0].stage == "intake"


def test_a_step_that_a_payer_decides_about_stays_the_same_step() -> None:
    """Given an authorization under way, when the new version lacks its step or makes other work of
    it, then the patient stays until it is decided; a version that keeps the step may come."""
    patient = enrolled(version("1", human("a"), replace(human("b"), verb="authorize")))
    task = patient.task("b").id
    run = ReviewRun("r1", "demo", "b", 1, "lab", "payer", patient.now, task=task)
    patient.journey = replace(patient.journey, reviews={"r1": run})
    decision = move(patient, version("2", human("a")))
    assert decision.migration is not None
    assert [one.code for one in decision.migration.obstacles] == ["review-pending"]
    decision = move(patient, version("2", human("a"), human("b")))
    assert decision.migration is not None
    assert [one.code for one in decision.migration.obstacles] == ["review-pending"]
    plan_of(
        move(
            patient, version("3", human("a", title="Other"), replace(human("b"), verb="authorize"))
        )
    )


def test_every_obstacle_is_named_at_once() -> None:
    """Unknown names, and two steps that would become one."""
    patient = enrolled(version("1", human("a"), human("b")))
    choices = Choices(steps={"a": "b", "x": "b", "b": "y"}, skip=("z",))
    decision = move(patient, version("2", human("b")), choices)
    assert decision.migration is not None
    codes = [one.code for one in decision.migration.obstacles]
    assert codes.count("no-such-name") == 3
    both = move(patient, version("2", human("b")), Choices(steps={"a": "b"}))
    assert both.migration is not None
    assert [one.code for one in both.migration.obstacles] == ["mapped-twice"]


def test_a_value_on_record_keeps_its_meaning() -> None:
    """Given glucose on record in mg/dL, when the new version has it in mmol/L, then the patient
    cannot be moved: 100 would be read as something else."""
    patient = enrolled(version("1", human("a")))
    patient.apply(Record(patient.command(), NURSE, (Reading("glucose", 100.0, 0),)))
    other = version("2", human("a"))
    element = DataElement("glucose", "quantity", unit="mmol/L")
    decision = move(patient, replace(other, data={**other.data, "glucose": element}))
    assert decision.migration is not None
    assert [one.code for one in decision.migration.obstacles] == ["data-conflict"]


def test_a_move_is_taken_back_with_what_it_left_behind() -> None:
    """Given a step that was done and that the new version lacks, when the move is taken back, then
    it is done still; a renamed step has its old name and its due time of old, under a number
    that was never used."""
    old = version("1", human("done"), human("leaflet"))
    new = version("2", human("handout", due=Span(10, "day")))
    patient = enrolled(old)
    patient.apply(Complete(patient.command(), NURSE, patient.task("done").id))
    due = patient.task("leaflet").due
    move(patient, new, Choices(steps={"leaflet": "handout"}))
    assert patient.task("handout").due > due
    plan = plan_of(
        move(patient, old, Choices(steps={"handout": "leaflet"}), migration="m2", back="m1")
    )
    assert {m.to: m.how for m in plan.steps} == {"leaflet": "renamed", "done": "restored"}
    assert patient.task("leaflet").due == due
    assert patient.task("leaflet").sources[0].occurrence == 2
    assert len(patient.journey.tasks) == 1


def test_only_the_latest_move_is_taken_back_and_no_move_is_made_twice() -> None:
    """Each refusal has a code of its own."""
    one, two = version("1", human("a")), version("2", human("a"))
    patient = enrolled(one)
    move(patient, two)
    assert refused(move(patient, two)) == "same-version"
    assert refused(move(patient, one, back="another")) == "not-the-last-migration"
    digest = digest_of(one)
    event = Migrate("c", NURSE, "demo", digest, "m", origin=digest_of(version("3")))
    assert refused(patient.apply(event)) == "other-version"
    missing = Migrate("d", NURSE, "elsewhere", digest, "m")
    assert refused(patient.apply(missing)) == "not-enrolled"


def test_a_move_that_comes_again_is_answered_as_the_first_time() -> None:
    """I6: the command id decides."""
    patient = enrolled(version("1", human("a")))
    new = version("2", human("a"))
    patient.library[digest_of(new)] = new
    event = Migrate("once", NURSE, "demo", digest_of(new), "m1")
    first = patient.apply(event)
    again = patient.apply(event)
    assert again.answer == first.answer
    assert again.record is None
