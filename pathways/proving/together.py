"""Proofs about pathways that one patient is on at the same time.

What two pathways share is done once when both call it by the same ``same`` (clinical rule X8).
These proofs find what they do twice, what they decide against each other, and when they ask
too much of one patient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, islice
from typing import Any, Literal

from msgspec import Struct

from pathways.compiled import Expr, Step
from pathways.language.definition import Path
from pathways.language.issues import Issue, Related
from pathways.proving.contested import contested_orders
from pathways.proving.pairs import Pair, apart, both, jointly, twice
from pathways.proving.searching import can_be
from pathways.proving.subject import Proof, Subject, shown
from pathways.scenarios import Expectation
from pathways.spans import Span

CONTACTS = 13
"""Planned contacts of one patient in 30 days that are still reasonable: three a week. A product
default, as the two automated messages a day are."""
MONTH = 30.0
_CONTACTING = frozenset({"assess", "task", "educate", "notify"})
_DAYS = {
    "minute": 1 / 1440,
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "month": 30.0,
    "year": 365.0,
    "business-day": 1.4,
    "same-day": 1.0,
}


def data_conflicts(pair: Pair) -> Iterator[Proof]:
    """One name means one type, one unit and the same options in both."""
    one, other = pair
    for name, element in other.pathway.data.items():
        theirs = one.pathway.data.get(name)
        if theirs is None:
            continue
        for what, mine, their in (
            ("type", element.type, theirs.type),
            ("unit", element.unit, theirs.unit),
            ("options", element.options, theirs.options),
        ):
            if mine != their:
                place = other.key("data", name)
                yield Proof(
                    Issue(
                        "data-conflict",
                        f'"{name}" has another {what} in "{one.pathway.pathway}": a patient '
                        "cannot be on both.",
                        place,
                        (Related(one.key("data", name), "It is declared here."),),
                        "Make them alike, or rename one.",
                    ),
                    both(pair, f"A patient can be on both pathways ({name})", None, []),
                )
                break


def duplicate_instruments(pair: Pair) -> Iterator[Proof]:
    """No questionnaire is asked by both without being shared. A warning: once it is answered, the
    kernel does not ask again; only two that are open at once ask twice."""
    return _done_twice(pair, _asked_by_both, _INSTRUMENTS)


def duplicate_orders(pair: Pair) -> Iterator[Proof]:
    """No appointment is booked by both without being shared."""
    return _done_twice(pair, _booked_by_both, _ORDERS)


def _asked_by_both(mine: Step, theirs: Step) -> str:
    return next((name for name in mine.instruments if name in theirs.instruments), "")


def _booked_by_both(mine: Step, theirs: Step) -> str:
    return mine.service if mine.verb == theirs.verb and mine.service == theirs.service else ""


class _Kind(Struct, frozen=True):
    """How one kind of thing that is done twice is told; ``{}`` is its name."""

    code: str
    where: Path
    says: str
    theirs: str
    aim: str
    severity: Literal["error", "warning"] = "error"


_INSTRUMENTS = _Kind(
    "duplicate-instrument",
    ("assess", "instruments"),
    'A patient on both pathways is asked for "{}" twice when both ask at the same time.',
    "asks for it too.",
    "{} is filled in once for both pathways",
    "warning",
)
_ORDERS = _Kind(
    "duplicate-order",
    ("schedule", "service"),
    'A patient on both pathways is booked for "{}" twice.',
    "books it too.",
    "{} is booked once for both pathways",
)


def _done_twice(pair: Pair, common: Callable[[Step, Step], str], kind: _Kind) -> Iterator[Proof]:
    """What ``common`` finds in a step of each that are not the same, where both may happen."""
    one, other = pair
    told: set[str] = set()
    for mine, theirs in ((m, t) for m in other.steps.values() for t in one.steps.values()):
        name = common(mine, theirs)
        if not name or name in told or (mine.same and mine.same == theirs.same):
            continue
        if apart(pair, theirs, mine):
            continue
        told.add(name)
        yield Proof(
            Issue(
                kind.code,
                kind.says.format(name),
                other.place(*other.paths[mine.id], *kind.where),
                (Related(one.step_place(theirs.id), f'"{theirs.id}" {kind.theirs}'),),
                "Give both steps the same same.",
                kind.severity,
            ),
            twice(pair, mine, kind.aim.format(name)),
        )


def contradictory_orders(pair: Pair) -> Iterator[Proof]:
    """The two do not decide one element otherwise, nor call different orders the same."""
    one, other = pair
    told: set[str] = set()
    for mine, theirs in ((m, t) for m in other.steps.values() for t in one.steps.values()):
        shared = mine.same and mine.same == theirs.same
        if shared and mine.verb == theirs.verb == "schedule" and mine.service != theirs.service:
            yield Proof(
                Issue(
                    "contradictory-orders",
                    f'"{mine.same}" is "{mine.service}" here and "{theirs.service}" in '
                    f'"{one.pathway.pathway}": only one of them is booked.',
                    other.place(*other.paths[mine.id], "schedule", "service"),
                    (Related(one.step_place(theirs.id), f'"{theirs.id}" is here.'),),
                    "Give them a different same.",
                )
            )
    for mine, theirs, index, other_index, name in islice(_other_rows(pair), MOST_DECISIONS):
        if name not in told:
            found = jointly(pair, _first(theirs, other_index), _first(mine, index))
            if not found.possible:
                continue
            told.add(name)
            path: Path = (*other.paths[mine.id], "decide", "table", index, "set", name)
            yield Proof(
                Issue(
                    "contradictory-orders",
                    f'"{name}" is decided here, and otherwise by "{theirs.id}" of '
                    f'"{one.pathway.pathway}" for the same patient.',
                    other.place(*path),
                    (Related(one.step_place(theirs.id), f'"{theirs.id}" is here.'),),
                    "Let one pathway decide it, or name two elements.",
                ),
                both(
                    pair,
                    f"Both pathways decide {name} alike",
                    found,
                    [Expectation("value", of=name, value=mine.table[index].set[name])],
                ),
            )


MOST_DECISIONS = 100
"""Pairs of rows that are compared for one pair of pathways."""


def _other_rows(pair: Pair) -> Iterator[tuple[Step, Step, int, int, str]]:
    """Rows of both that set one element differently: the steps, the rows, the element."""
    one, other = pair
    for mine, theirs in ((m, t) for m in other.steps.values() for t in one.steps.values()):
        for j, row in enumerate(mine.table):
            for i, their_row in enumerate(theirs.table):
                for name, value in row.set.items():
                    if name in their_row.set and their_row.set[name] != value:
                        yield mine, theirs, j, i, name


def _first(step: Step, index: int) -> Expr:
    """That the row at ``index`` is the first that matches."""
    earlier: list[Any] = [["not", ["is-yes", r.when]] for r in step.table[:index] if r.when]
    own = step.table[index].when
    return ["and", *earlier, ["is-yes", own if own is not None else True]]


def contradictory_goals(pair: Pair) -> Iterator[Proof]:
    """Some patient can meet the goals of both."""
    one, other = pair
    for j, mine in enumerate(other.pathway.goals):
        for i, theirs in enumerate(one.pathway.goals):
            if not jointly(pair, theirs.aim, mine.aim).possible:
                yield Proof(
                    Issue(
                        "contradictory-goals",
                        f'Who meets this goal cannot meet "{theirs.id}" of '
                        f'"{one.pathway.pathway}".',
                        other.words("goals", j, "aim"),
                        (Related(one.words("goals", i, "aim"), "That goal is here."),),
                        "Agree on one range.",
                    ),
                    both(
                        pair,
                        f"A patient can meet the goals {mine.id} and {theirs.id}",
                        can_be("yes", mine.aim, other.ground()),
                        [
                            Expectation(
                                "goal", of=mine.id, status="met", pathway=other.pathway.pathway
                            ),
                            Expectation(
                                "goal", of=theirs.id, status="met", pathway=one.pathway.pathway
                            ),
                        ],
                    ),
                )


def over_contact(pair: Pair) -> Iterator[Proof]:
    """Both together do not plan more contacts than a patient can bear."""
    one, other = pair
    streams: dict[str, float] = {}
    for subject in pair:
        for name, rate in _streams(subject).items():
            streams[name] = max(streams.get(name, 0.0), rate)
    together = sum(streams.values())
    alone = [sum(_streams(subject).values()) for subject in pair]
    if together <= CONTACTS or max(alone) > CONTACTS:
        return
    busiest = max(_streams(other).items(), key=lambda stream: stream[1])[0]
    step = next(step for step in other.steps.values() if (step.same or step.id) == busiest)
    yield Proof(
        Issue(
            "over-contact",
            f"A patient on both pathways may be contacted {together:.0f} times in 30 days.",
            other.place(*other.paths[step.id], "id"),
            (Related(one.place("pathway"), f"{alone[0]:.0f} of them are planned here."),),
            "Share calls with same, or space them out.",
            "warning",
        ),
        twice(pair, step, "One call serves both pathways"),
    )


def _streams(subject: Subject) -> dict[str, float]:
    """Planned contacts in 30 days of follow-up, by what is shared (else by step)."""
    found: dict[str, float] = {}
    for stage in subject.pathway.stages:
        if stage.phase != "follow-up":
            continue
        for step in stage.steps:
            silent = step.verb == "notify" and step.to not in ("patient", "caregiver")
            if step.every is None or step.verb not in _CONTACTING or silent:
                continue
            rate = MONTH / _days(step.every)
            if step.times:
                rate = min(rate, float(step.times))
            name = step.same or step.id
            found[name] = max(found.get(name, 0.0), rate)
    return found


def _days(span: Span) -> float:
    return span.n * _DAYS[span.unit]


TOGETHER: tuple[Callable[[Pair], Iterator[Proof]], ...] = (
    data_conflicts,
    duplicate_instruments,
    duplicate_orders,
    contradictory_orders,
    contested_orders,
    contradictory_goals,
    over_contact,
)


def prove_together(subjects: Sequence[Subject]) -> tuple[Proof, ...]:
    """What cannot be proven of a patient on several of the pathways at once, pair by pair."""
    found = [
        shown(proof, *(subject.definition for subject in pair))
        for pair in combinations(subjects, 2)
        for one in TOGETHER
        for proof in one(pair)
    ]
    return tuple(sorted(found, key=lambda proof: (proof.issue.place, proof.issue.code)))
