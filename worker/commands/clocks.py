"""``careway clocks``: where the deadlines of programs and internal indicators stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from worker.commands.options import NOWHERE, Json, Where

if TYPE_CHECKING:
    from pathways.programs.evaluating import Board, Clock, Period
    from pathways.spans import Span

_ORDER = ("open", "grace", "met", "missed", "excluded")


def clocks(
    journey: str = "",
    /,
    *,
    due_within: str = "",
    program: str = "",
    json: Json = False,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """List the clocks of programs and internal indicators, the least slack first.

    A clock starts with its event, and is met by what is on record: work done, calls that reached
    somebody, visits that were kept. Without a journey only clocks that run are listed; the totals
    count all of them. Who died, went to hospice or withdrew is not counted from that moment.
    JSON: clocks (journey, id, program, title, n, started, opens, due, limit, status, at, slack,
    why), periods (journey, program, n, started, ends, status, codes, why), totals (by program:
    open, grace, met, missed, excluded). Instants and slack are in seconds.

    Parameters
    ----------
    journey
        One journey (its id, or the beginning of it), with what is over; without it, all.
    due_within
        Only clocks that run and are due by then: "2 days", "3 business days".
    program
        Only this program.
    json
        Print JSON for programs instead of text.
    """
    import time

    from activities.records.reading import journeys
    from worker.commands.misuse import DONE
    from worker.commands.output import as_json
    from worker.commands.records import recorded
    from worker.programs import seen
    from worker.references import of_journey

    settings = where.settings()
    chosen = _chosen(settings, program)
    span = _span(due_within)
    now = int(time.time())
    with recorded(settings) as engine:
        wanted = [of_journey(engine, journey)] if journey else [j.id for j in journeys(engine)]
        patients = seen(engine, settings, wanted, now)
    found = {name: patient.standing(chosen, now) for name, patient in patients.items()}
    shown = [
        (name, clock)
        for name, standing in found.items()
        for clock in standing.clocks
        if _wanted(clock, patients[name].until(now, span), one=bool(journey))
    ]
    shown.sort(key=_place)
    if json:
        as_json(_data(shown, found))
    else:
        _print(shown, found, {n: p.moment for n, p in patients.items()}, one=bool(journey))
    return DONE


def _chosen(settings: Any, program: str) -> list[Any]:
    from pathways.language.issues import suggest
    from worker.commands.misuse import Misuse
    from worker.programs import programs_of

    programs = programs_of(settings)
    if program and program not in programs:
        hint = suggest(program, programs) or "careway clocks lists all of them."
        raise Misuse(f'There is no program "{program}". {hint}')
    return [one for name, one in programs.items() if program in ("", name)]


def _span(text: str) -> Span | None:
    from pathways.language.spans import SpanError, parse_span
    from worker.commands.misuse import Misuse

    try:
        return parse_span(text) if text else None
    except SpanError as error:
        raise Misuse(f"--due-within: {error}") from None


def _wanted(clock: Clock, until: int | None, *, one: bool) -> bool:
    if until is not None:
        return clock.status in ("open", "grace") and clock.due <= until
    return one or clock.status in ("open", "grace")


def _place(pair: tuple[str, Clock]) -> tuple[bool, int, str, str, int]:
    name, clock = pair
    return clock.status not in ("open", "grace"), clock.slack, name, clock.id, clock.n


def _totals(found: Iterable[Board]) -> dict[str, dict[str, int]]:
    totals: dict[str, dict[str, int]] = {}
    for standing in found:
        for clock in standing.clocks:
            mine = totals.setdefault(clock.program, dict.fromkeys(_ORDER, 0))
            mine[clock.status] += 1
    return dict(sorted(totals.items()))


def _data(shown: list[tuple[str, Clock]], found: dict[str, Board]) -> dict[str, Any]:
    from worker.commands.output import plain

    return {
        "clocks": [{"journey": name} | plain(clock) for name, clock in shown],
        "periods": [
            {"journey": name} | plain(period)
            for name, standing in found.items()
            for period in standing.periods
        ],
        "totals": _totals(found.values()),
    }


def _print(
    shown: list[tuple[str, Clock]],
    found: dict[str, Board],
    moments: dict[str, Callable[[int], str]],
    *,
    one: bool,
) -> None:
    from worker.commands.output import say, table, words

    if not shown:
        say("No clock runs." if not one else "No clock has started.")
    table(
        "",
        ("journey", "clock", "status", "slack", "due", "what", "why"),
        [
            (
                name,
                clock.id if clock.n == 1 else f"{clock.id} ({clock.n})",
                words(clock.status, "bold red" if clock.status == "missed" else ""),
                length(clock.slack) if clock.status != "excluded" else "",
                moments[name](clock.limit if clock.status == "grace" else clock.due),
                clock.title,
                clock.why,
            )
            for name, clock in shown
        ],
        whole=("journey", "clock", "due"),
    )
    if one:
        table(
            "Service periods",
            ("program", "until", "status", "codes", "why"),
            [
                _period(period, moments[name])
                for name, standing in found.items()
                for period in standing.periods
            ],
        )
    table(
        "Totals",
        ("program", *_ORDER),
        [
            (name, *(str(count[status]) for status in _ORDER))
            for name, count in _totals(found.values()).items()
        ],
    )


def _period(period: Period, moment: Callable[[int], str]) -> tuple[str, ...]:
    codes = ", ".join(period.codes)
    return period.program, moment(period.ends), period.status, codes, period.why


def length(seconds: int) -> str:
    """A length of time with its sign: ``2 d 4 h``, ``-35 min``."""
    size = abs(seconds)
    days, hours, minutes = size // 86_400, size % 86_400 // 3600, size % 3600 // 60
    shown = f"{days} d {hours} h" if days else f"{hours} h {minutes} min" if hours else ""
    return ("-" if seconds < 0 else "") + (shown or f"{minutes} min")
