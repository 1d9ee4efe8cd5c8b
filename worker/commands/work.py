"""The worklist, and what people do with tasks and appointments."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Parameter

from worker.commands.of_task import owner, readings
from worker.commands.options import NOBODY, NOWHERE, Json, Where, Who


def tasks(
    *,
    role: str | None = None,
    person: str | None = None,
    journey: str | None = None,
    json: Json = False,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Show the worklist: the highest score first, then by due time, then by age.

    The score adds the class of the task, the share of its time that is gone and the patient's
    risk; a program's deadline of today counts as a class of its own. The reason says so in words.
    JSON: a list of id (JOURNEY/TASK), journey, task, pathway, step, occurrence, kind, title,
    owner, person, opened, due (instants in seconds), status, urgency, level, outcome, closed,
    reasons, collect, instruments, outcomes, attempts, again, blocked, overdue, flags (the task's
    and the patient's), behalf (for whom person stands in), tier, priority (score, base, urgency,
    risk, reason), clock (of a program).

    Parameters
    ----------
    role
        Only tasks of this role.
    person
        Only tasks that this person has now, their own or standing in for somebody.
    journey
        Only tasks of this journey (its id, or the beginning of it).
    json
        Print JSON for programs instead of text.
    """
    from worker.commands.misuse import DONE
    from worker.commands.worklist import show

    show(where.settings(), role, journey, person, json=json)
    return DONE


