"""Proofs about deadlines: what a stage asks for fits into its time, also over the longest
holiday weekend.

Two questions. Can the deadline be kept at all, when everybody acts at once (delays, waits and
repetitions still take their time)? And is it kept when everybody is in time, but only just?
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from pathways.calendar.table import DAY, civil, deadline, instant, is_business_day
from pathways.calendar.table import later as after
from pathways.compiled import HUMAN_VERBS, Stage, Step
from pathways.language.issues import Issue, Related
from pathways.proving.patients import scenario_of
from pathways.proving.subject import Proof, Subject
from pathways.scenarios import Expectation, Happening, Moment, Scenario
from pathways.spans import Span

START = 9 * 3600
"""Seconds of the local day at which a stage is entered in these proofs."""
_NOMINAL = {
    "minute": 1 / 1440,
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "month": 30.0,
    "year": 365.0,
    "business-day": 1.4,
    "same-day": 1.0,
}
_MARGIN = 6.0
"""Days that closed days and the ends of days may add to the nominal length of a chain."""
_ADDED = 0.5
"""The same, for each link of the chain."""


class Course(Struct, frozen=True):
    """A chain of steps through a stage: the day it is entered on, and when each step ends."""

    first_day: int
    ends: tuple[int, ...]
    allowed: int
    """The last instant that is in time."""


def deadlines(subject: Subject) -> Iterator[Proof]:
    """Every stage can be finished before its deadline."""
    for i, stage in enumerate(subject.pathway.stages):
        if stage.deadline is None:
            continue
        for waiting, code in ((False, "infeasible-deadline"), (True, "tight-deadline")):
            found = _overrun(subject, stage, waiting=waiting)
            if found is not None:
                chain, course = found
                yield Proof(
                    _issue(subject, i, stage, chain, course, code),
                    _patient(subject, stage, chain, course) if i == 0 else None,
                )
                break


Link = tuple[Stage, Step]


def _overrun(
    subject: Subject, stage: Stage, *, waiting: bool
) -> tuple[tuple[Link, ...], Course] | None:
    """The longest chain of a stage, where it overruns most; ``None`` when it never does.
    ``waiting``: everybody takes all the time they have."""
    if stage.deadline is None:
        return None
    chain: tuple[Link, ...] = ()
    counted = _counted(subject, stage)
    if not all(subject.sure_of_stage(one) for one in counted):
        return None
    if stage.phase == "assessment" and subject.doubts.ways:
        return None  # who knows which stages it covers
    for one in counted:
        # Who is not reached at once may well be late: the deadline is there to show it.
        links = _longest(one, waiting=waiting, plain=one.id != stage.id)
        if not _together(subject, one, links):
            return None
        chain += tuple((one, step) for step in links)
    nominal = sum(_length(one, step, waiting=waiting) + _ADDED for one, step in chain)
    limit = stage.deadline.n * _NOMINAL[stage.deadline.unit]
    if not chain or nominal + _MARGIN < limit:
        return None
    worst: Course | None = None
    calendar = subject.calendar
    for day in range(calendar.first_day, calendar.last_day - 2 * int(nominal + limit) - 30):
        if not is_business_day(calendar, day):
            continue
        course = _course(subject, stage, chain, day, waiting=waiting)
        if course.ends[-1] > course.allowed and (worst is None or _excess(course) > _excess(worst)):
            worst = course
    return None if worst is None else (chain, worst)


def _counted(subject: Subject, stage: Stage) -> tuple[Stage, ...]:
    """The stages that the deadline covers: a first assessment counts from the referral, and so
    from the first stage on."""
    first = subject.pathway.stages[0]
    if stage.phase != "assessment" or stage.id == first.id:
        return (stage,)
    ways: list[tuple[Stage, ...]] = [(first,)]
    seen = {first.id}
    while ways:
        way = ways.pop(0)
        for target in subject.drawn[way[-1].id]:
            if target == stage.id:
                return (*way, stage)
            other = subject.stages.get(target)
            if other is not None and other.phase == "assessment" and target not in seen:
                seen.add(target)
                ways.append((*way, other))
    return (stage,)


def _excess(course: Course) -> int:
    return course.ends[-1] - course.allowed


def _longest(stage: Stage, *, waiting: bool, plain: bool) -> tuple[Step, ...]:
    """The chain of steps, each after the one before, that takes longest. ``plain``: only steps
    that everybody has to do."""
    steps = {step.id: step for step in stage.steps if not plain or step.when is None}
    best: dict[str, tuple[float, tuple[Step, ...]]] = {}
    for step in _in_order(steps):
        ways = [best[name] for name in step.after if name in best]
        # Of a group of which any is enough the quickest counts: none, if one may not be needed.
        ways += [
            min((best[name] for name in group), key=_first)
            for group in step.after_any
            if all(name in best for name in group)
        ]
        before = max(ways, key=_first, default=(0.0, ()))
        length = before[0] + _length(stage, step, waiting=waiting)
        best[step.id] = (length, (*before[1], step))
    found: tuple[float, tuple[Step, ...]] = max(best.values(), key=_first, default=(0.0, ()))
    return found[1] if found[0] > 0 else ()


def _in_order(steps: Mapping[str, Step]) -> Iterator[Step]:
    """Each step behind all that it comes after, else as they are written. Circles were refused."""
    begun: set[str] = set()
    for start in steps:
        ways = [] if start in begun else [(start, iter(steps[start].behind))]
        begun.add(start)
        while ways:
            name, behind = ways[-1]
            before = next((n for n in behind if n in steps and n not in begun), None)
            if before is None:
                ways.pop()
                yield steps[name]
            else:
                begun.add(before)
                ways.append((before, iter(steps[before].behind)))


def _first(pair: tuple[float, tuple[Step, ...]]) -> float:
    return pair[0]


def _spans(stage: Stage, step: Step, *, waiting: bool) -> Iterator[tuple[Span, bool]]:
    """What a step takes, span by span; ``True``: until the end of a day, as due times are."""
    if step.delay is not None:
        yield step.delay, False
    if step.every is not None and step.verb != "monitor" and stage.exit is None:
        for _ in range(max(step.times - 1, 0)):
            yield step.every, False
    if step.due is None:
        return
    if step.verb == "wait":
        if waiting or step.until is None:
            yield step.due, False
    elif waiting and (step.verb in HUMAN_VERBS or step.verb == "schedule"):
        yield step.due, True


def _length(stage: Stage, step: Step, *, waiting: bool) -> float:
    spans = _spans(stage, step, waiting=waiting)
    return sum(span.n * _NOMINAL[span.unit] for span, _ in spans)


def _together(subject: Subject, stage: Stage, chain: tuple[Step, ...]) -> bool:
    """Whether one patient may have all of the chain to do."""
    whens: list[Any] = [["is-yes", step.when] for step in chain if step.when is not None]
    if not subject.sure(["and", *whens]):
        return False
    return not whens or subject.can_be("yes", ["and", *whens], subject.ground(stage.id)).possible


def _course(
    subject: Subject, stage: Stage, chain: tuple[Link, ...], day: int, *, waiting: bool
) -> Course:
    calendar = subject.calendar
    start = now = instant(calendar, day, START)
    ends = []
    for one, step in chain:
        for span, to_the_end in _spans(one, step, waiting=waiting):
            now = deadline(calendar, now, span) if to_the_end else after(calendar, now, span)
        ends.append(now)
    allowed = deadline(calendar, start, stage.deadline) if stage.deadline is not None else now
    return Course(day, tuple(ends), allowed)


def _issue(
    subject: Subject, i: int, stage: Stage, chain: tuple[Link, ...], course: Course, code: str
) -> Issue:
    taking = [s for one, s in chain if _length(one, s, waiting=code == "tight-deadline")]
    way = " -> ".join(f'"{step.id}"' for step in taking)
    days = -(-(course.ends[-1] - instant(subject.calendar, course.first_day, 0)) // DAY)
    place = subject.key("stages", i, "deadline")
    related = tuple(
        Related(subject.step_place(step.id), f'"{step.id}" is here.') for step in taking[-1:]
    )
    take = "takes" if len(taking) == 1 else "take"
    when = "{}-{:02}-{:02}".format(*civil(course.first_day))
    if code == "infeasible-deadline":
        message = (
            f'Stage "{stage.id}" must end within {stage.deadline}, but {way} {take} {days} days '
            "even when everybody acts at once."
        )
        return Issue(code, message, place, related, "Lengthen it, or shorten what waits.")
    message = (
        f'Stage "{stage.id}" must end within {stage.deadline}, but {way} may take {days} days, '
        f"everybody in time, when entered on {when}."
    )
    return Issue(code, message, place, related, "Lengthen it, or shorten a due time.", "warning")


def _patient(subject: Subject, stage: Stage, chain: tuple[Link, ...], course: Course) -> Scenario:
    """A patient enrolled on the worst day; everybody is in time, at the last moment."""
    whens: list[Any] = [["is-yes", step.when] for _, step in chain if step.when is not None]
    witness = None
    if whens:
        witness = subject.can_be("yes", ["and", *whens], subject.ground(stage.id)).witness
    people = [
        Happening("complete", of=step.id, at=_moment(subject, course, end))
        for (_, step), end in zip(chain, course.ends, strict=True)
        if step.verb in HUMAN_VERBS
    ]
    date = "{}-{:02}-{:02}".format(*civil(course.first_day))
    return scenario_of(
        subject.pathway,
        f"Everybody in time, {stage.title} keeps its deadline, also over holidays",
        witness,
        course=[
            *people,
            Happening("until", until=Moment(day=_day(subject, course, course.ends[-1]) + 1)),
        ],
        never=[Expectation("timeline", of="stage-overdue", step=stage.id)],
        start=f"{date} 09:00",
    )


def _day(subject: Subject, course: Course, moment: int) -> int:
    return (moment - instant(subject.calendar, course.first_day, 0)) // DAY


def _moment(subject: Subject, course: Course, end: int) -> Moment:
    """Shortly before the end of the day on which it is due."""
    return Moment(day=_day(subject, course, end), seconds=23 * 3600)
