"""Care: nobody is forgotten, nothing is asked without a source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pathways.compiled import HUMAN_VERBS
from pathways.language.defaults import contact_of
from pathways.language.definition import Definition, Path
from pathways.language.issues import Issue, Related
from pathways.language.models import STEP_VERBS, Overdue, Rule, Step
from pathways.language.windows import due_by_window

_TOKEN = re.compile(r"""'[^']*'|"[^"]*"|(?P<name>[A-Za-z_][\w.-]*)|(?P<number>\d+(\.\d+)?)""")


def verb_of(deed: Step | Rule) -> str:
    """The verb of a step or rule; empty for a rule that only starts or goes."""
    return next((verb for verb in STEP_VERBS if getattr(deed, verb, None) is not None), "")


def due_times(definition: Definition) -> Iterator[Issue]:
    """Human work has exactly one due time (X10: nothing is open without a clock)."""
    for path, deed in definition.deeds:
        verb = verb_of(deed)
        inner = ("task", "due") if deed.task is not None and deed.task.due is not None else None
        given: list[Path] = [("due",)] if deed.due is not None else []
        given += [("response",)] if deed.response is not None else []
        given += [inner] if inner else []
        if len(given) > 1:
            yield Issue(
                "two-dues",
                f'"{deed.id}" says twice how long it may take.',
                definition.key(*path, *given[1]),
                related=(Related(definition.key(*path, *given[0]), "It is said here first."),),
                hint="Keep one of the two.",
            )
        if verb in HUMAN_VERBS and not given and not due_by_window(deed):
            yield Issue(
                "missing-due",
                f'"{deed.id}" is work for a person, and nothing says by when.',
                definition.place(*path, "id"),
                hint="Add due: 7 days, or response: RT-3BD.",
            )


def contacts(definition: Definition) -> Iterator[Issue]:
    """Only what is done with the patient or the caregiver can reach nobody."""
    for path, deed in definition.deeds:
        if deed.unreachable is None or contact_of(deed):
            continue
        yield Issue(
            "contacts-nobody",
            f'"{deed.id}" says what follows when nobody is reached, but it reaches out to nobody.',
            definition.key(*path, "unreachable"),
            hint="Add contact: patient (or caregiver) to its task, or remove unreachable."
            if deed.task is not None
            else "Remove it, or use assess, educate, or a task with contact: patient.",
        )


def overdue_lines(definition: Definition) -> Iterator[Issue]:
    for path, deed in definition.deeds:
        for i, overdue in enumerate(deed.overdue or ()):
            problem = _overdue_problem(overdue)
            if problem:
                place = definition.place(*path, "overdue", i)
                hint = "Write {at: 50 %, remind: ROLE} or {after: 2 days, escalate: ROLE}."
                yield Issue("bad-overdue", f"This line of overdue {problem}.", place, hint=hint)


def _overdue_problem(overdue: Overdue) -> str:
    times = (overdue.at is not None) + (overdue.after is not None)
    roles = (overdue.remind is not None) + (overdue.escalate is not None)
    if times != 1:
        return "has both at and after" if times else "does not say when"
    if roles != 1:
        return "has both remind and escalate" if roles else "does not say whom to tell"
    return ""


def missing_sources(definition: Definition) -> Iterator[Issue]:
    """A clinical threshold names its source: on the step, rule or goal, on the stage
    around it, or on the term that it comes from."""
    terms = definition.pathway.terms

    @cache
    def threshold(text: str, depth: int = 0) -> str:
        for token in _TOKEN.finditer(text):
            number, name = token["number"], token["name"]
            if number and float(number) != 0:
                return number
            if name in terms and terms[name].evidence is None and depth < len(terms):
                inner = threshold(terms[name].when, depth + 1)
                if inner:
                    return f'{inner} of "{name}"'
        return ""

    for written in definition.conditions:
        if written.sourced is False:
            found = threshold(written.text)
            if found:
                yield Issue(
                    "missing-source",
                    f"{written.owner} has a threshold ({found}) without a source.",
                    definition.place(*written.path),
                    hint="Add evidence: ID to it, where ID is declared in evidence.",
                )


