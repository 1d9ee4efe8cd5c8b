"""Changes of who approves a plan: one who must only may, one is not asked, one fewer is enough."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from pathways.compiled import Step
from pathways.mutants.mutant import Change
from pathways.wording import approvals


def changes(step: Step) -> Iterator[Change]:
    """Every change of a step that several approve."""
    needed = approvals(step)
    verdicts = (f"verdict-{role} {step.id}" for role in step.approvers)
    touched = (f"rejected {step.id}", *verdicts)
    for role in step.must:
        must = tuple(name for name in step.must if name != role)
        text = f"the {role} may approve, but need not"
        changed = replace(step, must=must, may=(*step.may, role), quorum=needed)
        yield Change("owner", f"must {role} -> may", text, changed, touches=touched)
    for role in step.may:
        rest = tuple(name for name in step.may if name != role)
        if len(step.must) + len(rest) < needed:
            continue
        changed = replace(step, may=rest)
        text = f"the {role} is not asked"
        yield Change("owner", f"may {role} dropped", text, changed, touches=(f"step {step.id}",))
    if needed > max(1, len(step.must)):
        text = f"{needed - 1} approvals are enough instead of {needed}"
        fewer = replace(step, quorum=needed - 1)
        yield Change("branch", f"quorum {needed} -> {needed - 1}", text, fewer, touches=touched)