def complete(
    task: str,
    /,
    *,
    outcome: str = "",
    values: Annotated[tuple[str, ...], Parameter(name="--set")] = (),
    answer: tuple[str, ...] = (),
    note: str = "",
    medicine: tuple[str, ...] = (),
    at: str = "",
    without: tuple[str, ...] = (),
    restore: tuple[str, ...] = (),
    channel: str = "",
    decide: tuple[str, ...] = (),
    section: tuple[str, ...] = (),
    not_applicable: tuple[str, ...] = (),
    json: Json = False,
    who: Annotated[Who, Parameter()] = NOBODY,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Close a task, with what was collected.

    JSON: status (applied or refused), code, message, command.

    Parameters
    ----------
    task
        The task, as careway tasks shows it: JOURNEY/t12. The journey's beginning is enough.
    outcome
        How it ended, if not in the normal way; unable-to-reach when nobody answered.
    values
        A value, NAME=VALUE, with its unit if it is not the pathway's own; repeat it.
    answer
        An answer of an instrument, INSTRUMENT.ITEM=NUMBER; repeat it.
    note
        A note for the record.
    medicine
        Of a reconciliation: a medicine that is taken, with the dose of a day and the route, like
        "oxycodone 20 mg by mouth"; repeat it. "metformin stopped for vomiting" was stopped on
        purpose, "losartan 50 mg instead of lisinopril", "apixaban 10 mg not obtained", "ibuprofen
        not listed" say more; what is not named any more is left out without a reason.
    at
        When it was done (ISO time), if earlier than now.
    without
        With --outcome rejected: a step that the next version of the plan does without; repeat it.
    restore
        Of a plan task: a step that a rejection took out and this version has again; repeat it.
    channel
        Of a contact: how it was tried or made: phone (a voicemail, too), text, e-mail, portal,
        letter, video or in-person. Three attempts should go by two ways, one outside 09:00-17:00.
    decide
        What a prescriber or pharmacist decides about a line that is not as before: "metformin:
        stop, eGFR 25" (accept: as found; before: as it was; stop: no more); repeat it.
    section
        Of a hand-over: a section that the packet has, like medicines; repeat it.
    not_applicable
        Of a hand-over: a section that does not apply, and why: "tests=none are pending"; repeat it.
    json
        Print JSON for programs instead of text.
    """
    from worker.commands import entering
    from worker.commands.asking import send

    answers = entering.answers(answer)
    done_at = entering.instant(at, where.settings().zone) if at else None
    entering.pairs(values, "--set hba1c=7.2")
    medicines = entering.medicines(medicine) if medicine else None
    decisions = entering.decisions(decide)
    packet = dict.fromkeys(section, "") | entering.pairs(
        not_applicable, '--not-applicable "tests=none are pending"'
    )
    return send(
        where,
        who,
        lambda desk, command: desk.complete(
            task,
            who.actor(owner(desk, task)),
            outcome,
            values=readings(desk, task, values),
            answers=answers,
            note=note,
            at=done_at,
            medicines=medicines,
            without=without,
            restore=restore,
            channel=channel,
            decisions=decisions,
            packet=packet,
            command_id=command,
        ),
        f"Task {task} is done.",
        json=json,
    )


def decline(
    task: str,
    /,
    *,
    reason: str,
    risk_explained: bool = False,
    json: Json = False,
    who: Annotated[Who, Parameter()] = NOBODY,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """The patient declines what a task or an appointment offers.

    JSON: status (applied or refused), code, message, command.

    Parameters
    ----------
    task
        The task or appointment: JOURNEY/t12 or JOURNEY/a7.
    reason
        Why, in the patient's words.
    risk_explained
        The risk of declining was explained.
    json
        Print JSON for programs instead of text.
    """
    from worker.commands.asking import send

    return send(
        where,
        who,
        lambda desk, command: desk.decline(
            task,
            who.actor(owner(desk, task)),
            reason,
            risk_explained=risk_explained,
            command_id=command,
        ),
        f"{task} is declined.",
        json=json,
    )


def vary(
    task: str,
    /,
    *,
    reason: str,
    json: Json = False,
    who: Annotated[Who, Parameter()] = NOBODY,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Depart from the pathway: close a task undone, with the reason on record.

    JSON: status (applied or refused), code, message, command.

    Parameters
    ----------
    task
        The task: JOURNEY/t12.
    reason
        Why the pathway is not followed here.
    json
        Print JSON for programs instead of text.
    """
    from worker.commands.asking import send

    return send(
        where,
        who,
        lambda desk, command: desk.vary(
            task, who.actor(owner(desk, task)), reason, command_id=command
        ),
        f"Task {task} is closed undone; the departure is on record.",
        json=json,
    )


def assign(
    task: str,
    /,
    *,
    to: str,
    person: str = "",
    json: Json = False,
    who: Annotated[Who, Parameter()] = NOBODY,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Hand a task to another role, or fill a role of the care team with a person.

    JSON: status (applied or refused), code, message, command.

    Parameters
    ----------
    task
        The task (JOURNEY/t12); or only the journey, to fill a role.
    to
        The role.
    person
        The id of the person who fills the role from now on.
    json
        Print JSON for programs instead of text.
    """
    from worker.commands.asking import send
    from worker.commands.misuse import Misuse

    if "/" not in task and not person:
        raise Misuse("Say which task to hand on (JOURNEY/t12), or who fills the role (--person).")
    return send(
        where,
        who,
        lambda desk, command: desk.assign(
            task,
            who.actor(owner(desk, task) if "/" in task else "case-manager"),
            to,
            person=person,
            command_id=command,
        ),
        f"{to} has {task} now." if "/" in task else f"{person} is {to} now.",
        json=json,
    )


def attend(
    appointment: str,
    /,
    *,
    outcome: Literal["attended", "missed", "cancelled"],
    values: Annotated[tuple[str, ...], Parameter(name="--set")] = (),
    json: Json = False,
    who: Annotated[Who, Parameter()] = NOBODY,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Say how an appointment ended.

    JSON: status (applied or refused), code, message, command.

    Parameters
    ----------
    appointment
        The appointment, as careway show names it: JOURNEY/a7.
    outcome
        How it ended.
    values
        A value that it brought, NAME=VALUE; repeat it.
    json
        Print JSON for programs instead of text.
    """
    from worker.commands import entering
    from worker.commands.asking import send

    entering.pairs(values, "--set hba1c=7.2")
    return send(
        where,
        who,
        lambda desk, command: desk.attend(
            appointment,
            who.actor(),
            outcome,
            values=readings(desk, appointment, values),
            command_id=command,
        ),
        f"Appointment {appointment}: {outcome}.",
        json=json,
    )
