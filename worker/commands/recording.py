"""Values outside tasks: recording them, and putting right what was wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from worker.commands.options import NOBODY, NOWHERE, Json, Where, Who

if TYPE_CHECKING:
    from pathways.journey.effects import Answer
    from pathways.journey.events import Value
    from worker.desk import Desk


def record(
    journey: str,
    /,
    *,
    values: Annotated[tuple[str, ...], Parameter(name="--set")] = (),
    correct: str = "",
    retract: str = "",
    at: str = "",
    reason: str = "",
    json: Json = False,
    who: Annotated[Who, Parameter()] = NOBODY,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Record values outside any task (all are taken, or none), or put right an earlier one.

    A value that is corrected or retracted stays on record, marked, and never counts again; open
    work that it led to says so. JSON: status (applied or refused), code, message, command.

    Parameters
    ----------
    journey
        The journey's id, or the beginning of it.
    values
        A value, NAME=VALUE, with its unit if it is not the pathway's own; repeat it.
    correct
        An earlier value was wrong: NAME=VALUE, as it should have been.
    retract
        An earlier value, NAME, was wrong, and nothing takes its place.
    at
        When they were observed (ISO time), if earlier than now; with --correct or --retract, when
        the wrong one was observed (to the minute), if it is not the newest.
    reason
        With --correct or --retract: why.
    json
        Print JSON for programs instead of text.
    """
    from pathways.journey.events import Correct
    from worker.commands import entering
    from worker.commands.asking import send
    from worker.commands.misuse import Misuse
    from worker.pinned import elements_of

    if sum((bool(values), bool(correct), bool(retract))) != 1:
        raise Misuse("Say one of --set NAME=VALUE, --correct NAME=VALUE and --retract NAME.")
    entering.pairs((*values, *filter(None, (correct,))), "--set hba1c=7.2")
    observed = entering.instant(at, where.settings().zone) if at else 0
    if values:
        return send(
            where,
            who,
            lambda desk, command: desk.record(
                journey,
                who.actor(),
                entering.readings(
                    values, elements_of(desk.engine, desk.journey(journey)), observed
                ),
                command_id=command,
            ),
            "Recorded.",
            json=json,
        )

    async def put_right(desk: Desk, command: str) -> Answer:
        name: str = retract
        value: Value | None = None
        if correct:
            elements = elements_of(desk.engine, desk.journey(journey))
            name, value = entering.correction(correct, elements)
        wrong = Correct(command, who.actor(), name, observed, value, reason)
        return await desk.correct(journey, who.actor(), wrong, command_id=command)

    return send(where, who, put_right, "", json=json)
