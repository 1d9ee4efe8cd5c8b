"""Generated pathways: small, but with everything that makes a journey's course hard to foresee.

They are built as the compiler builds them (human steps have owner, due time and escalations;
the last way out of a stage is unconditional) and pass its checks in spirit: nothing goes round
without waiting, because only the reevaluation leads back and it waits for time or for people.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from pathways.compiled import (
    Branch,
    CompiledPathway,
    DataElement,
    Episodes,
    Goal,
    MessageText,
    Row,
    Rule,
    Stage,
    Step,
    Verb,
)
from pathways.orders import Order
from pathways.spans import Span
from pathways.undone import AS_USUAL, Declined, Missed, Overdue, Unreachable
from pathways.windows import Window
from tests.kernel.insurers import PAYERS

Draw = Callable[[st.SearchStrategy[Any]], Any]

NAMES = ("alpha", "beta", "gamma")
ROLES = ("nurse", "doctor")
SUPERVISOR = "chief"
EVENTS = ("fall", "ed-visit")

X = ["value", "x"]
HIGH, LOW = [">=", X, 60.0], ["<", X, 30.0]
RISKY = ["=", ["value", "risk"], "high"]
CONDITIONS = (
    HIGH,
    LOW,
    RISKY,
    ["known", X],
    ["not", ["known", X]],
    ["and", ["known", X], RISKY],
    ["or", LOW, RISKY],
    ["not", HIGH],
)
WHEN = st.sampled_from((*[None] * len(CONDITIONS) * 2, *CONDITIONS))
DUE = st.sampled_from(
    (
        Span(30, "minute"),
        Span(4, "hour"),
        Span(1, "day"),
        Span(7, "day"),
        Span(1, "month"),
        Span(2, "business-day"),
        Span(1, "same-day"),
    )
)
EVERY = st.sampled_from(
    (Span(12, "hour"), Span(1, "day"), Span(1, "week"), Span(1, "month"), Span(3, "business-day"))
)
DELAY = st.sampled_from((Span(2, "hour"), Span(3, "day"), Span(1, "business-day")))
X10 = (
    Overdue("remind", "", percent=50),
    Overdue("remind", "", percent=80),
    Overdue("escalate", SUPERVISOR, percent=100),
    Overdue("escalate", "program-manager", percent=150),
)
OVERDUE = st.sampled_from(
    (
        X10,
        X10[2:],
        (Overdue("remind", "doctor", percent=50), Overdue("escalate", "", after=Span(2, "day"))),
        (),
    )
)
MISSED = st.sampled_from(
    (
        None,
        Missed("nurse", escalate="doctor"),
        Missed("doctor", outreach=Span(4, "hour"), rebook=Span(7, "day")),
    )
)
CONTACT = st.sampled_from(("", "patient", "patient", "caregiver"))
RESPONSE = st.sampled_from(("", "", "", "RT-2H", "RT-24H"))
APPROVERS = st.sampled_from(
    (
        ((), (), 0),
        (("doctor",), ("nurse",), 0),
        (("doctor",), ("nurse", "stranger"), 2),
        (("doctor", "nurse"), (), 0),
        ((), ("doctor", "nurse", "stranger"), 2),
    )
)
"""Who must, who may, how many."""
OFTEN = st.sampled_from((False, False, False, True))
HALF = st.booleans()
ORDERS = (
    Order("drug", "increase", 6),
    Order("drug", "hold", 2, rank=2),
    Order("drug", "stop", 1, rank=1),
    Order("target", "120", 2, treatment=False),
    Order("target", "130", 1, treatment=False, by="doctor"),
)
ORDER = st.sampled_from((*[None] * len(ORDERS), *ORDERS))

WINDOW = st.sampled_from(
    (
        *[None] * 4,
        Window("operation", -10, 10),
        Window("operation", 0, 30, 72_000),
        Window("operation", 3),
        Window("operation", None, 14),
    )
)
"""Most steps have none."""

MESSAGES = (
    "welcome",
    "appointment-booked",
    "appointment-cancelled",
    "appointment-reminder",
    "task-reminder",
    "task-escalation",
    "task-urgent",
    "team-notice",
    "unable-to-reach",
    "about-it",
)
REVEALING = "Hello about {{ step.title }}"
TEXTS = {name: {"en": MessageText(name, "Hello")} for name in MESSAGES}
TEXTS["about-it"] = {"en": MessageText("about-it", REVEALING)}
DATA = {
    "x": DataElement("x", "quantity", low=0.0, high=100.0, fresh=Span(1, "month"), keep=3),
    "risk": DataElement("risk", "choice", options=("low", "high"), keep=3),
    "band": DataElement("band", "choice", options=("a", "b"), keep=3),
    "operation": DataElement("operation", "date", keep=3),
}


def groups(draw: Draw, earlier: list[str]) -> tuple[tuple[str, ...], ...]:
    """Now and then, a group of which any is enough."""
    if len(earlier) < 2 or not draw(OFTEN):
        return ()
    return (tuple(draw(st.lists(st.sampled_from(earlier), min_size=2, max_size=3, unique=True))),)


def step(draw: Draw, name: str, earlier: list[str], verb: Verb, *, shared: bool) -> Step:
    """One step; ``earlier`` are those it may come after."""
    fields: dict[str, Any] = {
        "when": draw(WHEN),
        "after": tuple(draw(st.lists(st.sampled_from(earlier), max_size=2, unique=True)))
        if earlier
        else (),
        "after_any": groups(draw, earlier),
        "delay": draw(DELAY) if draw(OFTEN) else None,
        "by": draw(st.sampled_from(ROLES)),
        "declined": draw(declined(earlier)),
        "unreachable": draw(unreachable(earlier)),
    }
    if verb in ("task", "educate", "notify", "schedule") and draw(OFTEN):
        fields["every"] = draw(EVERY)
        fields["times"] = draw(st.sampled_from((0, 2)))
        fields["until"] = HIGH if draw(OFTEN) else None
    if verb in ("task", "educate", "notify", "schedule") and shared:
        fields["order"] = draw(ORDER)
    if verb in ("task", "educate", "notify", "schedule"):
        fields["window"] = draw(WINDOW)
        fields["delay"] = None if fields["window"] is not None else fields["delay"]
    match verb:
        case "task" | "educate":
            fields |= {
                "due": draw(DUE),
                "overdue": draw(OVERDUE),
                "response": draw(RESPONSE),
                "safety_critical": draw(OFTEN),
            }
            if verb == "educate":
                fields["message"] = "welcome"
                fields["contact"] = "caregiver" if draw(OFTEN) else ""
            else:
                fields["contact"] = draw(CONTACT)
                fields["collect"] = ("x",) if draw(OFTEN) else ()
                fields["outcomes"] = ("done", "other") if draw(OFTEN) else ()
                fields["same"] = "common-task" if shared and draw(HALF) else ""
        case "notify":
            to = draw(st.sampled_from(("patient", "patient", "caregiver", "doctor")))
            same = "common-letter" if shared and draw(HALF) else ""
            fields |= {"to": to, "message": "welcome", "same": same}
            fields["shares"] = ("health",) if to == "caregiver" and draw(OFTEN) else ()
        case "schedule":
            fields |= {
                "service": "lab",
                "due": Span(14, "day"),
                "missed": draw(MISSED),
                "overdue": draw(OVERDUE),
                "same": "common-visit" if shared and draw(HALF) else "",
            }
        case "authorize":
            fields |= {
                "service": "rehabilitation",
                "due": draw(DUE),
                "overdue": draw(OVERDUE),
                "outcomes": ("approved", "partial", "denied"),
            }
        case "milestone":
            fields["order"] = draw(ORDER) if shared else None
        case "wait":
            fields |= {"due": draw(DUE), "until": draw(st.sampled_from((None, HIGH, RISKY)))}
        case "decide":
            rows = (Row(HIGH, {"band": "a"}), Row(LOW, {"band": "b"}))
            fields["table"] = (*rows, Row(None, {"band": "a"})) if draw(HALF) else rows
        case "monitor":
            fields |= {
                "element": "x",
                "every": draw(EVERY),
                "message": "welcome" if draw(HALF) else "",
                "until": RISKY if draw(OFTEN) else None,
                "due": Span(1, "business-day"),
                "overdue": draw(OVERDUE),
            }
    return Step(name, verb, name, **fields)


def declined(earlier: list[str]) -> st.SearchStrategy[Declined]:
    choices = [Declined(), Declined(inform="doctor", go_on=True), Declined(reoffer=False)]
    if earlier:
        choices.append(Declined(start=(earlier[-1],)))
    return st.sampled_from(choices)


def unreachable(earlier: list[str]) -> st.SearchStrategy[Unreachable]:
    choices = [
        AS_USUAL,
        Unreachable(2, Span(1, "day"), inform="doctor"),
        Unreachable(2, Span(36, "hour"), message=""),
        Unreachable(1, message="welcome"),
        Unreachable(2, message="about-it"),
    ]
    if earlier:
        choices.append(Unreachable(2, Span(4, "hour"), start=(earlier[-1],)))
    return st.sampled_from(choices)


def steps(
    draw: Draw, prefix: str, before: list[str], verbs: tuple[str, ...], least: int, *, shared: bool
) -> tuple[Step, ...]:
    made: list[Step] = []
    earlier = list(before)
    for n in range(draw(st.integers(least, 3))):
        verb = draw(st.sampled_from(verbs))
        made.append(step(draw, f"{prefix}-{n + 1}", earlier, verb, shared=shared))
        earlier.append(made[-1].id)
    before.extend(s.id for s in made)
    return tuple(made)


def planning(draw: Draw, again: str = "") -> tuple[Step, ...]:
    """A plan and its approval, by one or several, and perhaps the patient's copy. ``again`` begins
    the names of those that a review asks for."""
    must, may, quorum = draw(APPROVERS)
    draft, sign = f"{again}draft", f"{again}sign"
    to = draw(st.sampled_from(("patient", "patient", "caregiver")))
    copy = Step(f"{again}copy", "notify", "Copy", to=to, message="welcome", after=(sign,))
    return (
        Step(draft, "plan", "Draft", by="nurse", due=Span(3, "day"), overdue=X10),
        Step(
            sign,
            "approve",
            "Sign",
            by="doctor",
            of=draft,
            after=(draft,),
            due=draw(DUE),
            overdue=draw(OVERDUE),
            outcomes=("approved", "rejected"),
            must=must,
            may=may,
            quorum=quorum,
        ),
        *((copy,) if draw(HALF) else ()),
    )


ANY = (
    "task",
    "task",
    "task",
    "notify",
    "notify",
    "schedule",
    "wait",
    "decide",
    "milestone",
    "educate",
)
WIDE = (*ANY, "authorize", "authorize")
"""Where everything is asked for, payers are too."""
STAGE: dict[str, Any] = {"by": "nurse", "escalate": SUPERVISOR}


def apart(step: Step, name: str) -> Step:
    """Calls of one role for several pathways are made together: only where work is shared do two
    pathways have the same callers."""
    return replace(step, by=f"{step.by}-of-{name}") if step.contact else step


@st.composite
def pathways(draw: Draw, name: str, *, shared: bool = False) -> CompiledPathway:
    """Two to five stages: assessment, perhaps planning, follow-up, perhaps with reevaluation and
    a closing stage. ``shared``: some steps are the same as other pathways', orders contradict each
    other, steps have windows, and payers are asked."""
    known: list[str] = []
    verbs = WIDE if shared else ANY
    has_planning, has_review, has_closing = (
        draw(HALF),
        draw(st.sampled_from((True, True, False))),
        draw(HALF),
    )
    final = "closing" if has_closing else "discharge"
    end = Branch(final, disposition="" if has_closing else "completed")
    deadlines = st.sampled_from((None, Span(10, "day"), Span(1, "month")))
    exits = st.sampled_from((None, None, None, ["known", X]))
    stages = [
        Stage(
            "assessment",
            "assessment",
            "Assessment",
            steps(draw, "assess", known, verbs, 1, shared=shared),
            (Branch("planning" if has_planning else "follow"),),
            deadline=draw(deadlines),
            exit=draw(exits),
            **STAGE,
        )
    ]
    if has_planning:
        stages.append(
            Stage(
                "planning",
                "planning",
                "Planning",
                planning(draw),
                (Branch("follow"),),
                deadline=draw(deadlines),
                **STAGE,
            )
        )
        known.extend(step.id for step in stages[-1].steps)
    stages.append(
        Stage(
            "follow",
            "follow-up",
            "Follow-up",
            steps(draw, "follow", known, (*verbs, "monitor"), 1, shared=shared),
            (end,),
            exit=draw(exits),
            **STAGE,
        )
    )
    if has_review:
        back = "planning" if has_planning else "assessment"
        revised = planning(draw, "re-") if has_planning and draw(HALF) else ()
        known.extend(step.id for step in revised)
        stages.append(
            Stage(
                "review",
                "reevaluation",
                "Review",
                (
                    *revised,
                    *steps(
                        draw, "review", known, ("task", "notify", "milestone"), 0, shared=shared
                    ),
                ),
                (
                    Branch(final, ["goals-met"], "" if has_closing else "goals-met"),
                    Branch(back, HIGH),
                    Branch("follow"),
                ),
                every=draw(st.sampled_from((Span(2, "week"), Span(1, "month")))),
                deadline=draw(deadlines),
                **STAGE,
            )
        )
    if has_closing:
        stages.append(
            Stage(
                "closing",
                "discharge",
                "Closing",
                steps(draw, "closing", known, ("task", "notify", "educate"), 0, shared=shared),
                (Branch("discharge", disposition="completed"),),
                **STAGE,
            )
        )
    given = draw(rules(name, has_review, [s.id for s in stages[0].steps], shared))
    interrupted = draw(OFTEN)
    if interrupted:
        left = Rule("left", None, on="admitted", go="discharge", disposition="readmitted")
        given = (*given, left)
    if not shared:
        stages = [
            replace(stage, steps=tuple(apart(s, name) for s in stage.steps)) for stage in stages
        ]
    goals = (Goal("better", "Better", LOW, by=draw(st.sampled_from((None, Span(3, "week"))))),)
    return CompiledPathway(
        name,
        "1",
        name.capitalize(),
        tuple(stages),
        given,
        data=DATA,
        episodes=Episodes(again="discharged", after=("readmitted",)) if interrupted else None,
        goals=goals if draw(HALF) else (),
        messages=TEXTS,
        supervisor=SUPERVISOR,
        payers=PAYERS if shared else {},
    )


@st.composite
def rules(
    draw: Draw, name: str, has_review: bool, startable: list[str], shared: bool
) -> tuple[Rule, ...]:
    """One to four rules, each of another kind. Alarms of one owner become one task: only where
    work is shared have two pathways the same."""
    during = st.sampled_from(((), (), ("assessment",), ("follow",)))
    alarm = Step(
        "alarm",
        "task",
        "Alarm",
        by="nurse" if shared else f"nurse-of-{name}",
        due=draw(DUE),
        overdue=draw(OVERDUE),
        response=draw(RESPONSE),
        contact=draw(CONTACT),
        unreachable=draw(unreachable(startable)),
        same="common-task" if shared and draw(HALF) else "",
        order=draw(ORDER) if shared else None,
    )
    ordered = draw(ORDER) if shared else None
    letter = Step("letter", "notify", "Letter", to="patient", message="welcome", order=ordered)
    choices = [
        Rule(
            "alarm",
            alarm,
            when=HIGH,
            reads=("x",),
            during=draw(during),
            again=draw(st.sampled_from((None, Span(4, "hour"), Span(2, "day")))),
        ),
        Rule("letter", letter, when=RISKY, reads=("risk",), again=Span(1, "day")),
        Rule(
            "tumble",
            Step(
                "tumble",
                "task",
                "Tumble",
                by="doctor",
                due=draw(DUE),
                overdue=X10,
                order=draw(ORDER) if shared else None,
            ),
            on="fall",
            during=draw(during),
            supersedes=draw(st.sampled_from(((), ("alarm",)))),
        ),
        Rule("restart", None, on="ed-visit", start=draw(st.sampled_from(startable))),
        Rule("cured", None, on="cured", go="discharge", disposition="goals-met"),
    ]
    if has_review:
        choices.append(Rule("worse", None, on="fall", go="review"))
        choices.append(Rule("drop", None, when=LOW, reads=("x",), go="review"))
    return tuple(
        draw(st.lists(st.sampled_from(choices), min_size=1, max_size=4, unique_by=lambda r: r.id))
    )
