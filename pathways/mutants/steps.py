"""Changes of one step, or of what a rule does."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from pathways.compiled import CompiledPathway, Row, Step
from pathways.conditions import say
from pathways.journey.chasing import URGENT
from pathways.mutants import approvers, conditions, demands, spans, unreachable, windows
from pathways.mutants.mutant import Change, other_role
from pathways.scenarios.points import own_overdue
from pathways.undone import AS_USUAL, Declined, Missed


def changes(step: Step, pathway: CompiledPathway) -> Iterator[Change]:
    """Every change of a step."""
    yield from _conditions(step, pathway)
    yield from _table(step, pathway)
    yield from deed_changes(step, pathway)
    if step.after:
        yield Change(
            "order",
            "after dropped",
            f"comes after nothing instead of {' and '.join(step.after)}",
            replace(step, after=()),
            touches=("",),
        )
    for group in step.after_any:
        rest = tuple(other for other in step.after_any if other != group)
        for name, text, after in (
            ("any dropped", "does not wait for any of", step.after),
            ("any -> all", "comes after all instead of any of", (*step.after, *group)),
        ):
            changed = replace(step, after=after, after_any=rest)
            yield Change("order", name, f"{text} {' and '.join(group)}", changed, touches=("",))
    if step.declined != Declined():
        yield from _declined(step, pathway)


def deed_changes(step: Step, pathway: CompiledPathway) -> Iterator[Change]:
    """Changes that a rule's deed has too: its times, its owner, whom it escalates to."""
    yield from _delays(step)
    yield from _owners(step, pathway)
    if step.response and (step.response in URGENT or step.verb not in ("schedule", "notify")):
        text = f"is not of class {step.response} any more"
        yield Change(
            "urgency", f"response {step.response} dropped", text, replace(step, response="")
        )
    if step.approvers:
        yield from approvers.changes(step)
    if step.missed is not None:
        yield from _missed(step, step.missed, pathway)
    yield from demands.changes(step, pathway)
    if step.unreachable != AS_USUAL:
        yield from unreachable.changes(step, pathway)


def _conditions(step: Step, pathway: CompiledPathway) -> Iterator[Change]:
    for field, touched in (("when", f"when {step.id}"), ("until", f"until {step.id}")):
        condition = getattr(step, field)
        if condition is None:
            continue
        for other in conditions.others(condition, pathway):
            yield Change(
                other.operator,
                f"{field} {other.name}",
                f"{field} {other.sentence}",
                replace(step, **{field: other.expr}),
                touches=(touched,),
            )
        if field == "when" and not _is_implied(step, pathway):
            text = f'does not ask whether "{say(condition)}"'
            always = replace(step, when=None)
            yield Change("condition", "when dropped", text, always, touches=(touched,))


def _is_implied(step: Step, pathway: CompiledPathway) -> bool:
    """Whether it approves a plan that is made on the same condition: without a plan there is
    nothing to approve, whether or not anybody asks."""
    every = {s.id: s for stage in pathway.stages for s in stage.steps}
    return step.verb == "approve" and step.of in every and every[step.of].when == step.when


def _table(step: Step, pathway: CompiledPathway) -> Iterator[Change]:
    for index, row in enumerate(step.table):
        name, touched = f"row {index + 1}", (f"step {step.id}",)
        if row.when is not None:
            for other in conditions.others(row.when, pathway):
                changed = _with_row(step, index, replace(row, when=other.expr))
                text = f"{name} of the table {other.sentence}"
                yield Change(
                    other.operator, f"{name} {other.name}", text, changed, row.line, touched
                )
            rows = (*step.table[:index], *step.table[index + 1 :])
            text = f"{name} of the table is missing"
            lost = replace(step, table=rows)
            yield Change("branch", f"{name} dropped", text, lost, row.line, touched)
        for element, value in row.set.items():
            changed = _with_row(
                step,
                index,
                replace(row, set={**row.set, element: _other_value(element, value, pathway)}),
            )
            text = f"{name} of the table sets another {element} than {value}"
            yield Change("branch", f"{name} sets {element}", text, changed, row.line, touched)


def _with_row(step: Step, index: int, row: Row) -> Step:
    return replace(step, table=(*step.table[:index], row, *step.table[index + 1 :]))


def _other_value(
    element: str, value: float | str | bool, pathway: CompiledPathway
) -> float | str | bool:
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        known = pathway.data.get(element)
        options = known.options if known is not None else ()
        return next((o for o in reversed(options) if o != value), f"{value}-other")
    return value + 1


def _delays(step: Step) -> Iterator[Change]:
    for field, word in (("delay", "in"), ("due", "due"), ("every", "every")):
        span = getattr(step, field)
        if span is None:
            continue
        for other in spans.others(span):
            text = f"{word}: {other} instead of {span}"
            yield Change(
                "delay", f"{word} {span} -> {other}", text, replace(step, **{field: other})
            )
    if step.window is not None:
        yield from windows.changes(step, step.window)
    if step.times:
        times = step.times + 1
        text = f"at most {times} times instead of {step.times}"
        yield Change("delay", f"times {step.times} -> {times}", text, replace(step, times=times))


