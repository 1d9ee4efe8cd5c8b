"""The payer's side of a request for authorization: what it says next, and when.

The kernel keeps the clocks, the duties and who may decide (clinical.md 5.4). Here stands only what
somebody outside decides: approval, denial, more information, the talk between physicians, the
appeal. What the team does about it are tasks like any other.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from pathways.calendar.table import CalendarTable, later
from pathways.compiled import CompiledPathway
from pathways.journey.events import Actor, Review
from pathways.journey.state import Journey, Task
from pathways.review.machine import ADVERSE, By
from pathways.review.payer import clock_for
from pathways.review.record import ReviewRun
from pathways.simulating.behaviour import Paying
from pathways.simulating.chance import Chance
from pathways.spans import Span

HOUR = 3600
DAY = 86_400
SOONEST = 0.1
"""Of the payer's time: no decision comes sooner."""
LATE = 4 * DAY
"""How long after its time a late payer decides, on average."""
TALKED = Span(1, "business-day")
"""From the talk between the physicians to what comes of it."""
FILED = 14 * DAY
"""From the denial to the appeal, on average."""
VERDICTS = {"approved": "approved", "partial": "partial", "denied": "denied"}
NURSE = By("utilization-nurse", "payer-nurse", "RN")
PHYSICIAN = By("physician-reviewer", "payer-physician", "MD")
ANOTHER = By("physician-reviewer", "payer-physician-of-appeals", "MD")
"""Nobody reviews an appeal against a denial of their own (clinical.md 1.3)."""
PAYER = Actor("simulated-payer", "coordinator")


class Next(Struct, frozen=True):
    """What is said of a request next, and when."""

    at: int
    say: str


def paying(lines: tuple[Paying, ...], service: str) -> Paying | None:
    """The line of a service, else that of all others."""
    named = next((line for line in lines if service in line.services), None)
    return named or next((line for line in lines if not line.services), None)


def to_submit(
    journey: Journey,
    task: Task,
    lines: tuple[Paying, ...],
    pathways: Mapping[str, CompiledPathway],
) -> ReviewRun | None:
    """The request that work on a task sends to its payer. None: this payer's data have no time for
    it, or the behaviour says nothing of payers; then the task ends as its outcomes say."""
    run = next((r for r in journey.reviews.values() if r.task == task.id), None)
    if run is None or paying(lines, run.service) is None:
        return None
    payer = pathways[run.pathway].payers[run.payer]
    known = clock_for(payer, run.type, run.speed, run.benefit) is not None
    return run if known else None


def next_of(
    run: ReviewRun,
    line: Paying,
    chance: Chance,
    now: int,
    calendar: CalendarTable,
    tasks: Mapping[str, Task],
) -> Next | None:
    """What comes next of a request; None while somebody else has to act, or when it is over."""
    ask = (run.id, len(run.history))
    match run.state:
        case "submitted":
            return Next(now + HOUR, "received")
        case "received":
            if chance.share("pended", run.id) < line.pended:
                return Next(now + _part(run, now, 0.3), "pended")
            return Next(now + HOUR, "nurse-review")
        case "pended-info":
            if any(t.kind == "review-information" and t.about == run.id for t in tasks.values()):
                return None
            return Next(now + HOUR, "nurse-review")
        case "nurse-review":
            if verdict(run, line, chance) != "approved":
                return Next(now + _part(run, now, 0.1), "md-review")
            return Next(_decides(run, line, chance, now), "approved")
        case "md-review":
            return Next(_decides(run, line, chance, now), verdict(run, line, chance))
        case "p2p":
            granted = chance.share("talk", run.id) < line.talk_granted
            say = "overturned" if granted else "upheld"
            return Next(later(calendar, now, TALKED), say)
        case "appeal-1" | "appeal-2":
            granted = chance.share("appeal", *ask) < line.appeal_granted
            return Next(_decides(run, line, chance, now), "overturned" if granted else "upheld")
        case "approved-partial" | "denied" | "upheld" if appeals(run, line, chance):
            wait = int(chance.wait(FILED, "files", run.id))
            return Next(min(now + wait, max(run.file_by - DAY, now)), "appeal")
        case _:
            return None


def verdict(run: ReviewRun, line: Paying, chance: Chance) -> str:
    """What the payer decides: drawn once for each request."""
    return chance.one_of(line.one_of, "verdict", run.id)


def appeals(run: ReviewRun, line: Paying, chance: Chance) -> bool:
    """Whether this denial is appealed: once, and only while it may be."""
    filed = any(one.to in ("appeal-1", "appeal-2") for one in run.history)
    return not filed and run.file_by > 0 and chance.share("appeals", run.id) < line.appealed


def _part(run: ReviewRun, now: int, part: float) -> int:
    """Seconds: a part of the time that the payer has left."""
    return max(int((run.decide_by - now) * part), 0) if run.decide_by else HOUR


def _decides(run: ReviewRun, line: Paying, chance: Chance, now: int) -> int:
    """When the payer decides: evenly within its time; who is late, some days after it."""
    if not run.decide_by:
        return now + DAY
    ask = (run.id, run.clock)
    if chance.share("late", *ask) < line.late:
        return run.decide_by + HOUR + int(chance.wait(LATE, "how late", *ask))
    part = SOONEST + (0.95 - SOONEST) * chance.share("takes", *ask)
    return now + _part(run, now, part)


def told(run: ReviewRun, say: str, command: str) -> Review:
    """The command that says it."""
    by = By("")
    if say in ("approved", "nurse-review"):
        by = NURSE
    elif say in ("partial", "denied"):
        by = PHYSICIAN
    elif say in ("overturned", "upheld"):
        by = PHYSICIAN if run.state == "p2p" else ANOTHER
    adverse = say in ("partial", "denied")
    return Review(
        command,
        PAYER,
        say,
        run.id,
        role=by.role,
        person=by.person,
        credential=by.credential,
        reason="information-missing" if say == "pended" else "criteria-not-met" if adverse else "",
        family="medical-necessity" if adverse else "",
    )


def outcome_of(task: Task, run: ReviewRun | None, line: Paying | None, chance: Chance) -> str:
    """How a task about an appeal ends: as the patient's side decides; empty for other tasks."""
    if task.kind != "appeal" or run is None or line is None:
        return ""
    return "filed" if run.state not in ADVERSE or appeals(run, line, chance) else "not-wanted"
