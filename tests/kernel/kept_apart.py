"""What must always hold of work that pathways share and of orders that contradict each other (X8),
watched decision by decision."""

from __future__ import annotations

from collections.abc import Mapping

from pathways.compiled import HUMAN_VERBS, CompiledPathway, Step
from pathways.journey.chasing import URGENT
from pathways.journey.decide import Decision
from pathways.journey.runs import StepRun
from pathways.journey.state import Journey, Source, Task

Library = Mapping[str, CompiledPathway]
RED_FLAGS = ("RT-911", "RT-ED")


def step_behind(library: Library, journey: Journey, source: Source) -> Step | None:
    """The step or rule that a task serves; ``None`` for the kernel's own."""
    pathway = library[journey.enrollments[source.pathway].digest]
    steps = [s for stage in pathway.stages for s in stage.steps]
    steps += [rule.do for rule in pathway.rules if rule.do is not None]
    return next((s for s in steps if s.id == source.step), None)


def check(library: Library, decision: Decision) -> None:
    journey = decision.journey
    _decisions_are_owned(journey)
    _nothing_contested_is_said(library, decision)
    for task in journey.tasks.values():
        if task.kind in HUMAN_VERBS and not task.about:
            _shared_work_is_whole(library, journey, task)


def waits_for_a_decision(journey: Journey, mine: tuple[str, str, int], state: StepRun) -> bool:
    """Whether an open occurrence that nothing carries waits for a physician."""
    return any(
        (s.source.pathway, s.source.step, s.source.occurrence) == mine
        and s.blocked >= state.opened
        and s.order.on in journey.rulings
        for s in journey.orders.values()
    )


def _decisions_are_owned(journey: Journey) -> None:
    """I9: what is contested or held has an open task; nothing is blocked by anything else."""
    for thing, ruling in journey.rulings.items():
        task = journey.tasks.get(ruling.task)
        assert task is not None, f"nobody decides about {thing}"
        kind = "hold-review" if ruling.chosen else "physician-decision"
        assert task.kind == kind, task
    for side in journey.orders.values():
        assert not side.blocked or side.order.on in journey.rulings, f"{side} waits for nobody"
    for task in journey.tasks.values():
        things = {
            side.order.on
            for source in task.sources
            for side in journey.orders.values()
            if side.source == source
        }
        assert not task.blocked or things & journey.rulings.keys(), f"{task} waits for nobody"
        assert not (task.blocked and task.urgency in RED_FLAGS), f"a red flag waits: {task}"


def _nothing_contested_is_said(library: Library, decision: Decision) -> None:
    """No message of a contested order before the decision."""
    journey, record = decision.journey, decision.record
    undecided = {thing for thing, ruling in journey.rulings.items() if not ruling.chosen}
    for message in record.messages if record and undecided else ():
        if message.to not in ("patient", "caregiver") or message.key in record.retract:
            continue
        pathway = message.key.split("/")[1].split("~")[0]
        step = step_behind(library, journey, Source(pathway, "", message.step, 0))
        kind = message.key.split("/")[4]
        if step is None or step.order is None or kind not in ("notify", "released", "material"):
            continue
        safe = step.order.rank == 1
        assert safe or step.order.on not in undecided, f"{message.key} is contested"


def _shared_work_is_whole(library: Library, journey: Journey, task: Task) -> None:
    """The union of the questions, and a due time and a class that no part of it is behind."""
    for source in task.sources:
        step = step_behind(library, journey, source)
        if step is None:
            continue
        for name in (*step.collect, *step.instruments):
            asked = name in task.collect or name in task.instruments
            told = step.verb == "assess" and f"given:{name}" in journey.shared
            assert asked or told, f"{task} leaves out {name}, which {source} asks"
        if step.response in URGENT:
            assert task.urgency in URGENT, f"{task} is slower than {source}"
        if step.response in RED_FLAGS:
            assert task.urgency in RED_FLAGS, f"{task} hides the red flag of {source}"
