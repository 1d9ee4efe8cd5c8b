"""``careway show``: everything about one journey."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from worker.commands.options import NOWHERE, Json, Where

if TYPE_CHECKING:
    from worker.commands.view import JourneyView

_LINES = 30


def show(
    journey: str,
    /,
    *,
    last: int = _LINES,
    json: Json = False,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Show a journey: enrollments, goals, values, open tasks, appointments, what is due, timeline.

    When the server or its workers do not answer, what the record knows is shown. JSON: journey,
    status, asked (whether the journey itself answered), enrollments (each with goals), values,
    tasks, appointments, reviews (as careway review has them), next_due, timeline (at, kind,
    pathway, step, occurrence, actor, params, text). Instants are seconds since 1970 UTC.

    Parameters
    ----------
    journey
        The journey's id, or the beginning of it.
    last
        Lines of the timeline; 0 shows all.
    json
        Print JSON for programs instead of text.
    """
    from worker.commands.misuse import DONE
    from worker.commands.output import as_json
    from worker.commands.records import recorded
    from worker.commands.view import look

    settings = where.settings()
    with recorded(settings) as engine:
        view = look(settings, engine, journey)
    if json:
        as_json(_data(view, last))
    else:
        _print(view, last)
    return DONE


def _data(view: JourneyView, last: int) -> dict[str, Any]:
    from worker.commands.output import plain

    return {
        "journey": view.journey,
        "status": view.status,
        "asked": view.state is not None,
        "enrollments": [
            plain(one) | {"title": view.title(one.pathway), "goals": view.goals(one.pathway)}
            for one in view.enrollments
        ],
        "values": view.values(),
        "tasks": [{"id": f"{view.journey}/{one.task}"} | plain(one) for one in view.tasks],
        "appointments": [
            {"id": f"{view.journey}/{one.appointment}"} | plain(one) for one in view.appointments
        ],
        "reviews": view.reviews(),
        "next_due": view.next_due(),
        "timeline": [plain(one) | {"text": view.tell(one)} for one in view.entries(last)],
    }


def _print(view: JourneyView, last: int) -> None:
    from worker.commands.attempted import attempted
    from worker.commands.output import say, table
    from worker.commands.reviewing import show_reviews

    say(f"Journey {view.journey}: {view.status}", "bold")
    if view.excuse:
        say(f"{view.excuse} Shown is the record, without goals, values and what is due.")
    say("")
    table(
        "Enrollments",
        ("pathway", "version", "status", "stage", "since"),
        [
            (
                view.title(one.pathway),
                one.version,
                one.status if not one.disposition else f"{one.status} ({one.disposition})",
                one.stage,
                view.moment(one.enrolled),
            )
            for one in view.enrollments
        ],
    )
    table(
        "Goals",
        ("pathway", "goal", "state"),
        [
            (view.title(one.pathway), goal["title"], str(goal["status"]).replace("-", " "))
            for one in view.enrollments
            for goal in view.goals(one.pathway)
        ],
    )
    table(
        "Newest values",
        ("value", "", "observed"),
        [(v["label"], v["shown"], view.moment(v["observed"])) for v in view.values()],
    )
    table(
        "Open tasks",
        ("task", "due", "owner", "title", "asks for"),
        [
            (
                f"{view.journey}/{one.task}",
                view.moment(one.due),
                one.owner,
                one.title + attempted(one, view.moment),
                ", ".join((*one.collect, *one.instruments)),
            )
            for one in view.tasks
        ],
    )
    table(
        "Appointments",
        ("appointment", "service", "status", "starts", "with"),
        [
            (
                f"{view.journey}/{one.appointment}",
                one.service,
                one.status,
                view.moment(one.starts) if one.starts else "",
                one.provider,
            )
            for one in view.appointments
        ],
    )
    if view.reviews():
        show_reviews(view)
    due = view.next_due()
    if due is not None:
        say(f"Next due: {view.moment(due['at'])}, {due['text']}.")
        say("")
    entries = view.entries(last)
    table(
        "Timeline" if len(entries) == len(view.timeline) else f"Timeline (the last {len(entries)})",
        ("when", "what"),
        [(view.moment(one.at), view.tell(one)) for one in entries],
    )
