"""What happens to a patient outside tasks: events, holds, and leaving."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from worker.commands.options import NOBODY, NOWHERE, Json, Where, Who


def event(
    journey: str,
    kind: str,
    /,
    *,
    at: str = "",
    unverified: bool = False,
    zone: str = "",
    visit: str = "",
    to: str = "",
    into: str = "",
    detail: tuple[str, ...] = (),
    json: Json = False,
    who: Annotated[Who, Parameter()] = NOBODY,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Report what happened to the patient.

    Careway itself knows admitted and discharged (hospital), admission-cancelled,
    discharge-cancelled, visit-changed and visit-merged, deceased, death-disproved,
    death-corrected (the date was another) and death-retracted (nobody died), moved,
    coverage-changed (--detail payer=ID, and --detail from=DAY if it is not that of the report),
    caregiver-access (--detail scope=all, none, or some of health, plan, safety; --detail
    basis=self, proxy or guardian; --detail assent=given or refused),
    consent-withdrawn and consent-given; a pathway's rules may listen to any other, such as
    ed-visit or fall. Told again of the same visit, nothing changes. JSON: status (applied or
    refused), code, message, command.

    Parameters
    ----------
    journey
        The journey's id, or the beginning of it.
    kind
        What happened.
    at
        When (ISO time), if not now.
    unverified
        It is only reported, not verified.
    zone
        With moved: the time zone the patient lives in now, such as America/Chicago.
    visit
        With a stay in hospital: its visit number.
    to
        With discharged: where to (home, assisted-living, facility).
    into
        With visit-merged: the number that the visit goes on under.
    detail
        More about it, NAME=TEXT; repeat it.
    json
        Print JSON for programs instead of text.
    """
    from worker.commands import entering
    from worker.commands.asking import send

    happened = entering.instant(at, where.settings().zone) if at else None
    details = entering.pairs(detail, "--detail hospital=General")
    details |= {name: text for name, text in (("to", to), ("into", into)) if text}
    return send(
        where,
        who,
        lambda desk, command: desk.report(
            journey,
            kind,
            who.actor(),
            at=happened,
            verified=not unverified,
            zone=zone,
            details=details,
            visit=visit,
            command_id=command,
        ),
        f"Reported: {kind}.",
        json=json,
    )


def hold(
    journey: str,
    /,
    *,
    reason: str,
    pathway: str = "",
    until: str = "",
    json: Json = False,
    who: Annotated[Who, Parameter()] = NOBODY,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Put an enrollment, or the whole journey, on hold: its due times wait.

    JSON: status (applied or refused), code, message, command.

    Parameters
    ----------
    journey
        The journey's id, or the beginning of it.
    reason
        Why.
    pathway
        Only this enrollment.
    until
        When it goes on by itself (ISO date or time).
    json
        Print JSON for programs instead of text.
    """
    from worker.commands.asking import send
    from worker.commands.entering import instant

    end = instant(until, where.settings().zone) if until else None
    return send(
        where,
        who,
        lambda desk, command: desk.hold(
            journey, who.actor(), reason, pathway=pathway, until=end, command_id=command
        ),
        "On hold.",
        json=json,
    )


def resume(
    journey: str,
    /,
    *,
    pathway: str = "",
    json: Json = False,
    who: Annotated[Who, Parameter()] = NOBODY,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """End a hold: every due time moves by its length.

    JSON: status (applied or refused), code, message, command.

    Parameters
    ----------
    journey
        The journey's id, or the beginning of it.
    pathway
        Only this enrollment.
    json
        Print JSON for programs instead of text.
    """
    from worker.commands.asking import send

    return send(
        where,
        who,
        lambda desk, command: desk.resume(
            journey, who.actor(), pathway=pathway, command_id=command
        ),
        "Resumed.",
        json=json,
    )


def withdraw(
    journey: str,
    /,
    *,
    reason: str,
    pathway: str = "",
    json: Json = False,
    who: Annotated[Who, Parameter()] = NOBODY,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """The patient leaves a pathway, or the whole program.

    JSON: status (applied or refused), code, message, command.

    Parameters
    ----------
    journey
        The journey's id, or the beginning of it.
    reason
        Why, in the patient's words.
    pathway
        Only this enrollment.
    json
        Print JSON for programs instead of text.
    """
    from worker.commands.asking import send

    return send(
        where,
        who,
        lambda desk, command: desk.withdraw(
            journey, who.actor(), reason, pathway=pathway, command_id=command
        ),
        "Withdrawn.",
        json=json,
    )


def close(
    journey: str,
    /,
    *,
    pathway: str,
    disposition: str,
    reason: str = "",
    json: Json = False,
    who: Annotated[Who, Parameter()] = NOBODY,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Discharge an enrollment by hand.

    JSON: status (applied or refused), code, message, command.

    Parameters
    ----------
    journey
        The journey's id, or the beginning of it.
    pathway
        The enrollment.
    disposition
        How it ends: moved, hospice, long-term-care, ...
    reason
        More about it.
    json
        Print JSON for programs instead of text.
    """
    from worker.commands.asking import send

    return send(
        where,
        who,
        lambda desk, command: desk.close(
            journey, who.actor(), pathway, disposition, reason=reason, command_id=command
        ),
        f"Discharged from {pathway}: {disposition}.",
        json=json,
    )
