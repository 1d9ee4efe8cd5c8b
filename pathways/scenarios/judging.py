"""Comparing what happened with what was expected, and saying where they differ."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from pathways.calendar.table import appointment_day, deadline, end_of_day, local_day
from pathways.scenarios.course import Clock, Course
from pathways.scenarios.observing import Seen, observe, state_of
from pathways.scenarios.scenario import STATES, Expectation, Moment, Scenario
from pathways.scenarios.writing import line_of
from pathways.spans import Span

MINUTE = 60
MOST_SHOWN = 6


SPANS: tuple[Span, ...] = (
    Span(5, "minute"),
    Span(15, "minute"),
    Span(2, "hour"),
    Span(24, "hour"),
    Span(1, "same-day"),
    *(Span(n, "business-day") for n in (1, 2, 3, 5, 10)),
    *(Span(n, "day") for n in (2, 7, 14, 30)),
)
"""Times allowed that are looked for, besides the pathway's own, when a course is shown as lines
to expect."""


class Difference(Struct, frozen=True):
    """Where the course departs from the scenario: a line of the file, what was expected there
    and what happened instead."""

    line: int
    expected: str
    happened: tuple[str, ...]


def judge(scenario: Scenario, course: Course) -> tuple[Difference, ...]:
    """Every difference, in the order of the file; none: the scenario holds."""
    return tuple(_Judge(scenario, course).differences())


def holds(scenario: Scenario, course: Course) -> bool:
    """Whether there is no difference; stops at the first."""
    return next(_Judge(scenario, course).differences(), None) is None


def observed_lines(scenario: Scenario, course: Course) -> Iterator[str]:
    """All that happened, as lines for ``expect``, in order of time."""
    looking = _Judge(scenario, course)
    seen = [
        one
        for what in ("entered", "task", "message", "appointment", "rule", "closed", "refused")
        for one in observe(what, course)
    ]
    several = len(scenario.pathways) > 1
    for one in sorted(seen, key=lambda one: one.at):
        yield line_of(looking.as_observed(one, several=several))


class _Judge:
    def __init__(self, scenario: Scenario, course: Course) -> None:
        self._scenario = scenario
        self._course = course
        self._clock = Clock(course.calendar, local_day(course.calendar, course.start))
        self._seen: dict[str, list[Seen]] = {}

    def differences(self) -> Iterator[Difference]:
        expected = {one.of for one in self._scenario.expect if one.what == "refused"}
        for trouble in self._course.troubles:
            if not trouble.code or trouble.code not in expected:
                yield Difference(trouble.line, "This line can be played.", (trouble.message,))
        for one in self._scenario.expect:
            yield from self._expected(one)
        for one in self._scenario.never:
            yield from self._never(one)

    # -- one line --------------------------------------------------------------------------

    def _expected(self, one: Expectation) -> Iterator[Difference]:
        if one.what in STATES:
            found = self._state(one)
            if found != self._wanted(one):
                yield Difference(one.line, line_of(one), (self._say_state(one, found),))
            return
        found_all = [seen for seen in self._of(one) if self._fits(one, seen)]
        if one.times is None and found_all:
            return
        if one.times is not None and len(found_all) == one.times:
            return
        yield Difference(one.line, line_of(one), tuple(self._instead(one, found_all)))

    def _never(self, one: Expectation) -> Iterator[Difference]:
        if one.what in STATES:
            found = self._state(one)
            if found == self._wanted(one):
                yield Difference(one.line, f"never {line_of(one)}", (self._say_state(one, found),))
            return
        found_all = [seen for seen in self._of(one) if self._fits(one, seen)]
        if found_all and one.times in (None, len(found_all)):
            shown = tuple(self._say(one, seen) for seen in found_all[:MOST_SHOWN])
            yield Difference(one.line, f"never {line_of(one)}", shown)

    # -- what happened -----------------------------------------------------------------------

    def _of(self, one: Expectation) -> list[Seen]:
        if one.what not in self._seen:
            self._seen[one.what] = list(observe(one.what, self._course))
        return self._seen[one.what]

    def _fits(self, one: Expectation, seen: Seen) -> bool:
        if (
            seen.expectation.of != one.of
            and (one.pathway or seen.expectation.pathway, one.of) not in seen.also
        ):
            return False
        return self._in_time(one, seen.at) and all(
            self._same(one, seen, name) for name in _COMPARED
        )

    def _same(self, one: Expectation, seen: Seen, name: str) -> bool:
        wanted, found = getattr(one, name), getattr(seen.expectation, name)
        if wanted in ("", None):
            return True
        match name:
            case "pathway":
                return wanted == found or (wanted, one.of) in seen.also
            case "due":
                return self._due(wanted, seen)
            case "within":
                if isinstance(wanted, Span):
                    return self._latest(wanted, seen) == seen.latest
                return self._is_then(wanted, seen.latest)
            case "late":
                return bool(wanted == seen.late)
            case "says":
                return str(wanted) in seen.said
            case "because":
                return any(str(wanted) in reason for reason in (str(found), *seen.reasons))
            case _:
                return bool(wanted == found)

    def _due(self, wanted: Span | Moment, seen: Seen) -> bool:
        if isinstance(wanted, Span):
            return self._allowed(wanted, seen) == seen.due
        return self._is_then(wanted, seen.due)

    def _is_then(self, wanted: Moment, at: int) -> bool:
        """Whether an instant is the moment, to the minute; without a time, the day's end."""
        then = self._clock.of(wanted)
        return then == at if wanted.seconds is None else then // MINUTE == at // MINUTE

    def _latest(self, wanted: Span, seen: Seen) -> int:
        """The last instant of a slot asked for ``wanted``: a closed day is pulled earlier (T2)."""
        calendar = self._course.calendar
        latest = deadline(calendar, seen.at, wanted)
        day = appointment_day(calendar, local_day(calendar, latest))
        return max(min(latest, end_of_day(calendar, day)), seen.earliest + 86_400)

    def _in_time(self, one: Expectation, at: int) -> bool:
        clock = self._clock
        if one.at is not None:
            wanted = clock.of(one.at)
            if one.at.seconds is None:
                return local_day(self._course.calendar, at) == clock.day(one.at)
            return at // MINUTE == wanted // MINUTE
        if one.on is not None and local_day(self._course.calendar, at) != clock.day(one.on):
            return False
        if one.by is not None and at > clock.of(one.by) + (MINUTE - 1 if one.by.seconds else 0):
            return False
        return one.after is None or at > clock.of(one.after)

    # -- states ------------------------------------------------------------------------------

    def _state(self, one: Expectation) -> object:
        moment = self._course.end if one.at is None else self._clock.of(one.at)
        return state_of(one, self._course, moment)

    @staticmethod
    def _wanted(one: Expectation) -> object:
        match one.what:
            case "stage":
                return one.of
            case "value":
                return one.value
            case "step" if one.misses is not None:
                return (one.status or "done", one.misses)
            case "step" if one.outcome:
                return (one.status or "done", one.outcome)
            case "step":
                return one.status or "done"
            case "review" | "plan":
                return one.status or "approved"
            case _:
                return one.status or "met"

    # -- words -------------------------------------------------------------------------------

    def _instead(self, one: Expectation, fitting: list[Seen]) -> Iterator[str]:
        if one.times is not None and fitting:
            times = "once" if len(fitting) == 1 else f"{len(fitting)} times"
            yield f"this happened {times}, not {one.times}:"
            near = fitting
        else:
            near = [s for s in self._of(one) if s.expectation.of == one.of]
            near.sort(key=lambda s: self._likeness(one, s), reverse=True)
        if not near:
            names = dict.fromkeys(s.expectation.of for s in self._of(one))
            listed = ", ".join(list(names)[:20]) or "none"
            yield f"there was no such {one.what}; there were: {listed}"
        for seen in near[:MOST_SHOWN]:
            yield self._say(one, seen)
        if len(near) > MOST_SHOWN:
            yield f"... and {len(near) - MOST_SHOWN} more"

    def _likeness(self, one: Expectation, seen: Seen) -> int:
        """In how many ways it is what was expected."""
        return self._in_time(one, seen.at) + sum(self._same(one, seen, n) for n in _COMPARED)

    def _say(self, one: Expectation, seen: Seen) -> str:
        """What was seen, with the words and the lateness that the line asks about."""
        line = replace(self.as_line(seen), says=seen.said if one.says else "")
        return line_of(line if one.late is None else replace(line, late=seen.late))

    def as_line(self, seen: Seen) -> Expectation:
        """What was seen, as the line that expects it."""
        due = self._clock.moment(seen.due) if seen.due else None
        within = self._clock.moment(seen.latest) if seen.latest else None
        return replace(seen.expectation, at=self._clock.moment(seen.at), due=due, within=within)

    def as_observed(self, seen: Seen, *, several: bool) -> Expectation:
        """As ``as_line``, with the times allowed as spans where they are one."""
        line = self.as_line(seen)
        if not several:
            line = replace(line, pathway="")
        if seen.due and (due := self._span(seen, seen.due)) is not None:
            line = replace(line, due=due)
        if seen.latest and (within := self._span(seen, seen.latest)) is not None:
            line = replace(line, within=within)
        return replace(line, step="") if line.what == "message" else line

    def _span(self, seen: Seen, limit: int) -> Span | None:
        # A rebooked appointment is counted from the miss: no span from its own asking says that.
        guesses = () if seen.latest else SPANS
        for span in (*self._own(seen), *guesses):
            ends = self._latest(span, seen) if seen.latest else self._allowed(span, seen)
            if ends == limit:
                return span
        return None

    def _own(self, seen: Seen) -> Iterator[Span]:
        """What the pathway itself allows."""
        for pathway in self._course.library.values():
            deeds = (
                *(s for stage in pathway.stages for s in stage.steps),
                *(r.do for r in pathway.rules),
            )
            if pathway.pathway == seen.expectation.pathway:
                yield from (d.due for d in deeds if d and d.due and d.id == seen.expectation.of)

    def _allowed(self, span: Span, seen: Seen) -> int:
        return deadline(self._course.calendar, seen.at, span)

    def _say_state(self, one: Expectation, found: object) -> str:
        when = "at the end" if one.at is None else f"at {one.at}"
        if isinstance(found, tuple):
            found = " / ".join(str(part) for part in found)
        return f"{one.what} {one.of if one.what != 'stage' else ''} {when}: {found}".replace(
            "  ", " "
        )


_COMPARED = (
    "pathway",
    "kind",
    "owner",
    "due",
    "urgency",
    "status",
    "outcome",
    "to",
    "within",
    "service",
    "minutes",
    "because",
    "step",
    "late",
    "says",
)
