"""Two pathways of one patient: conditions of both at once, and patients who are on both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from pathways.compiled import DataElement, Expr, Step
from pathways.proving.ground import Ground
from pathways.proving.patients import START, later, patient_of, readings
from pathways.proving.searching import Found, can_be
from pathways.proving.subject import Subject
from pathways.scenarios import Expectation, Scenario
from pathways.scenarios.scenario import What

Pair = tuple[Subject, Subject]

_OF_THE_ENROLLMENT = ("goals-met", "plan-approved")
_OF_A_STEP = ("done", "declined", "missed", "outcome")


def apart(pair: Pair, theirs: Step, mine: Step) -> bool:
    """Whether no patient of both pathways has both steps to do at about the same time: they
    belong to different phases, or to different patients."""
    phases = [
        subject.stages[subject.home[step.id]].phase
        for subject, step in zip(pair, (theirs, mine), strict=True)
    ]
    if phases[0] != phases[1]:
        return True
    whens = [step.when if step.when is not None else ["and", True] for step in (theirs, mine)]
    return not jointly(pair, whens[0], whens[1]).possible


def jointly(pair: Pair, theirs: Expr, mine: Expr) -> Found:
    """Whether one patient may meet a condition of the first pathway and one of the second."""
    both: Expr = ["and", ["is-yes", theirs], ["is-yes", _renamed(mine)]]
    return can_be("yes", both, _common_ground(*pair))


@lru_cache(maxsize=16)
def _common_ground(one: Subject, other: Subject) -> Ground:
    """What the values of a patient on both may be; the second one's steps have a plus."""
    eligible = [p.pathway.eligible for p in (one, other) if p.pathway.eligible]
    return Ground(
        replace(
            one.pathway,
            data=_shared_data(one, other),
            instruments={**other.pathway.instruments, **one.pathway.instruments},
            stages=(*one.pathway.stages, *_renamed_stages(other)),
            eligible=["and", *eligible],
        )
    )


def _shared_data(one: Subject, other: Subject) -> dict[str, DataElement]:
    """The elements of both; of a shared one the longer history is kept, as a journey does."""
    data = {**other.pathway.data, **one.pathway.data}
    for name in [name for name in one.pathway.data if name in other.pathway.data]:
        keep = max(one.pathway.data[name].keep, other.pathway.data[name].keep)
        data[name] = replace(data[name], keep=keep)
    return data


def _renamed_stages(subject: Subject) -> Iterator[Any]:
    for stage in subject.pathway.stages:
        steps = tuple(
            replace(
                step,
                id=f"+{step.id}",
                after=tuple(f"+{name}" for name in step.after),
                after_any=tuple(tuple(f"+{name}" for name in group) for group in step.after_any),
            )
            for step in stage.steps
        )
        yield replace(stage, id=f"+{stage.id}", steps=steps)


def _renamed(expr: Any) -> Any:
    """A condition of the second pathway: its steps and its goals are not those of the first."""
    if not isinstance(expr, list) or not expr:
        return expr
    if expr[0] in _OF_A_STEP:
        return [expr[0], f"+{expr[1]}"]
    if expr[0] in _OF_THE_ENROLLMENT:
        return ["value", f"+{expr[0]}"]
    return [expr[0], *(_renamed(part) for part in expr[1:])]


def both(pair: Pair, title: str, found: Found | None, expect: Sequence[Expectation]) -> Scenario:
    """A patient who is on both, with the values of ``found``; without anything to expect, that
    the second enrollment is not refused."""
    one, other = pair
    witness = found.witness if found is not None and found.witness else {}
    known = readings(one.pathway, witness) | readings(other.pathway, witness)
    first, second = (patient_of(p.pathway, witness, START) for p in pair)
    codes = tuple(dict.fromkeys((*first.conditions, *second.conditions)))
    return Scenario(
        scenario=title,
        pathways=(one.pathway.pathway, other.pathway.pathway),
        start=START,
        patient=replace(first, conditions=codes),
        known={name: value for name, value in known.items() if not name.startswith("+")},
        course=(later(60),),
        expect=tuple(expect),
        never=() if expect else (Expectation("refused", of="data-conflict"),),
    )


def twice(pair: Pair, mine: Step, title: str) -> Scenario:
    """A patient on both; the second pathway should not do it once more."""
    what: What = "appointment" if mine.verb == "schedule" else "task"
    witness = can_be("yes", mine.when, pair[1].ground()) if mine.when is not None else None
    scenario = both(pair, title, witness, [])
    again = Expectation(what, of=mine.id, pathway=pair[1].pathway.pathway)
    return replace(scenario, course=(later(200),), never=(again,))
