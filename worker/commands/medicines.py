"""``careway medicines``: the one medication list, and what the last reconciliation said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from worker.commands.options import NOWHERE, Json, Where

if TYPE_CHECKING:
    from pathways.medicines.reconciliation import Line
    from pathways.medicines.rules import Medicine
    from worker.commands.view import JourneyView


def medicines(
    journey: str,
    /,
    *,
    json: Json = False,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Show the one medication list, and what the latest reconciliation found and decided.

    Each line has its class (continue, dose-changed, new, stopped, substituted,
    omitted-unexplained, duplicate, not-obtained, taking-not-listed) and the decision about it, with
    its reason and who made it. Lines without a decision are open: careway complete --decide.
    JSON: journey, taken (name, dose, unit, route, since, until, reason, said), reconciliation (at,
    role, settled, open, lines; empty: there was none yet); of a line: name, class, was, now, word
    (accept, before, stop; empty: open), role, why, at. Instants are in seconds; doses of a day.

    Parameters
    ----------
    journey
        The journey's id, or the beginning of it.
    json
        Print JSON for programs instead of text.
    """
    from worker.commands.misuse import DONE, FAILED
    from worker.commands.output import as_json, complain
    from worker.commands.records import recorded
    from worker.commands.view import look

    settings = where.settings()
    with recorded(settings) as engine:
        view = look(settings, engine, journey)
    if view.state is None:
        complain(view.excuse)
        return FAILED
    if json:
        as_json(_data(view))
    else:
        _print(view)
    return DONE


def _taken(view: JourneyView) -> list[Medicine]:
    return [m for m in view.state.medicines if not m.stopped] if view.state else []


def _data(view: JourneyView) -> dict[str, Any]:
    latest = view.state.reconciliation if view.state else None
    return {
        "journey": view.journey,
        "taken": [_medicine(m) for m in _taken(view)],
        "reconciliation": {}
        if latest is None
        else {
            "at": latest.at,
            "role": latest.role,
            "settled": latest.settled,
            "open": sum(line.open for line in latest.lines),
            "lines": [_line(line) for line in latest.lines],
        },
    }


def _medicine(m: Medicine) -> dict[str, Any]:
    return {
        "name": m.name,
        "dose": m.daily,
        "unit": m.unit or "mg",
        "route": m.route,
        "since": m.since,
        "until": m.until,
        "reason": m.reason,
        "said": m.said,
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "name": line.name,
        "class": line.kind,
        "was": _medicine(line.was) if line.was else None,
        "now": _medicine(line.now) if line.now else None,
        "word": line.word,
        "role": line.role,
        "why": line.why,
        "at": line.at,
    }


def _print(view: JourneyView) -> None:
    from worker.commands.output import say, table

    taken = _taken(view)
    if not taken:
        say("Nothing stands on the medication list.")
    table(
        "Medication list",
        ("medicine", "dose of a day", "route", "since", "until", "for"),
        [(m.name, dose(m), m.route, m.since, m.until, m.reason) for m in taken],
    )
    latest = view.state.reconciliation if view.state else None
    if latest is None:
        return
    left = sum(line.open for line in latest.lines)
    state = f"{left} to be decided" if left else f"settled {view.moment(latest.settled)}"
    table(
        f"Reconciled {view.moment(latest.at)} by the {latest.role}"
        + (f", {state}" if left or latest.settled else ""),
        ("medicine", "found", "before", "now", "decision", "by", "why"),
        [
            (
                line.name,
                line.kind.replace("-", " "),
                _shown(line.was),
                _shown(line.now),
                line.word or ("" if line.kind == "continue" else "OPEN"),
                line.role,
                line.why,
            )
            for line in latest.lines
        ],
    )


def _shown(m: Medicine | None) -> str:
    return " ".join(part for part in (m.name, dose(m)) if part) if m is not None else ""


def dose(m: Medicine) -> str:
    """``20 mg``; nothing where it is not known."""
    if not m.daily:
        return ""
    return f"{m.daily:g} {m.unit or ('mcg/h' if m.route == 'patch' else 'mg')}"
