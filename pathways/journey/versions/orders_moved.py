"""Standing orders (X8) through a migration: what is being decided stays as it is."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from pathways.journey.draft import Draft
from pathways.journey.orders import standing
from pathways.journey.state import Enrollment, Journey, Source, Standing
from pathways.journey.versions.migration import Migration, Obstacle, StepMove
from pathways.journey.versions.naming import Names


def obstacles(
    journey: Journey, enrollment: Enrollment, names: Names, steps: tuple[StepMove, ...]
) -> Iterator[Obstacle]:
    """A physician decides between orders as they were given: none of them may change meanwhile,
    nor while their decision to hold is in force."""
    for ruling in journey.rulings.values():
        sides = [*ruling.sides, *(s for s in journey.orders.values() if s.order.on == ruling.on)]
        mine = [side for side in sides if side.source.pathway == enrollment.pathway]
        if any(not _same(side, names, steps) for side in mine):
            yield Obstacle(
                "decision-pending",
                f"A physician decides about {ruling.on} ({ruling.task}), and the new version "
                "orders it otherwise: move the patient when that is settled.",
            )


def reviews(
    journey: Journey, enrollment: Enrollment, names: Names, steps: tuple[StepMove, ...]
) -> Iterator[Obstacle]:
    """A payer decides about a step as it was asked for: it must stay the same step meanwhile."""
    for run in journey.reviews.values():
        if run.pathway != enrollment.pathway or not (run.task or run.clock):
            continue
        known = names.step(run.step) == run.step and _asks(names, run.step)
        moved = [m for m in steps if m.step == run.step and m.occurrence == run.occurrence]
        if not known or any((m.how, m.number) != ("kept", run.occurrence) for m in moved):
            yield Obstacle(
                "review-pending",
                f"An authorization for {run.step} is under way ({run.id}), and the new version "
                "has another step for it: move the patient when that is decided.",
            )


def _asks(names: Names, step: str) -> bool:
    """Whether the new version asks for an authorization there too."""
    new = names.new.steps.get(step)
    return new is not None and new.verb == "authorize"


def _same(side: Standing, names: Names, steps: tuple[StepMove, ...]) -> bool:
    name = side.source.step
    new = names.new.steps.get(name)
    if new is None or names.step(name) != name or new.order != names.old.steps[name].order:
        return False
    if not side.source.stage:
        return True
    of_it = [m for m in steps if (m.stage, m.step) == (side.source.stage, name)]
    return names.stage(side.source.stage) == side.source.stage and all(
        (m.how, m.number) == ("kept", m.occurrence) for m in of_it
    )


def move(draft: Draft, pathway: str, plan: Migration, names: Names) -> None:
    """Orders stand under the new names; those of steps that are gone do not stand any more."""
    orders = draft.journey.orders
    if not any(side.source.pathway == pathway for side in orders.values()):
        return
    kept: dict[str, Standing] = {}
    for key, side in orders.items():
        if side.source.pathway != pathway:
            kept[key] = side
            continue
        source = _moved(side.source, plan, names)
        if source is not None:
            kept[standing.key_of(source)] = replace(side, source=source)
    draft.journey.orders = kept


def _moved(source: Source, plan: Migration, names: Names) -> Source | None:
    to = names.step(source.step)
    if to not in names.new.steps:
        return None
    if not source.stage:
        return Source(source.pathway, "", to, source.occurrence)
    for m in plan.steps:
        if (m.stage, m.step, m.occurrence) == (source.stage, source.step, source.occurrence):
            if m.how not in ("kept", "renamed"):
                return None
            return Source(source.pathway, names.stage(source.stage), to, m.number)
    stage = names.stage(source.stage)
    return Source(source.pathway, stage, to, source.occurrence) if stage else None
