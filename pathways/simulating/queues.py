"""Working time, and the queue of one role: who is free, what is next, when it will be done."""

from __future__ import annotations

from bisect import bisect_right
from heapq import heappop, heappush
from math import ceil

from pathways.calendar.table import CalendarTable, instant, is_business_day, local_day, weekday
from pathways.journey.state import Task
from pathways.simulating.staffing import QUARTERS, Hours, Role

RANKS = ("RT-911", "RT-ED", "RT-2H", "RT-SD", "RT-24H", "RT-1BD", "RT-3BD", "", "RT-NV")
"""Response classes, most urgent first (clinical.md 0.4); a task without one is routine."""


class WorkingTime:
    """A role's shifts from ``start`` to ``end``: none on holidays."""

    def __init__(self, hours: Hours, calendar: CalendarTable, start: int, end: int) -> None:
        self.opens: list[int] = []
        self.closes: list[int] = []
        self.before: list[int] = []
        """Seconds worked before each shift."""
        total = 0
        for day in range(local_day(calendar, start), local_day(calendar, end) + 30):
            if weekday(day) not in hours.days:
                continue
            if weekday(day) < 5 and not is_business_day(calendar, day):
                continue
            opens, closes = (instant(calendar, day, at) for at in (hours.opens, hours.closes))
            self.opens.append(opens)
            self.closes.append(closes)
            self.before.append(total)
            total += closes - opens

    def is_open(self, now: int) -> bool:
        """Whether the role is at work."""
        index = bisect_right(self.opens, now) - 1
        return index >= 0 and now < self.closes[index]

    def next_opening(self, now: int) -> int | None:
        """The start of the next shift after now."""
        index = bisect_right(self.opens, now)
        return self.opens[index] if index < len(self.opens) else None

    def worked(self, now: int) -> int:
        """Seconds of working time that lie before now."""
        index = bisect_right(self.opens, now) - 1
        if index < 0:
            return 0
        return self.before[index] + min(now, self.closes[index]) - self.opens[index]

    def after(self, now: int, seconds: int) -> int:
        """When so many seconds of working time have passed; work goes on the next shift."""
        target = self.worked(now) + seconds
        index = max(bisect_right(self.before, max(target - 1, 0)) - 1, 0)
        if not self.opens:
            return now + seconds
        return self.opens[index] + target - self.before[index]


def rank(task: Task) -> int:
    """How a task stands in its queue."""
    return RANKS.index(task.urgency) if task.urgency in RANKS else RANKS.index("")


class Queue:
    """What waits for the people of one role, and which of them are free."""

    def __init__(self, role: Role, time: WorkingTime) -> None:
        self.role = role.role
        self.time = time
        whole, rest = divmod(role.quarters, QUARTERS)
        shares = [1.0] * whole + ([rest / QUARTERS] if rest else [])
        self._paces = [share * role.hours.at_work for share in shares]
        """Seconds of work that each person puts into tasks in a second at work."""
        self._free = list(range(len(shares)))
        self._waiting: list[tuple[int, int, int, str, str]] = []
        self._order = 0
        self.debt = 0.0
        """Seconds of work that came in between (urgent calls, escalations): the next task of the
        role is done so much later."""
        self.wakes = False
        """Whether the opening of the next shift is on the agenda."""

    @property
    def pace(self) -> float:
        """Seconds of work that the whole role does in a second at work."""
        return sum(self._paces)

    def add(self, patient: str, task: Task) -> None:
        """A task waits."""
        self._order += 1
        heappush(self._waiting, (rank(task), task.due, self._order, patient, task.id))

    def take(self) -> tuple[str, str] | None:
        """(patient, task) that is next, or ``None`` when nothing waits."""
        return heappop(self._waiting)[3:] if self._waiting else None

    @property
    def staffed(self) -> bool:
        """Whether the role has anybody at all."""
        return bool(self._paces)

    def can_start(self) -> bool:
        """Whether somebody is free and something waits."""
        return bool(self._free and self._waiting)

    def start(self, now: int, seconds: float) -> tuple[int, int]:
        """(person, when it is done): the quickest free person sets to work."""
        person = self._free.pop(0)
        work = (seconds + self.debt) / self._paces[person]
        self.debt = 0.0
        return person, self.time.after(now, max(ceil(work), 1))

    def free(self, person: int) -> None:
        """A person has finished."""
        self._free.append(person)
        self._free.sort()

    def __len__(self) -> int:
        return len(self._waiting)
