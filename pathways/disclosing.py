"""What of the patient a message to the caregiver tells, and what the patient lets her know.

The caregiver is a second person (clinical.md 2.3): what is hers never goes to the patient
(``pathways.journey.subjects``), and what is the patient's goes to her only within the scope of the
patient's consent (1.2: caregiver access).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from pathways.compiled import CompiledPathway, Expr, Step, contact_of

Scope = Literal["health", "plan", "safety"]
"""Of the patient's: values, diagnoses, medicines and what follows from them; that there is a care
plan, and how it stands; what presses for the patient's safety (a response class)."""
SCOPES: tuple[Scope, ...] = get_args(Scope)
ALL, NONE = "all", "none"
"""Words for the whole scope, and for none of it."""
UNASKED = "safety"
"""What the caregiver may know of a patient who was not asked."""
OF_THE_RECORD = ("has-condition", "taking", "on-pathway", "age", "female", "male")
"""What conditions ask of the patient's record."""
REVEALING = ("pathway.title", "step.title", "step.topic")
"""What a text may name that tells what the patient has."""


def scope_of(text: str) -> tuple[Scope, ...] | None:
    """The scope that words say: ``all``, ``none``, or some of it; ``None``: they say none."""
    words = text.replace(",", " ").split()
    if words == [ALL]:
        return SCOPES
    if words == [NONE]:
        return ()
    if not words or any(word not in SCOPES for word in words):
        return None
    return tuple(scope for scope in SCOPES if scope in words)


def goes_to_caregiver(step: Step) -> bool:
    """Whether a step sends her a message."""
    return step.to == "caregiver" or (step.contact == "caregiver" and bool(step.message))


def letter_to_caregiver(step: Step) -> str:
    """The letter that she gets when she cannot be reached (X1). That somebody called tells her
    nothing of the patient; what the letter names does."""
    return step.unreachable.message if contact_of(step) == "caregiver" else ""


def told(
    pathway: CompiledPathway, hers: frozenset[str], of_plan: frozenset[str]
) -> Mapping[str, tuple[Scope, ...]]:
    """Step or rule -> what of the patient its message to the caregiver tells: what it says itself
    (``shares``), and what it rests on. ``hers``: names of her own values."""
    conditions: dict[str, Expr | None] = {rule.id: rule.when for rule in pathway.rules}
    events = {rule.id: rule.on for rule in pathway.rules}
    deeds = [s for stage in pathway.stages for s in stage.steps]
    deeds += [rule.do for rule in pathway.rules if rule.do is not None]
    found = {}
    for deed in deeds:
        letter, own = letter_to_caregiver(deed), goes_to_caregiver(deed)
        if own or letter:
            words = _strings(deed.when if deed.when is not None else conditions.get(deed.id))
            sent = (deed.message if own else "", letter)
            needs = needed(
                words - hers if own else (),
                event=events.get(deed.id, "") if own else "",
                known=_patients(pathway, hers),
                reveals=any(_names_something(pathway, message) for message in sent),
                plan=own and deed.id in of_plan,
                urgent=bool(deed.response),
            )
            said = {*deed.shares, *needs}
            found[deed.id] = tuple(scope for scope in SCOPES if scope in said)
    return found


def _names_something(pathway: CompiledPathway, message: str) -> bool:
    texts = pathway.messages.get(message, {}).values()
    return any(word in text.subject + text.body for text in texts for word in REVEALING)


def needed(
    words: Iterable[str],
    *,
    known: frozenset[str],
    event: str,
    reveals: bool,
    plan: bool,
    urgent: bool,
) -> tuple[Scope, ...]:
    """What a message rests on: ``words`` of its condition, of which ``known`` are the patient's,
    and the ``event`` that it answers (what happens to the caregiver is called ``caregiver-...``).
    """
    mine = frozenset(words)
    health = reveals or not mine.isdisjoint(known) or not mine.isdisjoint(OF_THE_RECORD)
    health = health or (bool(event) and not event.startswith("caregiver-"))
    scopes: list[Scope] = []
    if health:
        scopes.append("safety" if urgent else "health")
    if plan or "plan-approved" in mine:
        scopes.append("plan")
    return tuple(scopes)


def _patients(pathway: CompiledPathway, hers: frozenset[str]) -> frozenset[str]:
    names = set(pathway.data)
    for instrument in pathway.instruments.values():
        names |= {f"{instrument.id}.{item.id}" for item in instrument.items}
        for score in instrument.scores:
            names |= {f"{instrument.id}.{score.id}", f"{instrument.id}.{score.id}-band"}
    return frozenset(names) - hers


def _strings(expr: object) -> frozenset[str]:
    if isinstance(expr, str):
        return frozenset({expr})
    if isinstance(expr, list | tuple):
        return frozenset().union(*(_strings(part) for part in expr))
    return frozenset()
