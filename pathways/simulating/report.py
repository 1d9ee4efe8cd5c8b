"""A tally as figures that people plan with. Everything is a mean over panels, in whole data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from msgspec import Struct

from pathways.compiled import Response
from pathways.journey.prepared import nominal_seconds
from pathways.simulating.behaviour import ASSUMPTION, figures
from pathways.simulating.headcount import BreakEven, capacity, late_share
from pathways.simulating.plan import Plan
from pathways.simulating.staffing import QUARTERS
from pathways.simulating.tally import Tally

HOUR = 3600
WEEK = 7 * 86_400
YEAR = 365.25 * 86_400
SETTLING = 4
"""Weeks after the last first referral until the figures count as settled."""
HARDLY = 0.05
"""Hours or tasks a week that are nothing to speak of."""
WORST = 12
"""Steps that are listed by how many of their tasks are late."""


class Subject(Struct, frozen=True):
    """A pathway that was simulated."""

    pathway: str
    version: str
    title: str
    digest: str
    behaviour: str


class RoleFigures(Struct, frozen=True):
    """One role of one panel, a week of the settled time on average.

    ``hours``: time on tasks; ``capacity``: time that its people have for tasks; ``waiting``: open
    tasks at noon; ``people``, ``break_even``: full-time people (``None``: not searched for)."""

    role: str
    people: float
    hours: float
    capacity: float
    tasks: float
    late: float
    """Share of the tasks."""
    waiting: float
    break_even: float | None = None
    at_best: float | None = None
    """Share that is late with any number of people."""
    starred: bool = False
    """More people alone cannot bring the share down to what is bearable."""

    @property
    def idle(self) -> bool:
        """Whether it has hardly any work."""
        return self.hours < HARDLY and self.tasks < HARDLY

    def short(self, bearable: float) -> bool:
        """Whether too many of its tasks are late: more than chance explains, where break-even,
        which allows for it, was searched for."""
        if self.late <= bearable:
            return False
        return self.break_even is None or self.starred or self.break_even > self.people


class Timeliness(Struct, frozen=True):
    """Tasks of a response class or of a step over the whole time, and how many were late."""

    name: str
    tasks: int
    late: int

    @property
    def share(self) -> float:
        """Late among all."""
        return self.late / self.tasks if self.tasks else 0.0


class Weekly(Struct, frozen=True):
    """A line of a plot: one value a week, of one panel on average."""

    name: str
    values: tuple[float, ...]


class Report(Struct, frozen=True):
    """What a simulation came to."""

    subjects: tuple[Subject, ...]
    together: bool
    staffing: str
    seed: int
    start: int
    end: int
    panels: int
    panel: int
    """Patients who share one team."""
    team_for: int
    """Patients whom the staffing file's people are meant for."""
    weeks: int
    settled: int
    """The week from which on averages are taken."""
    bearable: float
    patients: int
    patient_years: float
    decisions: int
    roles: tuple[RoleFigures, ...]
    classes: tuple[Timeliness, ...]
    steps: tuple[Timeliness, ...]
    calls: float
    """A week and panel, settled; so are the next four."""
    unanswered: float
    visits: float
    messages: float
    staff_messages: float
    escalations: float
    messages_a_year: float
    """To patient and caregiver, for each patient-year."""
    contacts_a_year: float
    visits_kept: dict[str, int]
    began: int
    """Enrollments; each patient has one on every pathway."""
    left: dict[str, int]
    """How enrollments ended."""
    escalated: dict[str, int]
    events: dict[str, int]
    refused: dict[str, int]
    enrolled: tuple[float, ...]
    work: tuple[Weekly, ...]
    waiting: tuple[Weekly, ...]
    contacts: tuple[Weekly, ...]
    late: tuple[float | None, ...]
    """Share of tasks that ended late, by week; ``None`` in a week without tasks."""
    sample: str
    """What break-even headcounts rest on; empty when they were not searched for."""
    figures: int
    """Figures of the behaviour and staffing files, and how many are nobody's measurement."""
    assumed: int
    sources: dict[str, str]
    authorizations: dict[str, int] = {}
    """How many requests were ever in each state, and how many the payer left ``overdue``."""
    days_to_decision: float = 0.0
    """From the sending of a request to a decision on it, or on an appeal, on average."""

    @property
    def still_enrolled(self) -> int:
        """Enrollments that had not ended at the end."""
        return self.began - sum(self.left.values())

    @property
    def full_weeks(self) -> int:
        """Weeks without the one that was only begun."""
        return max((self.end - self.start) // WEEK, 1)


def report(plan: Plan, tally: Tally, even: Sequence[BreakEven] = (), sample: str = "") -> Report:
    """The figures of a whole simulation."""
    settled, last = settled_weeks(plan)
    weeks = (last - settled) * tally.panels
    years = tally.seconds / YEAR

    def a_week(name: str) -> float:
        return round(sum(tally.weekly.get(name, ())[settled:last]) / weeks, 3)

    contacts = tally.total("contacts/calls") + tally.total("contacts/visits")
    sourced = _sourced(plan)
    return Report(
        subjects=tuple(
            Subject(
                course.pathway.pathway,
                course.pathway.version,
                course.pathway.title,
                course.digest,
                course.behaviour.id,
            )
            for course in plan.courses
        ),
        together=plan.together,
        staffing=plan.staffing.title,
        seed=plan.seed,
        start=plan.start,
        end=plan.end,
        panels=tally.panels,
        panel=min(plan.staffing.panel, plan.patients),
        team_for=plan.staffing.panel,
        weeks=tally.weeks,
        settled=settled,
        bearable=plan.staffing.bearable,
        patients=tally.patients,
        patient_years=round(years, 2),
        decisions=tally.decisions,
        roles=_roles(plan, tally, even, settled, last),
        classes=_timeliness(tally, "class "),
        steps=_worst(_timeliness(tally, "step ")),
        calls=a_week("contacts/calls"),
        unanswered=a_week("contacts/unanswered"),
        visits=a_week("contacts/visits"),
        messages=a_week("messages/patient"),
        staff_messages=a_week("messages/staff"),
        escalations=a_week("escalations"),
        messages_a_year=round(tally.total("messages/patient") / years, 2) if years else 0.0,
        contacts_a_year=round(contacts / years, 2) if years else 0.0,
        visits_kept=tally.under("visit"),
        began=tally.counts.get("began", 0),
        left=tally.under("left"),
        escalated=tally.under("escalated"),
        events=tally.under("event"),
        refused=tally.under("refused"),
        enrolled=_samples(tally, "enrolled"),
        work=_hours(tally),
        waiting=tuple(
            Weekly(role, _samples(tally, f"waiting/{role}")) for role in tally.names("waiting")
        ),
        contacts=tuple(
            Weekly(name, tuple(round(n / tally.panels, 3) for n in _line(tally, line)))
            for name, line in (
                ("calls answered", "contacts/calls"),
                ("calls not answered", "contacts/unanswered"),
                ("visits kept", "contacts/visits"),
                ("messages to patients", "messages/patient"),
            )
        ),
        late=_late(tally),
        sample=sample,
        figures=len(sourced),
        assumed=sum(source == ASSUMPTION for _, source in sourced),
        sources=_sources(plan),
        authorizations=tally.under("authorization"),
        days_to_decision=_days_to_decision(tally),
    )


def _days_to_decision(tally: Tally) -> float:
    decisions = tally.counts.get("payer/decisions", 0)
    return round(tally.counts.get("payer/hours", 0) / decisions / 24, 2) if decisions else 0.0


def settled_weeks(plan: Plan) -> tuple[int, int]:
    """From the first week in which all are referred, up to the last full one. When the time is
    too short for that, its last quarter."""
    last = max((plan.end - plan.start) // WEEK, 1)
    span = max(nominal_seconds(course.behaviour.arrivals.over) for course in plan.courses)
    first = -(-span // WEEK) + SETTLING
    return (first if first + SETTLING <= last else max(last * 3 // 4, 0)), last


def _roles(
    plan: Plan, tally: Tally, even: Sequence[BreakEven], first: int, last: int
) -> tuple[RoleFigures, ...]:
    weeks = (last - first) * tally.panels
    found = {one.role: one for one in even}
    rows = []
    for role in sorted({*tally.names("due"), *tally.names("work"), *tally.names("waiting")}):
        people = plan.staffing.role(role)
        noons = sum(tally.weekly.get("noons", ())[first:last])
        one = found.get(role)
        rows.append(
            RoleFigures(
                role=role,
                people=people.quarters / QUARTERS,
                hours=round(sum(_line(tally, f"work/{role}")[first:last]) / HOUR / weeks, 3),
                capacity=round(capacity(people.hours) * people.quarters / QUARTERS, 3),
                tasks=round(sum(_line(tally, f"due/{role}")[first:last]) / weeks, 3),
                late=round(late_share(tally, role, first, last), 5),
                waiting=round(sum(_line(tally, f"waiting/{role}")[first:last]) / max(noons, 1), 3),
                break_even=one.quarters / QUARTERS if one else None,
                at_best=round(one.at_best, 5) if one else None,
                starred=one is not None and one.late > plan.staffing.bearable,
            )
        )
    return tuple(sorted(rows, key=lambda row: (-row.hours, row.role)))


def _timeliness(tally: Tally, first: str) -> tuple[Timeliness, ...]:
    duties, late = tally.under("duties"), tally.under("late")
    found = [
        Timeliness(name.removeprefix(first), number, late.get(name, 0))
        for name, number in duties.items()
        if name.startswith(first)
    ]
    return tuple(sorted(found, key=lambda one: (_urgency(one.name), one.name)))


def _urgency(name: str) -> int:
    """The place of a response class, the most urgent first; everything else behind."""
    order = [one for one in get_args(Response) if one]
    return order.index(name) if name in order else len(order)


def _worst(steps: Sequence[Timeliness]) -> tuple[Timeliness, ...]:
    late = [step for step in steps if step.late]
    return tuple(sorted(late, key=lambda step: (-step.late, step.name))[:WORST])


def _line(tally: Tally, name: str) -> list[int]:
    return tally.weekly.get(name) or [0] * tally.weeks


def _samples(tally: Tally, name: str) -> tuple[float, ...]:
    """What was counted at noon, on average over the week and the panels."""
    pairs = zip(_line(tally, name), _line(tally, "noons"), strict=True)
    return tuple(round(total / noons, 3) if noons else 0.0 for total, noons in pairs)


def _hours(tally: Tally) -> tuple[Weekly, ...]:
    lines = {role: _line(tally, f"work/{role}") for role in tally.names("work")}
    order = sorted(lines, key=lambda role: (-sum(lines[role]), role))
    return tuple(
        Weekly(role, tuple(round(n / HOUR / tally.panels, 3) for n in lines[role]))
        for role in order
    )


def _late(tally: Tally) -> tuple[float | None, ...]:
    pairs = zip(_line(tally, "late"), _line(tally, "duties"), strict=True)
    return tuple(round(late / duties, 5) if duties else None for late, duties in pairs)


def _sourced(plan: Plan) -> list[tuple[str, str]]:
    found = [pair for course in plan.courses for pair in figures(course.behaviour)]
    found += [(role.role, role.source) for role in plan.staffing.roles]
    found += [(str(line.minutes), line.source) for line in plan.staffing.minutes]
    return [*found, ("others", plan.staffing.otherwise.source), ("small", plan.staffing.source)]


def _sources(plan: Plan) -> dict[str, str]:
    """Every cited source, the assumptions last."""
    used = {source for _, source in _sourced(plan)}
    cited = dict(plan.staffing.sources)
    for course in plan.courses:
        cited |= course.behaviour.sources
    cited |= plan.staffing.sources
    order = sorted(used & cited.keys(), key=lambda name: (name == ASSUMPTION, name))
    return {name: cited[name] for name in order}
