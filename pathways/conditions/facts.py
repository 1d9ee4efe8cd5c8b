"""Questions with a direct answer in the view: about the patient and about steps."""

from __future__ import annotations

from collections.abc import Callable

from pathways.conditions.view import Value, View


def _sex(view: View) -> str | None:
    sex = view.patient.sex
    return None if sex == "unknown" else sex


def _age(view: View) -> float | None:
    age = view.age()
    return None if age is None else float(age)


BUILT_IN: dict[str, Callable[[View], Value | None]] = {
    "age": _age,
    "sex": _sex,
    "language": lambda view: view.patient.language or None,
    "caregiver": lambda view: view.patient.caregiver,
    "goals-met": lambda view: view.goals_met(),
    "plan-approved": lambda view: view.plan_approved(),
    "in-hospital": lambda view: view.in_hospital(),
}
ASKED: dict[str, Callable[[View, str], Value | None]] = {
    "has-condition": lambda view, prefix: view.has_condition(prefix),
    "taking": lambda view, ingredient: view.taking(ingredient),
    "on-pathway": lambda view, pathway: view.on_pathway(pathway),
    "done": lambda view, step: view.step_end(step) == "done",
    "declined": lambda view, step: view.step_end(step) == "declined",
    "missed": lambda view, step: view.step_end(step) == "missed",
    "outcome": lambda view, step: view.step_outcome(step) or None,
}
