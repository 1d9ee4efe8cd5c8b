"""The pathway, the people and the habits of the fault tests: every kind of effect once or twice.

Everything in a course happens at instants of one calendar week after another, so that two runs
of it can be compared although they began at different times of the day.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from activities.directory import (
    Directory,
    MailboxEntry,
    OrganisationEntry,
    ProviderEntry,
    WeeklyHours,
)
from activities.records.people import PersonDetails
from pathways.compiled import CompiledPathway, Rule, Step
from pathways.journey.events import Actor, Reading
from pathways.journey.state import Task
from pathways.spans import Span
from pathways.undone import Missed
from tests.kernel.building import human, pathway, stage

HOUR = 3600
DAY = 24 * HOUR
ZONE = "America/New_York"
NURSE = Actor("n1", "case-manager")
MANAGER = Actor("m1", "nurse-manager")
SERVICE = "check-up"
MORNING, NOON, AFTERNOON = 10 * HOUR + 300, 12 * HOUR + 2100, 15 * HOUR + 300
"""Past the hour, because courses are compared by the hour; noon half an hour from what falls
due before it, and from what would after it."""
TUESDAY = DAY + MORNING
LATEST = 50 * 60
"""Seconds for which a stop may last."""


def stops(number: int) -> list[int]:
    """When the team looks at a patient's work: seconds after the first midnight."""
    found = [MORNING, TUESDAY]
    found.append(DAY + NOON if alarm_is_late(number) else TUESDAY + 30 * 60)
    if check_is_late(number):
        found.append(2 * DAY + MORNING)
    visit = 3
    found.append(visit * DAY + AFTERNOON)
    if misses_visit(number):
        visit += 7
        found.append(visit * DAY + AFTERNOON)
    calls = [(visit + 1) * DAY + MORNING, (visit + 8) * DAY + MORNING]
    return [*found, *calls, (visit + 9) * DAY + MORNING]


def first_monday(now: datetime) -> int:
    """Midnight, local, of the second Monday from ``now``: no run begins after it."""
    today = now.astimezone(ZoneInfo(ZONE)).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((today + timedelta(days=14 - today.weekday())).timestamp())


def care() -> CompiledPathway:
    """Intake, a visit and a check at home; two weekly calls; a farewell. And low glucose."""
    inform = Step(
        id="inform", verb="notify", title="Inform", to="primary-care", message="team-notice"
    )
    welcome = Step(
        id="welcome",
        verb="notify",
        title="Welcome",
        to="patient",
        message="welcome",
        after=("intake",),
    )
    visit = Step(
        id="visit",
        verb="schedule",
        title="Visit",
        by="case-manager",
        service=SERVICE,
        due=Span(14, "day"),
        after=("intake",),
        missed=Missed(by="case-manager"),
    )
    at_home = human("home-check", after=("intake",), due=Span(1, "day"))
    closing = Step(id="closing", verb="notify", title="Closing", to="patient", message="closing")
    low = human("low-glucose-call", due=Span(2, "hour"), response="RT-2H")
    return pathway(
        stage(
            "assessment",
            "assessment",
            inform,
            human("intake", due=Span(60, "day")),
            welcome,
            visit,
            at_home,
            go="follow-up",
        ),
        stage(
            "follow-up",
            "follow-up",
            human("weekly-call", every=Span(7, "day"), times=2, due=Span(3, "day")),
            go="farewell",
        ),
        stage("farewell", "discharge", closing, human("last-call"), go="discharge"),
        rules=(
            Rule(
                id="low-glucose-call",
                do=low,
                when=["<", ["value", "glucose"], 54.0],
                reads=("glucose",),
            ),
        ),
    )


def directory() -> Directory:
    """One place that is open on Thursdays and sees everybody at once, so that who asks first
    changes nothing; and a mailbox for every role."""
    hours = WeeklyHours(services=(SERVICE,), days=("thu",), opens="09:00", closes="12:00")
    roles = ("case-manager", "nurse-manager", "program-manager", "primary-care")
    return Directory(
        organisation=OrganisationEntry(name="Riverside Care", phone="+1 555 010 0100"),
        services={SERVICE: "Check-up"},
        providers=(
            ProviderEntry(
                id="riverside",
                name="Riverside",
                place="12 Harbor Street",
                hours=(hours,),
                zone=ZONE,
                seats=100,
            ),
        ),
        role_mailboxes={
            role: MailboxEntry(name=role, email=f"{role}@riverside.example", zone=ZONE)
            for role in roles
        },
    )


def patient(number: int, journey: str) -> PersonDetails:
    """The patient of a journey."""
    return PersonDetails(
        journey=journey,
        kind="patient",
        name=f"Patient {number}",
        email=f"patient{number}@home.example",
        zone=ZONE,
    )


def low_glucose(monday: int) -> Reading:
    """What the meter shows on Tuesday at nine, in mg/dL."""
    return Reading(name="glucose", value=45.0, observed=monday + DAY + 9 * HOUR, unit="mg/dL")


def by_device(number: int) -> bool:
    """Whether a patient's meter sends its readings itself."""
    return number % 2 == 0


def actor_for(task: Task) -> Actor:
    """Who closes a task."""
    return MANAGER if task.owner == MANAGER.role else NURSE


def alarm_is_late(number: int) -> bool:
    """Every third patient is called back half an hour too late, which is escalated."""
    return number % 3 == 0


def check_is_late(number: int) -> bool:
    """Every second patient is looked after at home a day too late, which is escalated."""
    return number % 2 == 1


def misses_visit(number: int) -> bool:
    """Every fifth patient misses the first visit."""
    return number % 5 == 4


def patience(task: Task, number: int) -> int:
    """Seconds after its opening from which on a task is done."""
    step = task.sources[0].step
    if step == "low-glucose-call" and alarm_is_late(number):
        return 2 * HOUR
    if step == "home-check":
        return DAY + 12 * HOUR if check_is_late(number) else 20 * HOUR
    if step == "intake" or task.kind in ("message", "outreach"):
        return 0
    return 15 * 60


def outcome_of(task: Task) -> str:
    """What is reported when a task is done; empty: the normal outcome."""
    return "rebook" if task.kind == "outreach" else ""


def attendance(number: int, missed_before: bool) -> Literal["attended", "missed"]:
    """How a visit ended."""
    return "missed" if misses_visit(number) and not missed_before else "attended"
