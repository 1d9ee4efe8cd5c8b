"""Proofs about conditions: each can be yes, and each can be no.

A condition that is never yes is dead: the step never starts, the alarm never sounds. One that
is never no asks nothing. Both are nearly always a number or a unit gone wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import isfinite

from pathways.compiled import Expr
from pathways.conditions.wording import phrase, say
from pathways.language.issues import Issue, Related
from pathways.proving.evaluating import COMPARISONS, decoded, leaves
from pathways.proving.ground import Ground, ends_of, value_of
from pathways.proving.patients import later, near, scenario_of
from pathways.proving.subject import END, Judged, Proof, Subject
from pathways.scenarios import Expectation, Scenario

_JOINED = ("and", "or", "not", "if")
_ASKING = (
    *_JOINED,
    *COMPARISONS,
    "in",
    "done",
    "declined",
    "missed",
    "plan-approved",
    "goals-met",
    "on-pathway",
)


def conditions(subject: Subject) -> Iterator[Proof]:
    """No condition, and no part of one, is always or never yes."""
    told: set[tuple[str, ...]] = set()
    hidden = False
    for judged in subject.judged:
        if not subject.sure(judged.expr):
            hidden = True  # a term may be told of there, once this can be read
            continue
        for code, part, asked in _faults(subject, judged, judged.expr, whole=True):
            text = say(part, subject.pathway.data)
            # A term is judged wherever it stands, and told once.
            of_terms = _of_terms(subject, judged)
            if of_terms and hidden:
                continue
            key = (code, text, *(() if of_terms else map(str, judged.path)))
            if key not in told:
                told.add(key)
                # A dead part may leave the rest alive, as one side of an "or".
                dead = code == "never-yes" and not _alive(subject, judged)
                issue = _issue(subject, judged, code, part, asked, text, dead=dead)
                yield Proof(issue, _hoping(subject, judged) if dead else None)


def _of_terms(subject: Subject, judged: Judged) -> bool:
    """Whether the condition names terms."""
    scalar = subject.definition.scalar(*judged.path)
    words = re.findall(r"[A-Za-z][\w-]*", scalar.text if scalar is not None else "")
    return any(name in words for name in subject.definition.pathway.terms)


def _alive(subject: Subject, judged: Judged) -> bool:
    return subject.can_be("yes", judged.expr, judged.ground).possible


def _faults(
    subject: Subject, judged: Judged, expr: object, *, whole: bool
) -> Iterator[tuple[str, Expr, bool]]:
    """Dead parts, innermost first: a dead part explains what is dead around it."""
    if not isinstance(expr, list):
        return
    parts = [
        fault
        for part in (expr[1:] if expr[0] in _JOINED else ())
        for fault in _faults(subject, judged, part, whole=False)
    ]
    if parts:
        yield from parts
        return
    if not (whole or expr[0] in _ASKING):
        return
    # A part may come from a term, which is written for several places.
    ground = judged.ground if whole else subject.anywhere(judged.ground)
    if not subject.can_be("yes", expr, ground).possible:
        yield "never-yes", expr, whole
    elif not subject.can_be("no", expr, ground).possible:
        unknown = subject.can_be("unknown", expr, ground).possible
        yield "never-no", expr, unknown


def _issue(
    subject: Subject, judged: Judged, code: str, part: Expr, asked: bool, text: str, *, dead: bool
) -> Issue:
    related, ranges = _ranges(subject, judged.ground, part)
    because = f" {ranges}" if ranges else ""
    if code == "never-yes":
        message = f'No patient can ever meet this: "{text}".{because}'
        hint = _consequence(judged) if dead else "Correct it, or remove this part."
        return Issue(code, message, subject.words(*judged.path), related, hint)
    message = f'This asks nothing: "{text}" is never no.{because}'
    hint = "Write known(...) if that is what is meant, or remove it." if asked else "Remove it."
    return Issue(code, message, subject.words(*judged.path), related, hint, "warning")


def _consequence(judged: Judged) -> str:
    match judged.path[-1], judged.path[0]:
        case "when", "rules":
            return "The rule never fires. Check the numbers, their units and the range."
        case "aim", _:
            return "The goal is never met. Check the numbers, their units and the range."
        case "exit", _:
            return "The stage never ends by itself. Check the numbers and the range."
        case _, "eligible":
            return "Nobody can be enrolled."
    return "Check the numbers, their units and the range, or remove it."


def _ranges(subject: Subject, ground: Ground, part: Expr) -> tuple[tuple[Related, ...], str]:
    """Where the values of a dead part are declared, and what they can be."""
    related: list[Related] = []
    said: list[str] = []
    names: dict[str, None] = {}
    for leaf in leaves(part):
        head, *about = decoded(leaf)
        if head == "age":
            said.append(f"An age here is from {ground.adult:g} to 130 years.")
        elif head == "end" and about[0] in subject.steps:
            said.append(_ends(subject, ground, about[0]))
            related.append(Related(subject.step_place(about[0]), f'"{about[0]}" is here.'))
        elif head == "plan-approved" and not ground.of(leaf)[0].truth & 1:
            said.append("No step of this pathway approves a care plan.")
        elif head == "goals-met" and not subject.pathway.goals:
            said.append("This pathway has no goals.")
        elif head == "on-pathway":
            said.append("The patient is on this pathway.")
        elif about and head != "end":
            names[str(about[0])] = None
    for name in names:
        related += subject.declared(name)
        said += _range_of(subject, name)
    return tuple(related), " ".join(said)


def _range_of(subject: Subject, name: str) -> list[str]:
    possible, _ = value_of(subject.pathway, name)
    if possible.numeric and isfinite(possible.low) and isfinite(possible.high):
        element = subject.pathway.data.get(name)
        unit = f" {element.unit}" if element is not None and element.unit not in ("", "1") else ""
        label = phrase(["value", name], subject.pathway.data)
        return [f"{label} is from {possible.low:g} to {possible.high:g}{unit}."]
    return []


def _ends(subject: Subject, ground: Ground, name: str) -> str:
    if ground.before is not None and name not in ground.before:
        return f'Step "{name}" never comes before this.'
    ways = [end for end in ends_of(subject.steps[name]) if end in ("done", "declined", "missed")]
    verb = subject.steps[name].verb
    return f'Step "{name}" ({verb}) can only be {" or ".join(ways)}.'


def _hoping(subject: Subject, judged: Judged) -> Scenario | None:
    """The patient who comes nearest to a dead condition, for whom it should be yes."""
    course, expect = [later(365)], list(_hopes(subject, judged))
    if not expect:
        return None
    return scenario_of(
        subject.pathway,
        f"The patient who comes nearest meets this: {say(judged.expr, subject.pathway.data)}",
        near(judged.expr, judged.ground),
        course=course,
        expect=expect,
        telling=judged.path[0] == "rules",
    )


def _hopes(subject: Subject, judged: Judged) -> Iterator[Expectation]:
    """What would happen if the condition were ever yes."""
    pathway = subject.pathway
    match judged.path:
        case ("rules", int(i), *_):
            yield Expectation("rule", of=pathway.rules[i].id)
        case ("goals", int(i), *_):
            yield Expectation("goal", of=pathway.goals[i].id, status="met")
        case ("stages", int(i), "steps", int(j), "when"):
            yield Expectation("step", of=pathway.stages[i].steps[j].id, status="done")
        case ("stages", int(i), "steps", int(j), "decide", "table", int(k), "when"):
            for name, value in pathway.stages[i].steps[j].table[k].set.items():
                yield Expectation("value", of=name, value=value)
        case ("stages", int(i), "next", int(j), "when"):
            branch = pathway.stages[i].next[j]
            ends = branch.go == END
            yield Expectation(
                "closed" if ends else "entered", branch.disposition if ends else branch.go
            )
        case ("stages", int(i), "exit"):
            yield Expectation("timeline", of="stage-left", step=pathway.stages[i].id)
        case ("eligible",):
            yield Expectation("entered", of=pathway.stages[0].id)
        case ("refuse", *_):
            yield Expectation("refused", of="not-eligible")
