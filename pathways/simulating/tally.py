"""What a simulation counts, week by week: whole numbers only, so that tallies of panels add up
to the same in any process and any order of work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from pathways.journey.effects import Entry, RecordBatch, TaskRow

WEEK = 7 * 86_400


class Tally(Struct):
    """Counts of one panel, or of several added up.

    ``weekly``: name -> one number a week; ``counts``: name -> number over the whole time. Names are
    words joined by a slash, such as ``opened/case-manager``."""

    weeks: int
    panels: int = 1
    patients: int = 0
    seconds: int = 0
    """Time that patients spent enrolled."""
    decisions: int = 0
    weekly: dict[str, list[int]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def week(self, name: str, week: int, number: int = 1) -> None:
        """Count in a week; what falls beyond the last is left out."""
        if 0 <= week < self.weeks:
            line = self.weekly.get(name)
            if line is None:
                line = self.weekly[name] = [0] * self.weeks
            line[week] += number

    def count(self, name: str, number: int = 1) -> None:
        """Count over the whole time."""
        self.counts[name] = self.counts.get(name, 0) + number

    def names(self, first: str) -> list[str]:
        """The second words of the weekly lines that begin with ``first``, in order."""
        return sorted(
            name[len(first) + 1 :] for name in self.weekly if name.startswith(f"{first}/")
        )

    def total(self, name: str) -> int:
        """A weekly line added up."""
        return sum(self.weekly.get(name, ()))

    def under(self, first: str) -> dict[str, int]:
        """The counts whose name begins with ``first``, by the rest of it, in order."""
        return {
            name[len(first) + 1 :]: number
            for name, number in sorted(self.counts.items())
            if name.startswith(f"{first}/")
        }


def added(tallies: Iterable[Tally]) -> Tally:
    """All of them together. There must be one, and all of the same length."""
    first, *others = tallies
    whole = Tally(
        first.weeks,
        first.panels,
        first.patients,
        first.seconds,
        first.decisions,
        {name: list(line) for name, line in first.weekly.items()},
        dict(first.counts),
    )
    for other in others:
        whole.panels += other.panels
        whole.patients += other.patients
        whole.seconds += other.seconds
        whole.decisions += other.decisions
        for name, line in other.weekly.items():
            mine = whole.weekly.setdefault(name, [0] * whole.weeks)
            whole.weekly[name] = [a + b for a, b in zip(mine, line, strict=True)]
        _add(whole.counts, other.counts)
    return whole


def _add(mine: dict[str, int], theirs: Mapping[str, int]) -> None:
    for name, number in theirs.items():
        mine[name] = mine.get(name, 0) + number


def take(tally: Tally, batch: RecordBatch, start: int) -> None:
    """Count what a decision put on record."""
    week = (batch.at - start) // WEEK
    for entry in batch.entries:
        _entry(tally, entry, week)
    for row in batch.tasks:
        if row.status != "open":
            closed(tally, row, row.closed, week)
    for enrollment in batch.enrollments:
        if enrollment.status == "discharged":
            tally.count(f"left/{enrollment.disposition}")


def _entry(tally: Tally, entry: Entry, week: int) -> None:
    match entry.kind:
        case "enrolled":
            tally.count("began")
        case "task-opened":
            tally.week(f"opened/{entry.params['owner']}", week)
        case "message-sent":
            to = entry.params["to"]
            patientward = to in ("patient", "caregiver")
            tally.week("messages/patient" if patientward else "messages/staff", week)
            tally.count(f"message/{entry.params['message']}")
        case "task-escalated":
            tally.week("escalations", week)
            tally.count(f"escalated/{entry.params['to']}")
        case "appointment-attended":
            tally.week("contacts/visits", week)
            tally.count("visit/attended")
        case "appointment-missed" | "appointment-cancelled":
            tally.count(f"visit/{entry.kind.removeprefix('appointment-')}")
        case "effect-failed":
            tally.count("visit/no-slot")
        case "refused":
            tally.count(f"refused/{entry.params['code']}")
        case "unreachable":
            tally.count("unreached")
        case "review-moved":
            tally.count(f"authorization/{entry.params['state']}")
        case "review-overdue":
            tally.count("authorization/overdue")
        case "declined":
            tally.count(f"declined/{entry.step}")
        case _:
            pass


def closed(tally: Tally, row: TaskRow, at: int, week: int) -> None:
    """A task has ended, or its time has run out: was it in time?

    Work that was cancelled before it was due is nobody's duty any more and does not count."""
    late = at > row.due
    if row.status == "cancelled" and not late:
        return
    for name in (row.owner, f"step {row.pathway} {row.step}", f"class {row.urgency or 'routine'}"):
        tally.count(f"duties/{name}")
        if late:
            tally.count(f"late/{name}")
    tally.week("duties", week)
    tally.week(f"due/{row.owner}", week)
    if late:
        tally.week("late", week)
        tally.week(f"overdue/{row.owner}", week)
