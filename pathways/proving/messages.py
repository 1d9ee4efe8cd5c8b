"""Proofs about messages: none without end, none without a reader, all in the same languages.

A letter to who could not be reached is followed by no other until they have been reached
(``pathways.journey.attempts``), whatever repeats. That a message waits for consent and contact
hours, falls back to English, and that one which cannot be delivered comes to a person, is the
kernel's doing for every message of every pathway (``pathways.journey.messages``): there is
nothing left to prove about it here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pathways.compiled import Rule, Step
from pathways.language.defaults import URGENT
from pathways.language.issues import Issue, Related
from pathways.proving.duties import deeds
from pathways.proving.patients import NOON, later, scenario_of
from pathways.proving.subject import Proof, Subject
from pathways.scenarios import Expectation, Happening, Moment, Scenario
from pathways.spans import Span

PATIENTWARD = ("patient", "caregiver")


def endless(subject: Subject) -> Iterator[Proof]:
    """Whatever writes to a patient again and again has an end or a pause."""
    for stage in subject.pathway.stages:
        for step in stage.steps:
            if step.verb != "notify" or step.to not in PATIENTWARD or step.every is None:
                continue
            ground = subject.ground(stage.id)
            ends = any(
                end is not None and subject.can_be("yes", end, ground).possible
                for end in (step.until, stage.exit)
            )
            if not step.times and not ends:
                yield Proof(
                    Issue(
                        "endless-messages",
                        f'Step "{step.id}" writes to the {step.to} every {_short(step.every)} '
                        "without end.",
                        subject.key(*subject.paths[step.id], "every"),
                        hint="Add times: 4, or until: CONDITION.",
                    ),
                    _written_to(subject, step),
                )
    for rule in subject.pathway.rules:
        do = rule.do
        if do is None or do.verb != "notify" or do.to not in PATIENTWARD:
            continue
        if not rule.on and rule.again is None and do.response not in URGENT:
            yield Proof(
                Issue(
                    "endless-messages",
                    f'Rule "{rule.id}" writes to the {do.to} at every reading that meets it.',
                    subject.place(*subject.paths[rule.id], "id"),
                    hint="Add again: 1 week.",
                ),
                _read_often(subject, rule, do),
            )


def _short(span: Span) -> str:
    return str(span).removeprefix("1 ")


def _written_to(subject: Subject, step: Step) -> Scenario:
    ground = subject.ground(subject.home[step.id])
    witness = subject.can_be("yes", step.when, ground).witness if step.when is not None else None
    return scenario_of(
        subject.pathway,
        f"A patient is not written to without end ({step.id})",
        witness,
        course=[later(365), later(730)],
        never=[Expectation("timeline", of="message-sent", step=step.id, after=Moment(day=365))],
    )


def _read_often(subject: Subject, rule: Rule, do: Step) -> Scenario:
    witness = subject.can_be("yes", rule.when, subject.rule_ground(rule)).witness
    first = scenario_of(subject.pathway, "", witness, telling=True).course
    again = [
        Happening("record", at=Moment(day=1, seconds=NOON + hour * 3600), values=one.values)
        for hour in range(1, 6)
        for one in first
        if one.deed == "record"
    ]
    return scenario_of(
        subject.pathway,
        f"A patient who measures often is not written to each time ({rule.id})",
        witness,
        course=[*again, later(3)],
        expect=[Expectation("timeline", of="message-sent", step=rule.id, times=1)],
        telling=True,
    )


def caregivers(subject: Subject) -> Iterator[Proof]:
    """A message to a caregiver goes where there is one."""
    for path, deed in deeds(subject):
        if deed.verb != "notify" or deed.to != "caregiver":
            continue
        rule = next((one for one in subject.pathway.rules if one.id == deed.id), None)
        when = deed.when if rule is None else rule.when
        ground = subject.rule_ground(rule) if rule else subject.ground(subject.home[deed.id])
        alone: list[Any] = [["not", ["caregiver"]]]
        found = subject.can_be("yes", when if when is not None else ["and", True], ground, alone)
        if found.possible:
            yield Proof(
                Issue(
                    "no-reader",
                    f'"{deed.id}" writes to the caregiver, also of a patient who has none: '
                    "nobody reads it, and nobody is told.",
                    subject.place(*path, "notify", "to"),
                    hint='Add "caregiver" to its when.',
                ),
                scenario_of(
                    subject.pathway,
                    f"Nothing is written to a caregiver who is not there ({deed.id})",
                    found.witness,
                    course=[later(365)],
                    never=[Expectation("timeline", of="message-withheld", step=deed.id)],
                    telling=rule is not None and not rule.on,
                ),
            )


def languages(subject: Subject) -> Iterator[Proof]:
    """The messages of a pathway are written in the same languages."""
    messages = subject.definition.pathway.messages
    spoken = dict.fromkeys(language for texts in messages.values() for language in texts)
    for name, texts in messages.items():
        missing = [language for language in spoken if language not in texts]
        if missing:
            other = next(one for one, those in messages.items() if missing[0] in those)
            yield Proof(
                Issue(
                    "missing-language",
                    f'The message "{name}" has no text in "{missing[0]}", as others have: those '
                    "patients get the English one.",
                    subject.key("messages", name),
                    (Related(subject.key("messages", other, missing[0]), "This one has it."),),
                    "Add it.",
                    "warning",
                )
            )
