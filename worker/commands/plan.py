"""``careway plan`` and ``careway goal``: the care plan, and the patient's own goals in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from worker.commands.options import NOBODY, NOWHERE, Json, Where, Who

if TYPE_CHECKING:
    from activities.records.care_plans import VersionOnRecord
    from worker.settings import Settings


def plan(
    journey: str,
    /,
    *,
    version: int | None = None,
    since: int | None = None,
    json: Json = False,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Show the care plan: a version as it was frozen, or what is different since an earlier one.

    JSON: journey, version, pathway, status, made, decided (instants in seconds), reason, content
    (chapters, needs, own_goals, team), versions (each with version, pathway, status, made,
    decided, reason), and with --since also difference (sentences).

    Parameters
    ----------
    journey
        The journey's id, or the beginning of it.
    version
        The version; without it the newest that is approved, else the newest.
    since
        Say what is different from this earlier version instead.
    json
        Print JSON for programs instead of text.
    """
    from msgspec import to_builtins

    from activities.records.care_plans import versions
    from pathways.planning.saying import difference
    from worker.commands.misuse import DONE, FAILED
    from worker.commands.output import as_json, complain, plain
    from worker.commands.records import recorded
    from worker.references import of_journey

    settings = where.settings()
    with recorded(settings) as engine:
        own = of_journey(engine, journey)
        found = versions(engine, own)
    if not found:
        complain(f"Journey {own} has no care plan yet.")
        return FAILED
    known = {one.version: one for one in found}
    wanted = [n for n in (version, since) if n is not None and n not in known]
    if wanted:
        listed = ", ".join(str(n) for n in known)
        complain(f"Journey {own} has no version {wanted[0]} of its care plan: there are {listed}.")
        return FAILED
    shown = known[version] if version is not None else _newest(found)
    changes = difference(known[since].content, shown.content) if since is not None else None
    if json:
        brief = [plain(one) for one in found]
        for one in brief:
            del one["content"]
        content = to_builtins(shown.content)
        data = {"journey": own} | plain(shown) | {"content": content, "versions": brief}
        as_json(data if changes is None else data | {"difference": list(changes)})
    elif changes is not None:
        _print_changes(changes, since or 0, shown.version)
    else:
        _print(own, shown, found, settings)
    return DONE


def _newest(found: list[VersionOnRecord]) -> VersionOnRecord:
    approved = [one for one in found if one.status == "approved"]
    return (approved or found)[-1]


def _print_changes(changes: tuple[str, ...], since: int, version: int) -> None:
    from worker.commands.output import say

    if not changes:
        say(f"Version {version} says what version {since} says.")
    for line in changes:
        say(line)


def _print(
    journey: str, shown: VersionOnRecord, found: list[VersionOnRecord], settings: Settings
) -> None:
    from pathways.planning.saying import said
    from worker.commands.output import say, table
    from worker.commands.records import office

    moment = office(settings)
    say(f"Care plan of {journey}, version {shown.version}: {_status(shown)}", "bold")
    say("")
    for heading, lines in said(shown.content, moment):
        if lines:
            say(heading, "bold")
            for line in lines:
                say(f"  {line}")
            say("")
    table(
        "Versions",
        ("version", "for", "status", "made", "decided", "reason"),
        [
            (
                str(one.version),
                one.pathway,
                _status(one),
                moment(one.made),
                moment(one.decided) if one.decided else "",
                one.reason,
            )
            for one in found
        ],
    )


def _status(one: VersionOnRecord) -> str:
    return one.status.replace("-", " ")


def goal(
    journey: str,
    /,
    *,
    words: str = "",
    measure: str = "",
    target: str = "",
    due: str = "",
    barrier: str = "",
    goal: str = "",
    status: Literal["", "active", "met", "dropped"] = "",
    json: Json = False,
    who: Annotated[Who, Parameter()] = NOBODY,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Take down a goal of the patient's own, or what became of one.

    The next version of the care plan has it. JSON: status (applied or refused), code, message,
    command.

    Parameters
    ----------
    journey
        The journey's id, or the beginning of it.
    words
        The goal in the patient's own words.
    measure
        By what one sees that it is met.
    target
        What the measure should come to.
    due
        By when (ISO date or time).
    barrier
        What stands in the way.
    goal
        Of a goal stated before: its id (g3). What is given replaces what was said.
    status
        What became of it: met, or dropped by the patient.
    json
        Print JSON for programs instead of text.
    """
    from worker.commands import entering
    from worker.commands.asking import send

    by = entering.instant(due, where.settings().zone) if due else 0
    if by and len(due.strip()) == len("2026-12-01"):
        by += 86_399  # the whole day counts
    return send(
        where,
        who,
        lambda desk, command: desk.state_goal(
            journey,
            who.actor(),
            words=words,
            measure=measure,
            target=target,
            due=by,
            barrier=barrier,
            goal=goal,
            status=status,
            command_id=command,
        ),
        "Taken down.",
        json=json,
    )
