"""Proofs about circles: nobody goes round without time passing, through stages or by rules.

A circle in which no time passes would end the journey's decision with an error: the kernel
gives up after many rounds. So each that some patient can go round in is found here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

from pathways.compiled import HUMAN_VERBS, Expr, Rule, Stage, Step
from pathways.language.issues import Issue, Related
from pathways.proving.patients import later, readings, said, scenario_of
from pathways.proving.subject import Proof, Subject
from pathways.scenarios import Expectation, Happening, Moment

_AT_ONCE = frozenset({"decide", "milestone", "notify"})
"""Verbs whose step may end in the instant in which it starts."""
LONGEST_CIRCLE = 6
"""Stages in a circle that is looked for."""
MOST_WAYS = 2_000
"""Ways that are followed before the search for circles is given up."""
LONGEST_RING = 3
"""Rules in a circle that is looked for."""
MOST_CHOICES = 64
"""Combinations of rows that are tried for one circle of rules."""


def circles_of_stages(subject: Subject) -> Iterator[Proof]:
    """No way leads round through stages in which no time passes."""
    passing = {stage.id: stage for stage in subject.pathway.stages if _passable(subject, stage)}
    told: set[frozenset[str]] = set()
    if subject.doubts.ways:
        return
    for start in passing:
        for way in _ways(passing, start):
            names = frozenset(name for name, _ in way)
            if names in told:
                continue
            conditions = [
                part for name, index in way for part in _through(subject, passing[name], index)
            ]
            if not subject.sure(["and", *conditions]):
                continue
            found = subject.can_be("yes", ["and", *conditions], subject.ground())
            if not found.possible or not found.searched:
                continue
            told.add(names)
            round_trip = " -> ".join([*(name for name, _ in way), start])
            whose = (
                f" for a patient with {text}"
                if (text := said(subject.pathway, found.witness))
                else ""
            )
            yield Proof(
                Issue(
                    "endless-circle",
                    f"Stages follow each other in a circle in which no time passes: {round_trip}"
                    f"{whose}.",
                    subject.definition.stage_places[start],
                    hint="Put a wait or work for a person into one, or a condition on the way.",
                ),
                scenario_of(
                    subject.pathway,
                    f"Nobody goes round in a circle through {subject.stages[start].title}",
                    found.witness,
                    course=[later(60)],
                    expect=[Expectation("entered", of=start, times=1)],
                ),
            )


def _passable(subject: Subject, stage: Stage) -> bool:
    """Whether some patient may pass the stage in an instant: nothing in it is certain to take
    time. A reevaluation is entered by the clock."""
    if stage.phase == "reevaluation" or not subject.sure_of_stage(stage):
        return False
    return all(step.when is not None or not _takes_time(step) for step in stage.steps)


def _takes_time(step: Step) -> bool:
    return step.verb not in _AT_ONCE or step.delay is not None or step.every is not None


def _ways(passing: dict[str, Stage], start: str) -> Iterator[tuple[tuple[str, int], ...]]:
    """Circles from ``start`` back to it, as (stage, branch) pairs; each from its first stage."""
    order = list(passing)
    waiting: deque[tuple[tuple[str, int], ...]] = deque(
        ((start, index),) for index, _ in enumerate(passing[start].next)
    )
    for _ in range(MOST_WAYS):
        if not waiting:
            return
        way = waiting.popleft()
        last, index = way[-1]
        target = passing[last].next[index].go
        if target == start:
            yield way
        elif (
            target in passing
            and len(way) < LONGEST_CIRCLE
            and order.index(target) > order.index(start)
            and all(target != name for name, _ in way)
        ):
            waiting += [(*way, (target, n)) for n, _ in enumerate(passing[target].next)]


def _through(subject: Subject, stage: Stage, index: int) -> list[Expr]:
    """That the stage is left at once by this branch: nothing in it that takes time starts."""
    held: list[Expr] = [subject.branch_taken(stage, index)]
    if stage.exit is not None:
        held.append(["is-yes", stage.exit])
    for step in stage.steps:
        if step.when is not None and _takes_time(step):
            held.append(["not", ["is-yes", step.when]])
    return held


# --- rules ---------------------------------------------------------------------------------


def circles_of_rules(subject: Subject) -> Iterator[Proof]:
    """No rule starts a decision that makes it fire again at once, by itself or by others."""
    told: set[frozenset[str]] = set()
    for way in _rings(subject):
        names = frozenset(rule.id for rule in way)
        if names in told:
            continue
        for held in _standing(subject, way):
            if not subject.sure(["and", *held]):
                break  # who knows which rows are taken
            found = subject.can_be("yes", ["and", *held], subject.rule_ground(way[0]))
            if not found.possible or not found.searched:
                continue
            told.add(names)
            first, table = way[0], subject.steps[way[-1].start]
            values = readings(subject.pathway, found.witness or {})
            whose = said(subject.pathway, found.witness)
            yield Proof(
                Issue(
                    "endless-circle",
                    f'Rule "{first.id}" makes itself fire again at once: "{table.id}" decides what '
                    f"it reads{f' (for a patient with {whose})' if whose else ''}.",
                    subject.place(*subject.paths[first.id], "start"),
                    (Related(subject.step_place(table.id), f'"{table.id}" is here.'),),
                    "Add again to the rule, or decide another element.",
                ),
                scenario_of(
                    subject.pathway,
                    f"Rule {first.id} does not make itself fire again",
                    found.witness,
                    course=[
                        Happening("record", at=Moment(day=3, seconds=12 * 3600), values=values),
                        later(10),
                    ],
                    expect=[Expectation("rule", of=first.id)],
                )
                if values
                else None,
            )
            break


def _rings(subject: Subject) -> Iterator[tuple[Rule, ...]]:
    """Rules of which each starts a decision that sets what the next one reads."""
    deciding = {rule.id: _decided(subject, rule) for rule in subject.pathway.rules}
    rules = [rule for rule in subject.pathway.rules if deciding[rule.id]]
    waiting: deque[tuple[Rule, ...]] = deque((rule,) for rule in rules)
    for _ in range(MOST_WAYS):
        if not waiting:
            return
        way = waiting.popleft()
        sets = deciding[way[-1].id]
        if any(name in sets for name in way[0].reads):
            yield way
        if len(way) < LONGEST_RING:
            waiting += [
                (*way, rule)
                for rule in rules
                if rule not in way and any(name in sets for name in rule.reads)
            ]


def _decided(subject: Subject, rule: Rule) -> frozenset[str]:
    """The elements that a rule has decided at once; none when it pauses between firings."""
    step = subject.steps.get(rule.start)
    paused = rule.again is not None or (rule.do is not None and rule.do.verb in HUMAN_VERBS)
    if step is None or step.verb != "decide" or paused or rule.on:
        return frozenset()
    return frozenset(name for row in step.table for name in row.set)


def _standing(subject: Subject, way: tuple[Rule, ...]) -> Iterator[list[Expr]]:
    """For each choice of rows: that all rules are yes and the rows set what is so already."""
    choices: list[list[Expr]] = [[]]
    for rule in way:
        table = subject.steps[rule.start].table
        fired: list[Any] = [["is-yes", rule.when]] if rule.when is not None else []
        grown = []
        for index, row in enumerate(table):
            earlier: list[Any] = [["not", ["is-yes", r.when]] for r in table[:index] if r.when]
            own: list[Any] = [["is-yes", row.when]] if row.when is not None else []
            so: list[Any] = [_is(name, value) for name, value in row.set.items()]
            grown += [[*held, *fired, *earlier, *own, *so] for held in choices]
        choices = grown[:MOST_CHOICES]
    yield from choices


def _is(name: str, value: float | str | bool) -> Expr:
    if isinstance(value, bool):
        return ["is-yes" if value else "is-no", ["value", name]]
    return ["is-yes", ["=", ["value", name], value]]
