"""``careway minutes``: time of care management, by calendar month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from worker.commands.options import NOBODY, NOWHERE, Json, Where, Who

if TYPE_CHECKING:
    from pathways.journey.effects import Answer
    from pathways.journey.events import Spend
    from pathways.programs.ledger import Line, Month
    from pathways.programs.program import Program
    from worker.desk import Desk
    from worker.programs import Seen
    from worker.settings import Settings


def minutes(
    journey: str,
    /,
    *,
    spent: int | None = None,
    on: str = "",
    for_: Annotated[str, Parameter(name="--for")] = "",
    began: Annotated[str, Parameter(name="--from")] = "",
    correct: str = "",
    json: Json = False,
    who: Annotated[Who, Parameter()] = NOBODY,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Put minutes of care management on record; without --spent show what they reach.

    A month is a calendar month where the patient lives. A minute counts once: time that overlaps
    other time of the same patient is refused, whatever program it is for. JSON with --spent:
    status (applied or refused), code, message, command. Without: months (month, program, minutes,
    uncounted, codes, missing, following, excluded_by), entries (id, program, on, minutes, role,
    counts).

    Parameters
    ----------
    journey
        The journey's id, or the beginning of it.
    spent
        How many minutes.
    on
        The date, where the patient lives (2026-11-03); today if it is left out.
    for_
        The program that they are for: ccm, pcm, pin, chi ...
    began
        The time of day when they began, where the patient lives (10:30).
    correct
        The entry to put right (m12); --spent 0 strikes it out.
    json
        Print JSON for programs instead of text.
    """
    from worker.commands.asking import send
    from worker.commands.misuse import DONE, Misuse
    from worker.commands.output import as_json
    from worker.programs import programs_of

    settings = where.settings()
    programs = programs_of(settings)
    patient = _patient(settings, journey)
    if spent is None:
        if on or for_ or began or correct:
            raise Misuse("Say how many minutes were spent: --spent 12.")
        months, entries = _ledger(patient, programs)
        if json:
            as_json(_data(months, entries))
        else:
            _print(months, entries, programs)
        return DONE
    _known(for_, programs)
    day, starts = _moment(on, began, patient)

    def spend(command: str) -> Spend:
        from pathways.journey.events import Spend

        return Spend(command, who.actor(), for_, spent, day, starts, correct)

    return send(
        where,
        who,
        lambda desk, command: _send(desk, patient.journey, spend(command)),
        f"{spent} minutes for {for_} are on record: careway minutes shows what they reach.",
        json=json,
    )


async def _send(desk: Desk, journey: str, event: Spend) -> Answer:
    from worker.asking import PATIENCE, asked

    return await asked(journey, desk.journeys.command(journey, event), PATIENCE)


def _patient(settings: Settings, reference: str) -> Seen:
    import time

    from worker.commands.records import recorded
    from worker.programs import seen
    from worker.references import of_journey

    with recorded(settings) as engine:
        own = of_journey(engine, reference)
        return seen(engine, settings, [own], int(time.time()))[own]


def _known(program: str, programs: dict[str, Program]) -> None:
    from pathways.language.issues import suggest
    from worker.commands.misuse import Misuse

    timed = [name for name, one in programs.items() if one.minutes is not None]
    if not program:
        raise Misuse(f"Say which program they are for: --for {' or '.join(timed)}.")
    if program not in timed:
        raise Misuse(f'"{program}" is no program that counts minutes. {suggest(program, timed)}')


def _moment(on: str, began: str, patient: Seen) -> tuple[str, int]:
    """The local date, and the instant at which the time began (0: not said)."""
    import re
    import time

    from pathways.calendar.table import civil, instant, local_day
    from pathways.journey.minutes import day_of
    from worker.commands.misuse import Misuse

    calendar = patient.calendar
    if not on:
        year, month, of_month = civil(local_day(calendar, int(time.time())))
        on = f"{year:04}-{month:02}-{of_month:02}"
    day = day_of(on)
    if day is None:
        raise Misuse(f'--on: "{on}" is not a date. Write it like 2026-11-03.')
    if not began:
        return on, 0
    clock = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", began)
    if clock is None:
        raise Misuse(f'--from: "{began}" is not a time of day. Write it like 10:30.')
    return on, instant(calendar, day, int(clock[1]) * 3600 + int(clock[2]) * 60)


def _ledger(
    patient: Seen, programs: dict[str, Program]
) -> tuple[tuple[Month, ...], tuple[Line, ...]]:
    from pathways.programs.ledger import ledger, lines

    return ledger(patient.entries, programs), lines(patient.entries, programs)


def _data(months: tuple[Month, ...], entries: tuple[Line, ...]) -> dict[str, Any]:
    from worker.commands.output import plain

    return {"months": [plain(one) for one in months], "entries": [plain(one) for one in entries]}


def _print(
    months: tuple[Month, ...], entries: tuple[Line, ...], programs: dict[str, Program]
) -> None:
    from worker.commands.output import say, table

    if not months:
        say("No minutes are on record.")
    table(
        "",
        ("month", "program", "minutes", "reached", "missing", "remarks"),
        [
            (
                one.month,
                programs[one.program].title if one.program in programs else one.program,
                str(one.minutes),
                ", ".join(one.codes),
                f"{one.missing} to {one.following}" if one.missing else "",
                "; ".join(_remarks(one)),
            )
            for one in months
        ],
    )
    table(
        "Entries",
        ("entry", "date", "program", "minutes", "by"),
        [(e.id, e.on, e.program, str(e.minutes), e.role) for e in entries],
    )


def _remarks(one: Month) -> list[str]:
    remarks = []
    if one.uncounted:
        remarks.append(f"{one.uncounted} more of roles that do not count")
    if one.excluded_by:
        remarks.append(f"not in one month with {' or '.join(one.excluded_by)}: claim one of them")
    return remarks
