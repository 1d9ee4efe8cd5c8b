"""Conditions judged the naive way: yes, no or unknown (``None``), by looking everything up."""

from __future__ import annotations

from typing import Any

from tests.kernel.reference.calendar import usual_length

Truth = bool | None


def value(model: Any, spec: Any, name: str) -> Any:
    """The newest reading, unless it is stale."""
    readings = model.facts.get(name, [])
    if not readings:
        return None
    newest = max(readings, key=lambda r: r["observed"])
    fresh = spec.data[name].fresh
    if fresh is not None and model.now - newest["observed"] > usual_length(fresh):
        return None
    return newest["value"]


def holds(expr: Any, model: Any, enrollment: dict[str, Any] | None, spec: Any) -> Truth:
    """Three-valued (Kleene): a missing value is unknown and spreads."""
    if expr is None:
        return True
    head, *rest = expr
    match head:
        case "and" | "or":
            parts = [holds(part, model, enrollment, spec) for part in rest]
            decisive = head == "or"
            if decisive in parts:
                return decisive
            return None if None in parts else not decisive
        case "not":
            inner = holds(rest[0], model, enrollment, spec)
            return None if inner is None else not inner
        case "known":
            return value(model, spec, rest[0][1]) is not None
        case "goals-met":
            return goals_met(model, enrollment, spec)
    found = value(model, spec, rest[0][1])
    if found is None:
        return None
    wanted = rest[1]
    return bool({"<": found < wanted, ">=": found >= wanted, "=": found == wanted}[head])


def goals_met(model: Any, enrollment: dict[str, Any] | None, spec: Any) -> Truth:
    """No goal missed; unknown as long as one is."""
    verdicts = [holds(goal.aim, model, enrollment, spec) for goal in spec.goals]
    if False in verdicts:
        return False
    return None if None in verdicts else True


def names_in(expr: Any) -> set[str]:
    """The values that a condition looks at."""
    if not isinstance(expr, list):
        return set()
    if expr[:1] == ["value"]:
        return {expr[1]}
    return set().union(*(names_in(part) for part in expr[1:]))


def names_that_matter(spec: Any) -> set[str]:
    """Values on which the course of an enrollment may depend: of its steps, exits and goals.

    Choice: conditions are judged again when one of these arrives (or the enrollment itself
    moves), not when any other value does; a value that silently grows stale judges nothing.
    """
    found: set[str] = set()
    for stage in spec.stages:
        found |= names_in(stage.exit)
        for step in stage.steps:
            found |= names_in(step.when) | names_in(step.until)
            found |= set() if step.window is None else {step.window.of}
    for goal in spec.goals:
        found |= names_in(goal.aim)
    return found
