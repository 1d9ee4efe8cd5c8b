"""Comparing what a disturbed run left with what an undisturbed one left.

Each kind of thing becomes lines of plain text that say the same in every run: instants by the
hour, ids of tasks and appointments by what they are for. A kill may add one thing, a message
of which nobody knows whether it arrived (I2), with a human task about it. That task, what is
said and sent about it and the answers to those who closed it are left out of the comparison;
``mail_faults`` requires that there is exactly one for each such message, and none besides.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator

from activities.records.reading import MessageState
from pathways.journey.effects import Entry, TaskRow
from tests.faults.evidence import Course, Remains

_ID = re.compile(r"\b[ta]\d+\b")
_ENROLLED = re.compile(r"~\d+/")
LEFT = ("sent", "unknown")
"""Fates of messages that were handed to the mail server, or may have been."""


def differences(undisturbed: Remains, disturbed: Remains) -> list[str]:
    """What the disturbed run lost, doubled or did otherwise; none: they are the same."""
    found = []
    for name, lines in _KINDS.items():
        there, here = list(lines(undisturbed)), list(lines(disturbed))
        lost, added = Counter(there) - Counter(here), Counter(here) - Counter(there)
        found += [f"{name}, only undisturbed: {line}" for line in lost.elements()]
        found += [f"{name}, only disturbed: {line}" for line in added.elements()]
        if not lost and not added:
            found += [
                f"{name}, in another order: {late} instead of {line}"
                for line, late in zip(there, here, strict=True)
                if line != late
            ][:1]
    return found


def mail_faults(remains: Remains) -> list[str]:
    """What is wrong between the outbox, the mail server and the people who must be told."""
    return [
        *_sent_or_unknown(remains),
        *(fault for course in remains.courses for fault in _unknown_and_untold(course)),
    ]


def _sent_or_unknown(remains: Remains) -> Iterator[str]:
    """What was sent arrived once; of what is unknown, at most one copy; of all else, nothing."""
    arrived = Counter(str(mail["Message-ID"]) for mail in remains.evidence.mail)
    for course in remains.courses:
        for message in course.recorded.messages:
            copies = sum(n for found, n in arrived.items() if found.startswith(_id(message.key)))
            allowed = {"sent": (1,), "unknown": (0, 1)}.get(message.status, (0,))
            if copies not in allowed:
                yield f"{message.key} is {message.status}, {copies} arrived"
    known = {_id(message.key) for course in remains.courses for message in course.recorded.messages}
    for found in arrived:
        if found.partition("@")[0] not in known:
            yield f"{found} arrived and is in no outbox"


def _id(key: str) -> str:
    """How the Message-ID of a message begins."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}"


def _unknown_and_untold(course: Course) -> Iterator[str]:
    """For each unknown message one line of the timeline and one task; none for any other."""
    unknown = Counter(one.step for one in course.recorded.messages if one.status == "unknown")
    said = Counter(
        line.step
        for line in course.recorded.timeline
        if line.kind == "message-failed" and line.params["unknown"]
    )
    tasks = Counter(item.task.step for item in course.recorded.tasks if _about_mail(item.task))
    if not unknown == said == tasks:
        yield (
            f"{course.journey}: unknown messages {dict(unknown)}, "
            f"lines about them {dict(said)}, tasks about them {dict(tasks)}"
        )


# -- kinds of things, as lines -----------------------------------------------------------------


def _journeys(remains: Remains) -> Iterator[str]:
    yield from remains.on_record
    for course in remains.courses:
        yield f"{course.journey}: {course.ended}"


def _answers(remains: Remains) -> Iterator[str]:
    readers = {course.journey: _Reader(course, remains.monday) for course in remains.courses}
    for command, given in sorted(remains.answers.items()):
        journey, _, sent = command.partition("/")
        if "/message/" not in command:
            told = f"{given.status} {given.code} {given.message} {given.task}"
            yield readers[journey].named(f"{sent} -> {told}")


def _timelines(remains: Remains) -> Iterator[str]:
    for course in remains.courses:
        read = _Reader(course, remains.monday)
        for line in course.recorded.timeline:
            if not read.is_about_mail(line):
                yield read.line(line)


def _tasks(remains: Remains) -> Iterator[str]:
    for course in remains.courses:
        read = _Reader(course, remains.monday)
        yield from sorted(
            read.task(item.task) for item in course.recorded.tasks if not _about_mail(item.task)
        )


def _appointments(remains: Remains) -> Iterator[str]:
    for course in remains.courses:
        read = _Reader(course, remains.monday)
        for row in course.appointments:
            yield read.named(
                f"{row.appointment} {row.service} {row.status} at {row.provider} "
                f"{read.hour(row.starts)} to {read.hour(row.ends)}"
            )


