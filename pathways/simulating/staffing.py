"""Who works on the tasks, when, and how long a task takes, as data.

A panel of patients shares these people. Minutes are a person's own time on a task; ``at_work``
is the share of paid time that goes into patients' tasks (the rest: breaks, meetings, travel).
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from pathways.compiled import Response

QUARTERS = 4
"""People are counted in quarters of a full-time person."""


class _Frozen(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    pass


class Hours(_Frozen, frozen=True):
    """Working hours: days of the week (0: Monday), seconds of the local day."""

    days: tuple[int, ...]
    opens: int
    closes: int
    at_work: float


class Role(_Frozen, frozen=True):
    """``quarters``: people of a role, in quarters of a full-time person."""

    role: str
    quarters: int
    hours: Hours
    source: str = ""


class Minutes(_Frozen, frozen=True):
    """How long tasks take. ``contact``: the patient must be reached for it."""

    minutes: float
    contact: bool = False
    steps: tuple[str, ...] = ()
    """Steps and rules by id; these count before ``kinds``."""
    kinds: tuple[str, ...] = ()
    """Verbs, and kinds of the kernel's own tasks (outreach, booking, attendance ...)."""
    source: str = ""


class Urgent(_Frozen, frozen=True):
    """Tasks of this response class are begun at any hour by whoever is on duty, on average
    (exponentially) so many minutes after they open."""

    response: Response
    within: float


class Staffing(_Frozen, frozen=True):
    """A staffing file."""

    id: str
    title: str
    sources: dict[str, str]
    zone: str
    country: str
    panel: int
    """Patients who share these people."""
    bearable: float
    """The share of tasks that may miss their due time before there are too few people."""
    roles: tuple[Role, ...]
    otherwise: Role
    """For roles of a pathway that ``roles`` does not name."""
    minutes: tuple[Minutes, ...]
    attempt: float
    """Minutes that an unanswered call costs."""
    escalation: float
    """Minutes that an escalation costs whoever is told."""
    urgent: tuple[Urgent, ...] = ()
    source: str = ""
    """Of ``attempt``, ``escalation``, ``urgent`` and ``bearable``."""

    def role(self, name: str) -> Role:
        """The people of a role."""
        found = next((role for role in self.roles if role.role == name), None)
        return found or replace(self.otherwise, role=name)


class Price(Struct, frozen=True):
    """What a task costs."""

    minutes: float
    contact: bool


class Prices:
    """The minutes of every kind of task, looked up once."""

    def __init__(self, staffing: Staffing) -> None:
        self._steps: dict[str, Price] = {}
        self._kinds: dict[str, Price] = {}
        for line in staffing.minutes:
            price = Price(line.minutes, line.contact)
            for step in line.steps:
                self._steps.setdefault(step, price)
            for kind in line.kinds:
                self._kinds.setdefault(kind, price)
        self._other = Price(staffing.attempt, False)

    def of(self, kind: str, step: str) -> Price:
        """By the step that opened the task, then by its kind, then as long as a call."""
        if kind in self._kinds and kind not in STEP_KINDS:
            return self._kinds[kind]
        return self._steps.get(step) or self._kinds.get(kind) or self._other


STEP_KINDS = (
    "assess",
    "plan",
    "approve",
    "educate",
    "refer",
    "authorize",
    "reconcile",
    "task",
    "transition",
)
"""Kinds of tasks that do the very work of their step; the kernel's own kinds only follow it up."""


def with_people(staffing: Staffing, quarters: Mapping[str, int]) -> Staffing:
    """The same team with other numbers of people; roles without one in ``quarters`` stay."""
    roles = {role.role: role for role in staffing.roles}
    for name in quarters:
        roles.setdefault(name, staffing.role(name))
    changed = tuple(
        replace(role, quarters=quarters.get(role.role, role.quarters)) for role in roles.values()
    )
    return replace(staffing, roles=changed)


class Offer(Struct, frozen=True, order=True):
    """On ``weekday`` a provider has a slot of a service every ``slot`` minutes from ``opens`` to
    ``closes`` (minutes since local midnight) for ``seats`` patients at a time."""

    provider: str
    weekday: int
    opens: int
    closes: int
    slot: int
    seats: int
    holidays: bool = True
    """Closed on holidays."""


Offers = Mapping[str, tuple[Offer, ...]]
"""service -> who offers it when."""

__all__ = [
    "QUARTERS",
    "Hours",
    "Minutes",
    "Offer",
    "Offers",
    "Price",
    "Prices",
    "Role",
    "Staffing",
    "Urgent",
    "with_people",
]
