"""Changes of what follows when nobody is reached."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from pathways.compiled import CompiledPathway, Step
from pathways.mutants import spans
from pathways.mutants.mutant import Change, Operator, other_role
from pathways.undone import Unreachable


def changes(step: Step, pathway: CompiledPathway) -> Iterator[Change]:
    """One attempt more, and one less; another gap between them; the letter, what starts and who
    is told."""
    plan = step.unreachable

    def change(operator: Operator, name: str, text: str, other: Unreachable) -> Change:
        changed = replace(step, unreachable=other)
        sentence = f"when nobody is reached, {text}"
        touched = (f"unreachable {step.id}",)
        return Change(operator, f"unreachable {name}", sentence, changed, touches=touched)

    for attempts in (plan.attempts + 1, plan.attempts - 1):
        if attempts:
            name = f"attempts {plan.attempts} -> {attempts}"
            text = f"gives up after {attempts} attempts instead of {plan.attempts}"
            yield change("delay", name, text, replace(plan, attempts=attempts))
    if plan.attempts > 1:
        for again in spans.others(plan.again):
            name = f"again {plan.again} -> {again}"
            text = f"tries again after {again} instead of {plan.again}"
            yield change("delay", name, text, replace(plan, again=again))
    if plan.message in pathway.messages:
        text = f'does not send "{plan.message}"'
        yield change("dropped", "message dropped", text, replace(plan, message=""))
    told = plan.inform or pathway.supervisor
    role = other_role(told, pathway)
    text = f"tells the {role} instead of the {told}"
    yield change("owner", f"inform {told} -> {role}", text, replace(plan, inform=role))
    if plan.start:
        text = f"does not start {' or '.join(plan.start)}"
        yield change("branch", "start dropped", text, replace(plan, start=()))