def _schedule(remains: Remains) -> Iterator[str]:
    """The schedule's own truth: bookings, its ledger and the time taken."""
    for course in remains.courses:
        read = _Reader(course, remains.monday)
        for one in course.recorded.bookings:
            fate = "cancelled" if one.cancelled else "booked"
            yield read.named(
                f"{one.appointment} {one.service} {fate} at {one.provider} "
                f"{read.hour(one.starts)} to {read.hour(one.ends)}"
            )
        yield from sorted(
            read.named(f"{_ENROLLED.sub('/', key)} {kind} {status}")
            for key, kind, status in course.ledger
        )
        yield read.named(f"{course.occupied} quarters of an hour taken")


def _enrollments(remains: Remains) -> Iterator[str]:
    for course in remains.courses:
        read = _Reader(course, remains.monday)
        for row in course.enrollments:
            yield read.named(
                f"{row.pathway} {row.version} {row.digest} {row.stage} {row.status} "
                f"{row.disposition} {read.hour(row.enrolled)} to {read.hour(row.ended)}"
            )


def _messages(remains: Remains) -> Iterator[str]:
    for course in remains.courses:
        read = _Reader(course, remains.monday)
        yield from sorted(
            read.message(one)
            for one in course.recorded.messages
            if not read.is_about_mail_step(one.step)
        )


_KINDS: dict[str, Callable[[Remains], Iterator[str]]] = {
    "journeys": _journeys,
    "answers": _answers,
    "timeline": _timelines,
    "tasks": _tasks,
    "appointments": _appointments,
    "schedule": _schedule,
    "enrollments": _enrollments,
    "messages": _messages,
}


# -- the same words in every run ---------------------------------------------------------------


class _Reader:
    """Says what one journey's rows hold in words that do not depend on the run."""

    def __init__(self, course: Course, monday: int) -> None:
        self._course = course
        self._monday = monday
        self._names = _names(course)
        self._mail = {item.task.task for item in course.recorded.tasks if _about_mail(item.task)}

    def named(self, text: str) -> str:
        own = _ID.sub(lambda found: self._names.get(found.group(), "<unknown id>"), text)
        return f"{self._course.journey}: {own}"

    def hour(self, at: int) -> str:
        """Which hour of the course; enrollment happens at any time of the week before."""
        if not at:
            return "never"
        return f"hour {(at - self._monday) // 3600}" if at >= self._monday else "enrollment"

    def line(self, entry: Entry) -> str:
        facts = " ".join(
            f"{name}={self._fact(entry, name)}" for name in sorted(entry.params) if name != "task"
        )
        task = entry.params.get("task", "")
        return self.named(
            f"{self.hour(entry.at)} {entry.kind} {entry.pathway} {entry.step} "
            f"{entry.occurrence} {entry.actor} {task} {facts}"
        )

    def _fact(self, entry: Entry, name: str) -> str:
        value = entry.params[name]
        if name not in ("due", "starts", "latest", "observed"):
            return str(value)
        return self._from(entry.at, int(value))

    def task(self, row: TaskRow) -> str:
        return self.named(
            f"{row.task} {row.pathway} {row.title} of {row.owner} {row.person} {row.status} "
            f"{row.outcome} level {row.level} {row.urgency} {','.join(row.reasons)} "
            f"{self.hour(row.opened)} to {self.hour(row.closed)}, "
            f"due {self._from(row.opened, row.due)}"
        )

    def message(self, one: MessageState) -> str:
        fate = "left" if one.status in LEFT else f"{one.status} {one.reason}"
        urgent = "urgent" if one.urgent else "ordinary"
        key = _ENROLLED.sub("/", one.key)
        return self.named(f"{key} {one.message} {urgent} {self.hour(one.at)}: {fate}")

    def _from(self, began: int, at: int) -> str:
        """What is counted from the enrollment depends on its time of the day."""
        return self.hour(at) if began >= self._monday else "some time after enrollment"

    def is_about_mail(self, entry: Entry) -> bool:
        """Whether a line of the timeline is about a message that may not have arrived."""
        return (
            entry.kind == "message-failed"
            or entry.params.get("task") in self._mail
            or self.is_about_mail_step(entry.step)
        )

    def is_about_mail_step(self, step: str) -> bool:
        """Messages about a task have the task's id at the end of their step."""
        return step.rpartition(".")[2] in self._mail


def _about_mail(task: TaskRow) -> bool:
    return task.kind == "message"


def _names(course: Course) -> dict[str, str]:
    """Ids of tasks and appointments -> what they are for, and the how manieth of those."""
    names = {}
    tasks = sorted((item.task for item in course.recorded.tasks), key=lambda row: int(row.task[1:]))
    wanted = [(row.task, f"{row.step}/{row.occurrence}/{row.kind}") for row in tasks]
    booked = sorted(course.appointments, key=lambda row: int(row.appointment[1:]))
    wanted += [(row.appointment, f"{row.step}/appointment") for row in booked]
    count: Counter[str] = Counter()
    for own, name in wanted:
        count[name] += 1
        names[own] = f"<{name} {count[name]}>"
    return names