def waits(definition: Definition) -> Iterator[Issue]:
    """A wait always ends (invariant I9)."""
    for found in definition.steps:
        wait = found.step.wait
        if wait is None:
            continue
        place = definition.key(*found.path, "wait")
        hint = "Write wait: {for: 2 weeks}, or wait: {until: CONDITION, at-most: 2 weeks}."
        if (wait.for_ is None) == (wait.until is None):
            fact = "says neither for nor until" if wait.for_ is None else "says both for and until"
            yield Issue("bad-wait", f'Step "{found.step.id}" {fact}.', place, hint=hint)
        elif wait.until is not None and wait.at_most is None:
            message = f'Step "{found.step.id}" could wait for ever.'
            yield Issue("bad-wait", message, place, hint=hint)
        elif wait.for_ is not None and wait.at_most is not None:
            message = f'at-most in step "{found.step.id}" belongs to until, not to for.'
            yield Issue("bad-wait", message, place, hint=hint)


def repetitions(definition: Definition) -> Iterator[Issue]:
    for found in definition.steps:
        step = found.step
        if step.every is None:
            for field, value in (("until", step.until), ("times", step.times)):
                if value is not None and not (field == "until" and step.monitor is not None):
                    yield Issue(
                        "not-repeated",
                        f'Step "{step.id}" has {field} but is done only once.',
                        definition.key(*found.path, field),
                        hint=f"Add every: 1 week, or remove {field}.",
                    )
        elif verb_of(step) in ("wait", "milestone", "decide", "monitor"):
            verb = verb_of(step)
            where = " (a monitor has its own every)" if verb == "monitor" else ""
            yield Issue(
                "cannot-repeat",
                f'Step "{step.id}" is a {verb}, which is not repeated by every{where}.',
                definition.key(*found.path, "every"),
                hint="Remove it.",
            )


def approvals(definition: Definition) -> Iterator[Issue]:
    """Only what a plan step made can be approved."""
    steps = {found.step.id: found for found in definition.steps}
    for found in definition.steps:
        approve = found.step.approve
        approved = steps.get(approve.of) if approve is not None else None
        if approve is not None and approved is not None and approved.step.plan is None:
            verb = verb_of(approved.step)
            yield Issue(
                "approves-no-plan",
                f'Step "{found.step.id}" approves "{approve.of}", which makes no care plan.',
                definition.place(*found.path, "approve", "of"),
                related=(Related(definition.step_places[approve.of], f"It is a {verb} step."),),
                hint="Name a step with the verb plan.",
            )


def approvers(definition: Definition) -> Iterator[Issue]:
    """Several approvers: each named once, instead of ``by``, and the quorum can count."""
    for found in definition.steps:
        approve = found.step.approve
        if approve is None or not (approve.approvers or approve.quorum is not None):
            continue
        path: Path = (*found.path, "approve")
        name = found.step.id
        if approve.approvers and "by" in approve.model_fields_set:
            yield Issue(
                "two-approvers",
                f'Step "{name}" names its approvers twice, by and must or may.',
                definition.key(*path, "by"),
                hint="Remove by: it is the short form of must with one role.",
            )
        for i, role in enumerate(approve.may):
            if role in approve.must or role in approve.may[:i]:
                yield _named_again(definition, (*path, "may", i), name, role)
        for i, role in enumerate(approve.must):
            if role in approve.must[:i]:
                yield _named_again(definition, (*path, "must", i), name, role)
        low, high = max(1, len(approve.must)), len(approve.approvers)
        if approve.quorum is not None and not low <= approve.quorum <= high:
            yield Issue(
                "bad-quorum",
                f'Of the {high} approvers of step "{name}", {approve.quorum} cannot be the quorum: '
                f"{len(approve.must)} of them must approve."
                if high
                else f'Step "{name}" has a quorum, but only one approver.',
                definition.place(*path, "quorum"),
                hint=f"Use a number from {low} to {high}, or remove it."
                if high
                else "Name the approvers in must and may, or remove it.",
            )


def _named_again(definition: Definition, path: Path, step: str, role: str) -> Issue:
    return Issue(
        "two-approvers",
        f'Step "{step}" names the approver "{role}" twice.',
        definition.place(*path),
        hint="Name each role once: one verdict counts once.",
    )


def empty_assessments(definition: Definition) -> Iterator[Issue]:
    for found in definition.steps:
        assess = found.step.assess
        if assess is not None and not assess.collect and not assess.instruments:
            yield Issue(
                "nothing-to-assess",
                f'Step "{found.step.id}" neither collects data nor fills in an instrument.',
                definition.key(*found.path, "assess"),
                hint="Add collect: [...] or instruments: [...], or make it a task.",
            )
