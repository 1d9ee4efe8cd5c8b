"""What a caregiver may be told (clinical.md 1.2, 2.3): nothing without her own consent, and of the
patient nothing beyond what the patient allows. Reckoned from the pathways' words."""

from __future__ import annotations

from collections.abc import Mapping

from pathways.compiled import CompiledPathway, Rule, Step
from pathways.journey.decide import Decision
from pathways.journey.events import Enroll, Event, Report
from pathways.journey.state import Journey
from tests.kernel.reference.conditions import names_in

Library = Mapping[str, CompiledPathway]
ALL = frozenset({"health", "plan", "safety"})
HER = "caregiver"
CONSENT = "caregiver-consent-"


def allowed(words: str) -> frozenset[str]:
    """The scope that somebody has said."""
    if words == "all":
        return ALL
    return frozenset() if words == "none" else frozenset(words.replace(",", " ").split())


def tells(pathway: CompiledPathway, name: str, message: str, kind: str) -> frozenset[str]:
    """What a message of this step or rule tells of the patient: who hears of it can infer its
    condition, or the event it answers; the copy of the plan tells of the plan. That she could not
    be reached tells nothing, unless the letter names what it was about."""
    rules = {rule.id: rule for rule in pathway.rules if rule.do is not None}
    steps = [s for stage in pathway.stages for s in stage.steps if s.id == name]
    step, rule = steps[0] if steps else rules[name].do, rules.get(name)
    assert step is not None
    found = {"plan"} if name.endswith("copy") else set()
    if kind == "unreachable":
        named = any("title" in text.body for text in pathway.messages[message].values())
        return frozenset({"safety" if step.response else "health"} if named else ())
    if rests_on_the_patient(step, rule):
        found.add("safety" if step.response else "health")
    return frozenset({*found, *step.shares})


def rests_on_the_patient(step: Step, rule: Rule | None) -> bool:
    when = step.when if rule is None else rule.when
    return bool(names_in(when)) or (rule is not None and bool(rule.on))


class Disclosed:
    """Sees the decisions of one journey, in order."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.hers = ""
        self.on_record = False
        self.access: frozenset[str] | None = None
        self.referred = frozenset({"safety"})
        """Until somebody has asked the patient."""
        self.told: dict[str, frozenset[str]] = {}

    def see(self, before: Journey, event: Event, now: int, decision: Decision) -> None:
        """One decision more. What was said before the event held for what fell due before it."""
        was = self.knows
        applied = decision.answer is not None and decision.answer.status == "applied"
        if applied:
            self.learn(before, event)
        may = was | self.knows if isinstance(event, Enroll | Report) else self.knows
        record, journey = decision.record, decision.journey
        for message in record.messages if record is not None else ():
            if message.to != HER:
                continue
            pathway, kind = message.key.split("/")[1].split("~")[0], message.key.split("/")[4]
            compiled = self.library[journey.enrollments[pathway].digest]
            self.told[message.key] = tells(compiled, message.step, message.message, kind)
            assert may >= self.told[message.key] | {HER}, f"{message.key} is not for her: {may}"
        if not applied or not isinstance(event, Report):
            return
        standing = [key for key, to in journey.sent.items() if to == HER]
        if event.event == "caregiver-access":
            for key in standing:
                assert self.told[key] <= self.may_know, f"{key} can still be stopped, and is not"
        if event.event == CONSENT + "withdrawn":
            assert not standing, f"{standing} can still be stopped"

    @property
    def may_know(self) -> frozenset[str]:
        """What of the patient the patient lets her know."""
        return self.referred if self.access is None else self.access

    @property
    def knows(self) -> frozenset[str]:
        """What she may know, and whether she may be written to at all."""
        writes = self.hers == "given" or (self.on_record and self.hers != "withdrawn")
        return self.may_know | {HER} if writes else frozenset()

    def learn(self, before: Journey, event: Event) -> None:
        if isinstance(event, Enroll):
            self.on_record = event.patient.caregiver
            if event.patient.caregiver_access:
                self.referred = allowed(event.patient.caregiver_access)
        elif isinstance(event, Report) and event.event == "caregiver-access":
            self.access = allowed(event.details["scope"])
        elif isinstance(event, Report) and event.event.startswith(CONSENT):
            self.hers = event.event.removeprefix(CONSENT)
            self.on_record = self.on_record or self.hers == "given"
