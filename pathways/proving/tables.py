"""Proofs about decision tables and branches: every line can be taken, and no value falls
between two lines or belongs to both.

The first line that is yes is taken. So a later, wider line is the usual way to say "else"; two
lines of one value that merely cross, and a single value left out between two, are slips. A table
that says ``hit: first`` means it; what ``unique`` and ``any`` claim is proven in ``hits``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from pathways.compiled import Branch, Expr, Row, Stage, Step
from pathways.conditions import say
from pathways.conditions.wording import phrase
from pathways.language.issues import Issue, Related
from pathways.proving.evaluating import decoded, forecast, leaves, limits
from pathways.proving.ground import Ground
from pathways.proving.patients import later, said, scenario_of
from pathways.proving.possible import YES, Possible
from pathways.proving.searching import Value, example, pieces
from pathways.proving.subject import END, Proof, Subject
from pathways.scenarios import Expectation, Scenario


def branches(subject: Subject) -> Iterator[Proof]:
    """Every branch can be taken."""
    for i, stage in enumerate(subject.pathway.stages):
        ground = subject.ground(stage.id)
        for j, branch in enumerate(stage.next[:-1]):
            if branch.when is None or not subject.can_be("yes", branch.when, ground).possible:
                continue  # said by the condition itself
            if not subject.sure(subject.branch_taken(stage, j)):
                continue
            if not subject.can_be("yes", subject.branch_taken(stage, j), ground).possible:
                yield Proof(
                    Issue(
                        "unreachable-branch",
                        "Whoever meets this condition is taken by a branch above.",
                        subject.words("stages", i, "next", j, "when"),
                        hint="Move it up, or remove it.",
                    ),
                    _branching(subject, stage, branch, ground),
                )


def rows(subject: Subject) -> Iterator[Proof]:
    """Every row of a decision table can be the first that matches."""
    for found in subject.definition.steps:
        step = subject.steps[found.step.id]
        if step.hit == "unique":
            continue  # a row behind others overlaps with one of them
        ground = subject.ground(found.stage.stage)
        for j, row in enumerate(step.table[:-1]):
            if row.when is None or not subject.can_be("yes", row.when, ground).possible:
                continue
            earlier: list[Any] = [["not", ["is-yes", r.when]] for r in step.table[:j] if r.when]
            first = ["and", *earlier, ["is-yes", row.when]]
            if not subject.sure(first):
                continue
            if not subject.can_be("yes", first, ground).possible:
                yield Proof(
                    Issue(
                        "unreachable-row",
                        "Whoever meets this condition is decided by a row above.",
                        subject.words(*found.path, "decide", "table", j, "when"),
                        tuple(_decided_above(subject, found.path, step, j, ground)),
                        "Move it up, or remove it.",
                    ),
                    deciding(
                        subject, step, row, subject.can_be("yes", row.when, ground).witness or {}
                    ),
                )


def _branching(subject: Subject, stage: Stage, branch: Branch, ground: Ground) -> Scenario:
    """A patient who meets the condition of a branch that is never taken."""
    ends = branch.go == END
    elsewhere = dict.fromkeys(other.go for other in stage.next if other.go not in (branch.go, END))
    return scenario_of(
        subject.pathway,
        f"Stage {stage.title} leads a patient by the branch whose condition is met",
        subject.can_be("yes", branch.when, ground).witness,
        course=[later(365)],
        expect=[
            Expectation("closed", of=branch.disposition)
            if ends
            else Expectation("entered", of=branch.go)
        ],
        never=[Expectation("entered", of=name) for name in elsewhere],
    )


def _decided_above(
    subject: Subject, path: tuple[str | int, ...], step: Step, j: int, ground: Ground
) -> Iterator[Related]:
    """The rows above that take some of this row's patients."""
    for i, above in enumerate(step.table[:j]):
        shared = ["and", ["is-yes", above.when], ["is-yes", step.table[j].when]]
        if above.when is not None and subject.can_be("yes", shared, ground).possible:
            place = subject.place(*path, "decide", "table", i)
            yield Related(place, f'"{say(above.when, subject.pathway.data)}" is asked first.')


class Column(Struct, frozen=True):
    """The rows of a table that ask for one number and nothing else, with the pieces of that
    number for which each is yes."""

    leaf: str
    cells: tuple[Possible, ...]
    rows: tuple[tuple[int, tuple[bool, ...]], ...]


