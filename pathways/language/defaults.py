"""What the compiler fills in, so that the kernel never has to guess."""

from __future__ import annotations

from collections.abc import Mapping

from pathways.compiled import HUMAN_VERBS, Response
from pathways.language.models import Rule, Step
from pathways.language.verbs import Schedule
from pathways.language.windows import due_by_window
from pathways.orders import RANKS, WORDS, Order
from pathways.spans import Span
from pathways.undone import AS_USUAL, Missed, Overdue, Unreachable

BOOK_WITHIN = Span(14, "day")
MONITOR_DUE = Span(2, "business-day")
PROGRAM_MANAGER = "program-manager"

RESPONSE_DUE: Mapping[str, Span] = {
    "RT-911": Span(5, "minute"),
    "RT-ED": Span(15, "minute"),
    "RT-2H": Span(2, "hour"),
    "RT-SD": Span(1, "same-day"),
    "RT-24H": Span(24, "hour"),
    "RT-1BD": Span(1, "business-day"),
    "RT-3BD": Span(3, "business-day"),
    "RT-NV": Span(30, "day"),
}
"""Response-time classes (docs/clinical.md): how soon staff must act. RT-NV is "at the next
visit", which a monthly contact reaches within 30 days."""
URGENT: frozenset[Response] = frozenset({"RT-911", "RT-ED", "RT-2H", "RT-SD"})

OUTCOMES: Mapping[str, tuple[str, ...]] = {
    "approve": ("approved", "rejected"),
    "refer": ("sent-and-closed", "unavailable"),
    "authorize": ("approved", "partial", "denied"),
}


def title_of(identity: str) -> str:
    """A title from an id: "foot-exam" is "Foot exam"."""
    return identity.replace("-", " ").capitalize()


def due_of(deed: Step | Rule, verb: str) -> Span | None:
    """The time allowed: as written, by the response class, or the verb's own."""
    if deed.schedule is not None and deed.schedule.within is not None:
        return deed.schedule.within
    if deed.task is not None and deed.task.due is not None:
        return deed.task.due
    if deed.due is not None:
        return deed.due
    if deed.response is not None and (verb in HUMAN_VERBS or verb in ("schedule", "monitor")):
        return RESPONSE_DUE[deed.response]
    if verb == "schedule":
        return None if due_by_window(deed) else BOOK_WITHIN
    return MONITOR_DUE if verb == "monitor" else None


def owner_of(inner: object) -> str:
    """The role that does it; of several approvers the first."""
    approvers: tuple[str, ...] = getattr(inner, "approvers", ())
    return approvers[0] if approvers else getattr(inner, "by", "")


def overdue_of(deed: Step | Rule, verb: str, owner: str, supervisor: str) -> tuple[Overdue, ...]:
    """Reminders and escalations (clinical rule X10): the owner at 50 % and 80 % of the time,
    the supervisor at 100 %, the program manager at 150 %. Urgent classes skip the reminders."""
    if deed.overdue is not None:
        return tuple(
            Overdue(
                action="escalate" if line.escalate is not None else "remind",
                to=line.escalate or line.remind or "",
                percent=line.at or 0,
                after=line.after,
            )
            for line in deed.overdue
        )
    if verb not in HUMAN_VERBS and verb not in ("schedule", "monitor"):
        return ()
    escalations = (
        Overdue("escalate", supervisor, percent=100),
        Overdue("escalate", PROGRAM_MANAGER, percent=150),
    )
    if deed.response in URGENT:
        return escalations
    if isinstance(deed, Step) and deed.approve is not None and deed.approve.approvers:
        owner = ""  # each of several approvers is reminded of their own task
    return (
        Overdue("remind", owner, percent=50),
        Overdue("remind", owner, percent=80),
        *escalations,
    )


def missed_of(schedule: Schedule, supervisor: str) -> Missed:
    """What a missed appointment leads to (clinical rule X2)."""
    missed = schedule.missed
    default = Missed(by=schedule.by)
    return Missed(
        by=schedule.by,
        outreach=missed.outreach or default.outreach,
        rebook=missed.rebook or default.rebook,
        escalate=missed.escalate or supervisor,
    )


NO_MESSAGE = "none"


def unreachable_of(deed: Step | Rule) -> Unreachable:
    """What follows when nobody answers (clinical rule X1): three attempts, a letter, and a task
    for the supervisor, unless the step says otherwise."""
    written, usual = deed.unreachable, AS_USUAL
    if written is None:
        return usual
    message = usual.message if written.message is None else written.message
    found = Unreachable(
        attempts=written.attempts,
        again=written.again or usual.again,
        message="" if message == NO_MESSAGE else message,
        start=written.start,
        inform=written.inform or "",
    )
    return usual if found == usual else found


def contact_of(deed: Step | Rule) -> str:
    """Whom a step or rule reaches: patient, caregiver, or (empty) nobody."""
    named = (getattr(deed, verb, None) for verb in ("assess", "educate", "task"))
    return next((inner.contact or "" for inner in named if inner is not None), "")


def same_of(deed: Step | Rule) -> str:
    """What a step is, across pathways (clinical rule X8): two bookings of one service are the
    same, and so are two assessments that ask for the same things."""
    if deed.same is not None:
        return deed.same
    if deed.schedule is not None:
        return f"service:{deed.schedule.service}"
    assess = deed.assess if isinstance(deed, Step) else None
    asked = sorted((*assess.instruments, *assess.collect)) if assess is not None else []
    return f"assess:{','.join(asked)}" if asked else ""


def order_of(deed: Step | Rule) -> Order | None:
    """What a step or rule asks of a thing, with its rank in the order of conflicts (X8)."""
    said = deed.order
    if said is None:
        return None
    basis = said.basis or "pathway-default"
    if said.basis is None and deed.response in ("RT-911", "RT-ED"):
        basis = "life-safety"
    elif said.basis is None and said.do in ("stop", "hold"):
        basis = "contraindication"
    return Order(
        on=said.on,
        do=said.do,
        intensity=WORDS.get(said.do, 0) or said.intensity or 0,
        rank=RANKS[basis],
        treatment=said.do in WORDS if said.treatment is None else said.treatment,
        by=said.by or "",
    )
