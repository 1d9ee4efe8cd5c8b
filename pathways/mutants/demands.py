"""Changes of what a step or rule asks for: an order, a message, a service, and whom it reaches."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from pathways.compiled import CompiledPathway, Step
from pathways.mutants.mutant import Change, other_role
from pathways.orders import WORDS, Order, said

OPPOSITE = {
    "stop": "start",
    "start": "stop",
    "hold": "continue",
    "continue": "hold",
    "decrease": "increase",
    "increase": "decrease",
}
"""What is done with a treatment -> what another might ask instead."""
LEAST, MOST = 0, 99
"""Intensities below and above those of every target in use."""


def changes(step: Step, pathway: CompiledPathway) -> Iterator[Change]:
    """Every change of what one step, or one rule's deed, asks for."""
    if step.order is not None:
        yield from _order(step, step.order, pathway)
    yield from _message(step, pathway)
    yield from _service(step, pathway)
    if step.safety_critical:
        text = "is not critical for safety any more"
        yield Change(
            "urgency", "safety-critical dropped", text, replace(step, safety_critical=False)
        )
    for section in step.packet:
        left = tuple(name for name in step.packet if name != section)
        text = f"sends the packet without {section}"
        yield Change("dropped", f"packet {section} dropped", text, replace(step, packet=left))
    if step.contact == "caregiver":
        text = "reaches the patient instead of the caregiver"
        changed = replace(step, contact="patient")
        yield Change("owner", "contact caregiver -> patient", text, changed)
    elif step.contact:
        text = "reaches out to nobody"
        yield Change("dropped", "contact dropped", text, replace(step, contact=""))


def _order(step: Step, order: Order, pathway: CompiledPathway) -> Iterator[Change]:
    text = f"does not say that it orders {said(order)}"
    yield Change("dropped", "order dropped", text, replace(step, order=None))
    if order.do in OPPOSITE:
        do = OPPOSITE[order.do]
        other = replace(order, do=do, intensity=WORDS[do])
        text = f"orders {said(other)} instead of {said(order)}"
        yield Change("branch", f"order {order.do} -> {do}", text, replace(step, order=other))
    else:
        intensity = MOST if order.intensity <= 1 else LEAST
        other = replace(order, intensity=intensity)
        word = "most" if intensity else "least"
        text = f"orders {said(order)} as the {word} intensive target"
        name = f"order intensity {order.intensity} -> {intensity}"
        yield Change("threshold", name, text, replace(step, order=other))
    if not order.treatment:  # one that touches the treatment is enough, whoever else asks
        other = replace(order, treatment=True)
        text = "touches the treatment, it says"
        yield Change("urgency", "order treatment no -> yes", text, replace(step, order=other))
    if order.by:
        role = other_role(order.by, pathway)
        text = f"is decided by the {role} instead of the {order.by}"
        changed = replace(step, order=replace(order, by=role))
        yield Change("owner", f"order by {order.by} -> {role}", text, changed)


def _message(step: Step, pathway: CompiledPathway) -> Iterator[Change]:
    if not step.message:
        return
    if step.verb != "notify":
        text = f'does not send "{step.message}"'
        yield Change("dropped", "message dropped", text, replace(step, message=""))
        return
    other = _next(step.message, tuple(pathway.messages))
    if other:
        text = f'sends "{other}" instead of "{step.message}"'
        changed = replace(step, message=other)
        yield Change("branch", f"message {step.message} -> {other}", text, changed)


def _service(step: Step, pathway: CompiledPathway) -> Iterator[Change]:
    if step.verb != "schedule" or not step.service:
        return
    found = [s.service for stage in pathway.stages for s in stage.steps if s.verb == step.verb]
    found += [r.do.service for r in pathway.rules if r.do is not None and r.do.verb == step.verb]
    other = _next(step.service, tuple(dict.fromkeys(filter(None, found))))
    other = other or f"other-{step.service}"
    text = f"asks for {other} instead of {step.service}"
    changed = replace(step, service=other)
    yield Change("branch", f"service {step.service} -> {other}", text, changed)


def _next(name: str, names: tuple[str, ...]) -> str:
    """Another of the names: the one after it; empty if there is none."""
    others = [one for one in names if one != name]
    if not others:
        return ""
    return others[(names.index(name) if name in names else 0) % len(others)]
