"""``careway team``, ``absent`` and ``leaves``: who fills which role, and who stands in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from worker.commands.options import NOBODY, NOWHERE, Json, Where, Who

if TYPE_CHECKING:
    from pathways.journey.careplan.planned import Absence
    from pathways.journey.effects import Answer
    from pathways.journey.state import Journey
    from worker.desk import Desk


def team(
    journey: str,
    /,
    *,
    json: Json = False,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Show who fills which role for a patient, who is away and who stands in.

    JSON: journey, team (a list of role, person, holder (who has the work now), urgent (who has
    now what is urgent; empty: nobody is at work), start, until (instants of an absence, 0: none),
    tasks (open ones)).

    Parameters
    ----------
    journey
        The journey's id, or the beginning of it.
    json
        Print JSON for programs instead of text.
    """
    from worker.commands.misuse import DONE, FAILED
    from worker.commands.output import as_json, complain, say, table
    from worker.commands.records import recorded
    from worker.commands.view import look

    settings = where.settings()
    with recorded(settings) as engine:
        view = look(settings, engine, journey)
    if view.state is None:
        complain(view.excuse)
        return FAILED
    away = {one.person: one for one in view.state.absences}
    rows = [
        (role, person, away.get(person), sum(one.owner == role for one in view.tasks))
        for role, person in view.state.team.items()
    ]
    now = view.state.now
    if json:
        named = [
            {
                "role": role,
                "person": person,
                "holder": _holder(person, absence, now),
                "urgent": _urgent(view.state, role, person, absence),
                "start": absence.start if absence is not None else 0,
                "until": absence.until if absence is not None else 0,
                "tasks": count,
            }
            for role, person, absence, count in rows
        ]
        as_json({"journey": view.journey, "team": named})
        return DONE
    if not rows:
        say("Nobody is named in this patient's care team: its roles have shared mailboxes.")
        return DONE
    table(
        f"Care team of {view.journey}",
        ("role", "person", "has the work now", "what is urgent", "away", "open tasks"),
        [
            (
                role,
                person,
                _holder(person, absence, now) or "the supervisor, if urgent",
                _urgent(view.state, role, person, absence) or "the supervisor",
                f"{view.moment(absence.start)} to {view.moment(absence.until)}"
                if absence is not None
                else "",
                str(count),
            )
            for role, person, absence, count in rows
        ],
    )
    return DONE


def _holder(person: str, absence: Absence | None, now: int) -> str:
    """Who has a person's work now."""
    if absence is None or not absence.start <= now < absence.until:
        return person
    return absence.cover


def _urgent(state: Journey, role: str, person: str, absence: Absence | None) -> str:
    """Who has now what is urgent of a role; empty: nobody is at work, the supervisor is told."""
    import time

    from pathways.journey.team.rota import holder_of_urgent

    # A clock that was moved ahead, in a demo, leaves ours behind.
    now = max(state.now, int(time.time()))
    if state.rota is None or state.calendar is None:
        return _holder(person, absence, now)
    table = state.rota.calendar or state.calendar
    found = holder_of_urgent(state.team, state.absences, state.rota, table, role, now)
    return found.person if found.there else ""


def absent(
    person: str,
    /,
    *,
    since: Annotated[str, Parameter(name="--from")] = "",
    until: str,
    cover: str = "",
    journey: str = "",
    json: Json = False,
    who: Annotated[Who, Parameter()] = NOBODY,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """A person is away: whoever stands in has their work, with its due times as they were.

    What is open with a class from RT-911 to RT-2H is put before the cover at once (without a cover,
    before the supervisor); the rest is theirs when the absence begins. Every journey is told in
    which the person has or had work. JSON: journeys (a list of journey, status, code, message).

    Parameters
    ----------
    person
        The id of the person.
    since
        From when (ISO date or time); now, if not given.
    until
        Until when (ISO date or time).
    cover
        The id of the person who stands in.
    journey
        Only for this journey.
    json
        Print JSON for programs instead of text.
    """
    import time

    from worker.commands import entering

    zone = where.settings().zone
    end = entering.instant(until, zone)
    start = entering.instant(since, zone) if since else int(time.time())

    def tell(desk: Desk, own: str, command: str) -> Awaitable[Answer]:
        return desk.absent(own, who.actor(), person, start, end, cover=cover, command_id=command)

    return _everywhere(person, journey, where, who, tell, json=json)


def leaves(
    person: str,
    /,
    *,
    to: str,
    journey: str = "",
    json: Json = False,
    who: Annotated[Who, Parameter()] = NOBODY,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """A person leaves: another fills all their roles; open work goes on with its clocks.

    Every journey is told in which the person has or had work. JSON: journeys (a list of journey,
    status, code, message).

    Parameters
    ----------
    person
        The id of the person who leaves.
    to
        The id of the person who takes over.
    journey
        Only for this journey.
    json
        Print JSON for programs instead of text.
    """

    def tell(desk: Desk, own: str, command: str) -> Awaitable[Answer]:
        return desk.leaves(own, who.actor(), person, to, command_id=command)

    return _everywhere(person, journey, where, who, tell, json=json)


def _everywhere(
    person: str,
    journey: str,
    where: Where,
    who: Who,
    tell: Callable[[Desk, str, str], Awaitable[Answer]],
    *,
    json: bool,
) -> int:
    """Tell each journey of the person; each by an id of its own, so that all can be sent again."""
    from activities.records.reading import journeys_of
    from worker.commands.asking import at_the_desk

    command = who.command()

    async def session(desk: Desk) -> list[tuple[str, Answer]]:
        own = [desk.journey(journey)] if journey else journeys_of(desk.engine, person)
        return [(one, await tell(desk, one, f"{command}.{one}")) for one in own]

    told = at_the_desk(where, session)
    return report(command, told, f"{person} has no work in any journey that is running.", json=json)


def report(command: str, told: list[tuple[str, Answer]], nobody: str, *, json: bool) -> int:
    """Say what each journey that was told answered; ``nobody``: when there was none."""
    from worker.commands.misuse import DONE, FAILED
    from worker.commands.output import as_json, complain, say

    if json:
        as_json(
            {
                "command": command,
                "journeys": [
                    {"journey": one, "status": a.status, "code": a.code, "message": a.message}
                    for one, a in told
                ],
            }
        )
    elif not told:
        complain(nobody)
    else:
        done = [one for one, answer in told if answer.status == "applied"]
        say(f"Told {len(done)} of {len(told)} journeys.")
        for one, answer in told:
            if answer.status != "applied":
                complain(f"{one}: refused ({answer.code}): {answer.message}")
    applied = told and all(answer.status == "applied" for _, answer in told)
    return DONE if applied else FAILED
