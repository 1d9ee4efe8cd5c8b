"""``careway hours``: when people work and who is on call, by the site's rota."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from worker.commands.options import NOBODY, NOWHERE, Json, Where, Who

if TYPE_CHECKING:
    from pathways.journey.effects import Answer
    from pathways.journey.team.rota import Rota
    from worker.desk import Desk

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def hours(
    *,
    tell: bool = False,
    forget: bool = False,
    journey: str = "",
    json: Json = False,
    who: Annotated[Who, Parameter()] = NOBODY,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Show when people work and who is on call (DEFINITIONS/rota.yaml), or tell the journeys.

    A patient who is enrolled brings the rota of that day; after a change of the file, tell those
    who are enrolled already. What is urgent (RT-911 to RT-SD) then goes to who is on call when the
    owner is not at work, with its clocks as they were; when nobody is, the supervisor is told.
    JSON: a list of person, days (0: Monday), opens, closes (seconds of the local day), roles (on
    call for; none: their own hours), now (at work now). With --tell: journeys (a list of journey,
    status, code, message).

    Parameters
    ----------
    tell
        Tell every journey that is not closed.
    forget
        With --tell: nothing is known of hours any more; everybody is taken to be there.
    journey
        With --tell: only this journey.
    json
        Print JSON for programs instead of text.
    """
    import time

    from worker.commands.misuse import Misuse
    from worker.rota import FILE, rota_of

    if not tell and (forget or journey):
        raise Misuse("--forget and --journey go with --tell.")
    now = int(time.time())
    plan = None if forget else rota_of(where.settings(), now)
    if plan is None and not forget:
        raise Misuse(
            f"There is no {FILE} among the definitions: everybody is taken to be there. "
            "docs/nursing.md shows one."
        )
    if tell:
        return _tell(plan, journey, where, who, json=json)
    return _show(plan, now, json=json) if plan is not None else 0


def _show(plan: Rota, now: int, *, json: bool) -> int:
    from pathways.journey.team.rota import at_work
    from worker.commands.misuse import DONE
    from worker.commands.output import as_json, table

    rows = [(shift, at_work(plan, shift, now)) for shift in plan.shifts]
    if json:
        as_json(
            [
                {
                    "person": shift.person,
                    "days": list(shift.days),
                    "opens": shift.opens,
                    "closes": shift.closes,
                    "roles": list(shift.roles),
                    "now": there,
                }
                for shift, there in rows
            ]
        )
        return DONE
    table(
        "Hours, and who is on call",
        ("person", "days", "hours", "on call for", "now"),
        [
            (
                shift.person,
                ", ".join(_DAYS[day] for day in shift.days),
                f"{_clock(shift.opens)} to {_clock(shift.closes)}",
                ", ".join(shift.roles),
                "at work" if there else "",
            )
            for shift, there in rows
        ],
    )
    return DONE


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"


def _tell(plan: Rota | None, journey: str, where: Where, who: Who, *, json: bool) -> int:
    from activities.records.reading import open_journeys
    from worker.commands.asking import at_the_desk
    from worker.commands.staff import report

    command = who.command()

    async def session(desk: Desk) -> list[tuple[str, Answer]]:
        own = [desk.journey(journey)] if journey else open_journeys(desk.engine)
        return [
            (one, await desk.keep_rota(one, who.actor(), plan, command_id=f"{command}.{one}"))
            for one in own
        ]

    told = at_the_desk(where, session)
    return report(command, told, "No journey is running.", json=json)