def gaps(subject: Subject) -> Iterator[Proof]:
    """No single value is left out between two rows."""
    for found in subject.definition.steps:
        step = subject.steps[found.step.id]
        for column in _columns(subject, step, subject.ground(found.stage.stage)):
            for k, cell in enumerate(column.cells):
                if not _left_out(column, k):
                    continue
                value = example(cell)
                name = phrase(decoded(column.leaf), subject.pathway.data)
                above, below = _neighbours(column, k)
                path = (*found.path, "decide", "table")
                issue = Issue(
                    "decision-gap",
                    f"{name} of exactly {value:g} is in no row; just below and just above are.",
                    subject.words(*path, max(above, below), "when"),
                    (Related(subject.place(*path, min(above, below)), "The other row is here."),),
                    "Write <= or >= in one of the two.",
                )
                yield Proof(issue, deciding(subject, step, step.table[below], {column.leaf: value}))


def _left_out(column: Column, k: int) -> bool:
    """A piece that is one value, in no row, between pieces that are in some."""
    cell = column.cells[k]
    if not (cell.numeric and cell.low == cell.high) or not 0 < k < len(column.cells) - 1:
        return False
    taken = [any(held[at] for _, held in column.rows) for at in (k - 1, k, k + 1)]
    return taken == [True, False, True]


def _neighbours(column: Column, k: int) -> tuple[int, int]:
    def first(at: int) -> int:
        return next(row for row, held in column.rows if held[at])

    return first(k + 1), first(k - 1)


def overlaps(subject: Subject) -> Iterator[Proof]:
    """Two rows about one value do not cross: the later one is apart, or takes all of the rest."""
    for found in subject.definition.steps:
        step = subject.steps[found.step.id]
        if found.step.decide is None or "hit" in found.step.decide.model_fields_set:
            continue
        for column in _columns(subject, step, subject.ground(found.stage.stage)):
            for place, (j, later_held) in enumerate(column.rows):
                for i, held in column.rows[:place]:
                    if step.table[i].set == step.table[j].set:
                        continue
                    k = _crossing(held, later_held)
                    if k is None:
                        continue
                    value = example(column.cells[k])
                    name = phrase(decoded(column.leaf), subject.pathway.data)
                    path = (*found.path, "decide", "table")
                    issue = Issue(
                        "decision-overlap",
                        f"{name} {value:g} fits this row and one above, and they decide otherwise.",
                        subject.words(*path, j, "when"),
                        (Related(subject.place(*path, i), "The first that fits is taken: this."),),
                        "Let the two meet at one number, or write hit: first.",
                        "warning",
                    )
                    patient = deciding(subject, step, step.table[j], {column.leaf: value})
                    yield Proof(issue, patient)


def _crossing(one: tuple[bool, ...], other: tuple[bool, ...]) -> int | None:
    """A piece that both rows take, when each also takes pieces that the other does not."""
    pairs = list(zip(one, other, strict=True))
    if (True, False) in pairs and (False, True) in pairs and (True, True) in pairs:
        return pairs.index((True, True))
    return None


def _columns(subject: Subject, step: Step, ground: Ground) -> Iterator[Column]:
    """The one-number rows of a table, for each number that at least two rows ask for."""
    if not all(subject.sure(row.when) for row in step.table):
        return  # who knows what the others leave
    by_leaf: dict[str, list[int]] = {}
    for index, row in enumerate(step.table):
        read = leaves(row.when)
        if len(read) == 1 and ground.of(read[0])[0].numeric:
            by_leaf.setdefault(read[0], []).append(index)
    for leaf, indices in by_leaf.items():
        if len(indices) < 2:
            continue
        cuts = limits(["and", *(step.table[index].when for index in indices)])
        cells = tuple(c for c in pieces(*ground.of(leaf), cuts.get(leaf, ())) if c.numeric)
        held = tuple((i, _held(step.table[i].when, leaf, cells)) for i in indices)
        yield Column(leaf, cells, held)


def _held(when: Expr | None, leaf: str, cells: tuple[Possible, ...]) -> tuple[bool, ...]:
    test = forecast(when)
    return tuple(bool(test({leaf: cell}).truth & YES) for cell in cells)


def deciding(subject: Subject, step: Step, row: Row, witness: Mapping[str, Value]) -> Scenario:
    """A patient of these values, for whom the row should decide."""
    expect = [Expectation("value", of=name, value=value) for name, value in row.set.items()]
    return scenario_of(
        subject.pathway,
        f"{step.title} decides for a patient with {said(subject.pathway, witness)}",
        witness,
        course=[later(60)],
        expect=expect,
    )
