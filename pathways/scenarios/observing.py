"""What can be seen of a course: each happening as the line that would expect it, and states."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from pathways.compiled import CompiledPathway
from pathways.journey.prepared import prepared
from pathways.journey.state import Enrollment, Journey
from pathways.journey.view import PatientView
from pathways.narrative import tell, titles_of
from pathways.programs.evaluating import standing
from pathways.programs.facts import facts_of
from pathways.scenarios.course import Course
from pathways.scenarios.reviewing import review_of
from pathways.scenarios.scenario import Expectation, What


class Seen(Struct, frozen=True):
    """Something that happened. ``also``: further (pathway, step) that a task serves."""

    at: int
    expectation: Expectation
    due: int = 0
    earliest: int = 0
    latest: int = 0
    also: tuple[tuple[str, str], ...] = ()
    reasons: tuple[str, ...] = ()
    """Of a task: why it was opened."""
    said: str = ""
    """A task's title, a message's text, the sentence of the timeline."""
    late: bool = False
    """Of a task: it ended, or still was open at the end, after it was due."""


def observe(what: What, course: Course) -> Iterator[Seen]:
    """All that happened of one sort, in order."""
    match what:
        case "task":
            yield from _tasks(course)
        case "message":
            for sent in course.sent:
                message = sent.message
                line = Expectation(
                    "message",
                    message.message,
                    pathway=sent.pathway,
                    to=message.to,
                    step=message.step,
                )
                yield Seen(sent.at, line, said=f"{message.text.subject}\n{message.text.body}")
        case "appointment":
            yield from _appointments(course)
        case "clock" | "period":
            yield from _programs(what, course)
        case _:
            yield from _entries(what, course)


def _tasks(course: Course) -> Iterator[Seen]:
    shared: dict[str, tuple[tuple[str, str], ...]] = {}
    for entry in course.entries:
        if entry.kind == "task-shared":
            task = str(entry.params["task"])
            shared[task] = (*shared.get(task, ()), (entry.pathway, entry.step))
    for name, row in course.opened.items():
        last = course.tasks[name]
        line = Expectation(
            "task",
            row.step,
            pathway=row.pathway,
            kind=row.kind,
            owner=row.owner,
            urgency=row.urgency,
            status=last.status,
            outcome=last.outcome,
        )
        reasons = tuple(dict.fromkeys((*row.reasons, *last.reasons)))
        yield Seen(
            row.opened,
            line,
            due=row.due,
            also=shared.get(name, ()),
            reasons=reasons,
            said=row.title,
            late=(last.closed or course.end) > last.due,
        )


def _appointments(course: Course) -> Iterator[Seen]:
    for asked in course.asked:
        book = asked.book
        row = course.appointments.get(book.appointment)
        line = Expectation(
            "appointment",
            book.step,
            pathway=asked.pathway,
            service=book.service,
            minutes=book.minutes,
            status="" if row is None else row.status,
        )
        yield Seen(asked.at, line, earliest=book.earliest, latest=book.latest)


def _programs(what: What, course: Course) -> Iterator[Seen]:
    """Clocks and service periods of programs, from when they started; their state at the end."""
    facts = facts_of(course.entries, _pathways(course), course.calendar)
    board = standing(facts, course.programs, course.calendar, course.end)
    if what == "clock":
        for clock in sorted(board.clocks, key=lambda clock: clock.started):
            line = Expectation("clock", clock.id, status=clock.status, because=clock.why)
            yield Seen(clock.started, line, due=clock.due)
        return
    for period in board.periods:
        codes = ", ".join(period.codes)
        line = Expectation(
            "period", period.program, status=period.status, outcome=codes, because=period.why
        )
        yield Seen(period.started, line, due=period.ends)


def _pathways(course: Course) -> list[CompiledPathway]:
    """Those that the patient was ever enrolled on."""
    on = {entry.pathway for entry in course.entries if entry.kind == "enrolled"}
    return [one for one in course.library.values() if one.pathway in on]


_KINDS = {
    "rule": "rule-fired",
    "entered": "stage-entered",
    "closed": "discharged",
    "refused": "refused",
}


def _entries(what: What, course: Course) -> Iterator[Seen]:
    titles = titles_of(_pathways(course)) if what == "timeline" else {}
    for entry in course.entries:
        if what != "timeline" and entry.kind != _KINDS[what]:
            continue
        params = entry.params
        match what:
            case "closed":
                line = Expectation("closed", str(params["disposition"]), pathway=entry.pathway)
            case "refused":
                line = Expectation("refused", str(params["code"]), because=str(params["why"]))
            case "timeline":
                line = Expectation(
                    "timeline",
                    entry.kind,
                    pathway=entry.pathway,
                    step=entry.step,
                    to=str(params.get("to", "")),
                    outcome=str(params.get("outcome", "")),
                    status=str(params.get("status", params.get("state", ""))),
                    because=str(params.get("reason", params.get("why", ""))),
                )
            case _:
                line = Expectation(what, entry.step, pathway=entry.pathway)
        due = int(params.get("due", 0)) if entry.kind.startswith("review-") else 0
        said = tell(entry, course.calendar, titles) if what == "timeline" else ""
        yield Seen(entry.at, line, due=due, said=said)


# -- states ------------------------------------------------------------------------------------


def state_of(one: Expectation, course: Course, moment: int) -> object:
    """How a stage, step, value or goal stands at an instant."""
    if one.what == "plan":
        return _plan_state(one.of, course, moment)
    journey = course.at(moment)
    enrollment = None if journey is None else _enrollment(one, journey)
    if journey is None or enrollment is None:
        return "not enrolled"
    match one.what:
        case "review":
            run = review_of(journey, one.of)
            return "none" if run is None else run.state
        case "stage":
            stages = [run.stage for run in enrollment.active]
            return one.of if one.of in stages else " and ".join(stages) or enrollment.status
        case "value":
            ready = prepared(enrollment.digest, course.library)
            return PatientView(journey, enrollment, ready, moment).value(one.of)
        case "goal":
            return enrollment.goals.get(one.of, "unknown")
        case _:
            return _step_state(one, enrollment)


def _plan_state(version: str, course: Course, moment: int) -> str:
    """How a version of the care plan stands. Its content is frozen: written with the row that
    makes it, and by no other."""
    rows = [row for at, row in course.plans if str(row.version) == version and at <= moment]
    if not rows:
        return "none"
    return (
        rows[-1].status if len({row.content for row in rows if row.content}) == 1 else "rewritten"
    )


def _step_state(one: Expectation, enrollment: Enrollment) -> object:
    for run in enrollment.active:
        state = run.steps.get(one.of)
        if state is not None and one.misses is not None:
            return (state.status, state.misses)
        if state is not None:
            return (state.status, state.outcome) if one.outcome else state.status
    how = enrollment.ends.get(one.of, "waiting")
    return (how, enrollment.outcomes.get(one.of, "")) if one.outcome else how


def _enrollment(one: Expectation, journey: Journey) -> Enrollment | None:
    if one.pathway:
        return journey.enrollments.get(one.pathway)
    fitting = [
        e
        for e in journey.enrollments.values()
        if one.what != "stage" or any(run.stage == one.of for run in e.active)
    ]
    return next(iter(fitting), None) or next(iter(journey.enrollments.values()), None)