def _owners(step: Step, pathway: CompiledPathway) -> Iterator[Change]:
    if step.by and not step.approvers:  # of several, each has a task of their own
        role = other_role(step.by, pathway)
        missed = None if step.missed is None else replace(step.missed, by=role)
        changed = replace(step, by=role, missed=missed)
        text = f"belongs to the {role} instead of the {step.by}"
        yield Change("owner", f"by {step.by} -> {role}", text, changed)
    if step.verb == "notify":
        to = "caregiver" if step.to == "patient" else "patient"
        text = f"writes to the {to} instead of the {step.to}"
        yield Change("owner", f"to {step.to} -> {to}", text, replace(step, to=to))
    for index, line in enumerate(own_overdue(step, pathway.supervisor)):
        yield from _overdue(step, index, line.to, pathway)


def _overdue(step: Step, index: int, to: str, pathway: CompiledPathway) -> Iterator[Change]:
    line = step.overdue[index]
    rest = (*step.overdue[:index], *step.overdue[index + 1 :])
    role = other_role(to, pathway)
    touched = (f"step {step.id}",)

    def with_line(changed: object) -> Step:
        return replace(step, overdue=(*step.overdue[:index], changed, *step.overdue[index + 1 :]))

    text = f"when overdue, {line.action}s the {role} instead of the {to}"
    name = f"overdue {index + 1}"
    yield Change(
        "owner", f"{name} {to} -> {role}", text, with_line(replace(line, to=role)), 0, touched
    )
    if rest:
        text = f"when overdue, does not {line.action} the {to}"
        yield Change("dropped", f"{name} dropped", text, replace(step, overdue=rest), 0, touched)
    if line.percent:
        later = line.percent + 20
        text = f"when overdue, {line.action}s at {later} % instead of {line.percent} %"
        moved = replace(line, percent=later)
        yield Change(
            "delay", f"{name} {line.percent} % -> {later} %", text, with_line(moved), 0, touched
        )
    elif line.after is not None:
        other = next(spans.others(line.after))
        text = f"when overdue, {line.action}s after {other} instead of {line.after}"
        moved = replace(line, after=other)
        yield Change("delay", f"{name} {line.after} -> {other}", text, with_line(moved), 0, touched)


def _missed(step: Step, missed: Missed, pathway: CompiledPathway) -> Iterator[Change]:
    touched = (f"missed {step.id}",)
    for field, text in (("rebook", "is rebooked within"), ("outreach", "is followed up within")):
        span = getattr(missed, field)
        for other in spans.others(span):
            changed = replace(step, missed=replace(missed, **{field: other}))
            yield Change(
                "delay",
                f"missed {field} {span} -> {other}",
                f"a missed appointment {text} {other} instead of {span}",
                changed,
                touches=touched,
            )
    role = other_role(missed.escalate, pathway)
    yield Change(
        "owner",
        f"missed escalate {missed.escalate} -> {role}",
        f"after three missed appointments the {role} is told instead of the {missed.escalate}",
        replace(step, missed=replace(missed, escalate=role)),
        touches=touched,
    )


def _declined(step: Step, pathway: CompiledPathway) -> Iterator[Change]:
    declined, touched = step.declined, (f"declined {step.id}",)
    if declined.inform:
        role = other_role(declined.inform, pathway)
        yield Change(
            "owner",
            f"declined inform {declined.inform} -> {role}",
            f"when declined, tells the {role} instead of the {declined.inform}",
            replace(step, declined=replace(declined, inform=role)),
            touches=touched,
        )
    if declined.start:
        yield Change(
            "branch",
            "declined start dropped",
            f"when declined, does not start {' or '.join(declined.start)}",
            replace(step, declined=replace(declined, start=())),
            touches=touched,
        )
    for field, text in _declined_flags(step, pathway):
        value = getattr(declined, field)
        old, new = ("yes", "no") if value else ("no", "yes")
        yield Change(
            "branch",
            f"declined {field.replace('_', '-')} {old} -> {new}",
            f"when declined, {text}: {new} instead of {old}",
            replace(step, declined=replace(declined, **{field: not value})),
            touches=touched,
        )


def _declined_flags(step: Step, pathway: CompiledPathway) -> Iterator[tuple[str, str]]:
    """What a decline may turn on or off, where that can make a difference: nothing is offered
    again after the discharge stage, and what nothing comes after lets nothing go on."""
    home = next((stage for stage in pathway.stages if step in stage.steps), None)
    if home is not None and home.phase != "discharge":
        yield "reoffer", "is offered again"
    if any(step.id in other.after for stage in pathway.stages for other in stage.steps):
        yield "go_on", "lets what follows go on"
