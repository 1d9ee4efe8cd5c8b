"""``careway explain``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from worker.commands.options import NOWHERE, Json, Where

if TYPE_CHECKING:
    from pathways.compiled import CompiledPathway, Expr
    from pathways.explaining import ConditionExplained
    from worker.commands.patient import Followed


def explain(
    pathway: str,
    name: str = "",
    /,
    *,
    condition: str = "",
    journey: str = "",
    json: Json = False,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Say in plain English what a pathway, a stage, a step, a rule or a condition means.

    With --journey, a condition (also that of a step or rule, or the exit of a stage) is judged
    for that patient: yes, no or unknown, and the values it saw. JSON: explanations (kind, id,
    title, place, sections of heading and lines) or condition (words, needs), each with verdict
    and trace (text, value, seen, alone, parts) for a journey.

    Parameters
    ----------
    pathway
        The id of a pathway, or a YAML file.
    name
        A stage, step or rule of it; without one, the whole pathway.
    condition
        A condition, as one would write it in this pathway.
    journey
        Judge it for this journey: its id, or the beginning of it.
    json
        Print JSON for programs instead of text.
    """
    from worker.commands.misuse import DONE, Misuse

    if condition and name:
        raise Misuse("Give the name of a stage, step or rule, or --condition, not both.")
    held: Followed | None = None
    if journey:
        from worker.commands.patient import followed

        held = followed(where, journey, pathway)
        compiled = held.pathway
    else:
        from worker.commands.authored import authored
        from worker.library import Library

        compiled = authored(Library(where.settings().definitions), pathway).pathway
    if condition:
        expr = _lowered(condition, compiled, where, pathway)
        _show_condition(condition, expr, compiled, held, json=json)
    else:
        _show_named(name, compiled, held, json=json)
    return DONE


def _lowered(text: str, compiled: CompiledPathway, where: Where, reference: str) -> Expr:
    """The condition, checked as if it stood in the pathway. Raises ``LibraryError``."""
    from pathways.language.conditions import Scope, compile_condition
    from pathways.language.issues import Place
    from pathways.language.report import render
    from worker.commands.authored import shelved, terms_of
    from worker.library import LibraryError

    text = text.strip()
    scope = Scope(
        data=compiled.data,
        instruments={**shelved(where.settings().definitions), **compiled.instruments},
        terms=terms_of(where.settings().definitions, reference),
        steps=tuple(step.id for stage in compiled.stages for step in stage.steps),
    )
    lowered, issues = compile_condition(text, Place("condition", 1, 1), scope)
    if lowered is None:
        found = render(issues, {"condition": text})
        raise LibraryError(f"This is not a condition of {compiled.pathway}:\n\n{found}")
    return lowered.expr


def _judged(expr: Expr, compiled: CompiledPathway, held: Followed | None) -> ConditionExplained:
    from pathways.explaining import explain_condition

    return explain_condition(expr, compiled, held.patient() if held is not None else None)


def _show_condition(
    text: str,
    expr: Expr,
    compiled: CompiledPathway,
    held: Followed | None,
    *,
    json: bool,
) -> None:
    from worker.commands.output import as_json, say

    found = _judged(expr, compiled, held)
    if json:
        as_json({"condition": text} | _data(found))
    else:
        say(text, "bold")
        say(found.text(compiled, held.moment if held is not None else None).rstrip())


def _show_named(name: str, compiled: CompiledPathway, held: Followed | None, *, json: bool) -> None:
    from msgspec import to_builtins

    from pathways.explaining import explain_named, explain_pathway, names
    from pathways.language.issues import suggest
    from worker.commands.misuse import Misuse
    from worker.commands.output import as_json, say

    found = explain_named(compiled, name) if name else (explain_pathway(compiled),)
    if not found:
        hint = suggest(name, names(compiled))
        raise Misuse(f'{compiled.pathway} has no stage, step or rule "{name}". {hint}'.strip())
    shown: list[dict[str, Any]] = []
    for one in found:
        expr = _condition_of(compiled, one.kind, one.id) if held is not None else None
        judged = _judged(expr, compiled, held) if expr is not None else None
        shown.append(to_builtins(one) | (_data(judged) if judged is not None else {}))
        if json:
            continue
        if one is not found[0]:
            say("")
        say(one.text().rstrip())
        if judged is not None:
            say("")
            say(judged.text(compiled, held.moment if held is not None else None).rstrip())
    if json:
        as_json({"explanations": shown})


def _condition_of(compiled: CompiledPathway, kind: str, name: str) -> Expr | None:
    """What decides over a step (``when``), a rule (``when``) or a stage (``exit``)."""
    if kind == "rule":
        return next(rule.when for rule in compiled.rules if rule.id == name)
    if kind == "stage":
        return next(stage.exit for stage in compiled.stages if stage.id == name)
    steps = (step for stage in compiled.stages for step in stage.steps)
    return next((step.when for step in steps if step.id == name), None)


def _data(found: ConditionExplained) -> dict[str, Any]:
    from msgspec import to_builtins

    data: dict[str, Any] = to_builtins(found)
    data.setdefault("needs", [])
    if found.trace is not None:
        data["trace"] = _trace_data(data["trace"])
    return data


def _trace_data(trace: dict[str, Any]) -> dict[str, Any]:
    """Every node with all its fields, whether empty or not."""
    return {
        "text": trace["text"],
        "value": trace["value"],
        "seen": trace.get("seen", []),
        "alone": trace.get("alone", False),
        "parts": [_trace_data(part) for part in trace.get("parts", [])],
    }
