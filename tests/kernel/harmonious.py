"""Generated pathways that share much of their work and order nothing, so that none of it is
contradicted."""

from __future__ import annotations

from hypothesis import strategies as st
from msgspec.structs import replace

from pathways.compiled import CompiledPathway, Step
from pathways.spans import Span
from tests.kernel.generating import DUE, HALF, MISSED, OVERDUE, Draw, pathways

OFTEN = st.sampled_from((Span(3, "day"), Span(1, "week"), Span(2, "week"), Span(1, "month")))


@st.composite
def harmonious(draw: Draw, name: str) -> CompiledPathway:
    """A pathway without orders and payers, in whose first stages there may be a call by the nurse,
    a letter and a visit such as other pathways have too."""
    drawn = draw(pathways(name, shared=True))
    rules = (r if r.do is None else replace(r, do=ordering_nothing(r.do)) for r in drawn.rules)
    stages = []
    for stage in drawn.stages:
        steps = tuple(map(ordering_nothing, stage.steps))
        if stage.phase in ("assessment", "follow-up"):
            steps = (*steps, *draw(in_common(stage.id)))
        stages.append(replace(stage, steps=steps))
    return replace(drawn, stages=tuple(stages), rules=tuple(rules), payers={})


def ordering_nothing(step: Step) -> Step:
    return replace(step, order=None)


@st.composite
def in_common(draw: Draw, stage: str) -> tuple[Step, ...]:
    """What other pathways ask for too."""
    found = []
    if draw(HALF):
        found.append(
            Step(
                f"{stage}-call",
                "task",
                "Call",
                by="nurse",
                due=draw(DUE),
                overdue=draw(OVERDUE),
                every=draw(OFTEN),
                times=2 if stage == "assessment" else 0,
                contact="patient",
                collect=("x",) if draw(HALF) else (),
            )
        )
    again = draw(st.sampled_from((None, Span(1, "week"), Span(1, "month"))))
    times = 2 if again is not None else 0
    if draw(HALF):
        found.append(
            Step(
                f"{stage}-letter",
                "notify",
                "Letter",
                to="patient",
                message="welcome",
                same="common-letter",
                every=again,
                times=times,
            )
        )
    if draw(HALF):
        found.append(
            Step(
                f"{stage}-visit",
                "schedule",
                "Visit",
                by="nurse",
                service="lab",
                due=Span(14, "day"),
                missed=draw(MISSED),
                overdue=draw(OVERDUE),
                same="common-visit",
                every=again,
                times=times,
            )
        )
    return tuple(found)
