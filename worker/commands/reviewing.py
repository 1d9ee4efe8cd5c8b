"""``careway review``: requests for authorization, and what is said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from worker.commands.options import NOBODY, NOWHERE, Json, Where, Who

if TYPE_CHECKING:
    from worker.commands.view import JourneyView

Say = Literal[
    "submitted",
    "received",
    "pended",
    "nurse-review",
    "md-review",
    "approved",
    "partial",
    "denied",
    "withdrawn",
    "p2p",
    "appeal",
    "overturned",
    "upheld",
    "closed",
    "expired",
    "voided",
    "extended",
    "extension",
    "used",
    "avoidable",
]


def review(
    journey: str,
    say: Say | None = None,
    /,
    *,
    review: str = "",
    at: str = "",
    by: str = "",
    reviewer: str = "",
    credential: str = "",
    reports_to: str = "",
    reason: str = "",
    family: Literal["medical-necessity", "administrative", ""] = "",
    criteria: str = "",
    letter: str = "",
    payer: str = "",
    kind: str = "",
    speed: Literal["standard", "expedited", ""] = "",
    benefit: str = "",
    level: str = "",
    from_: str = "",
    until: str = "",
    units: int = 0,
    unit: str = "",
    code: tuple[str, ...] = (),
    facility: str = "",
    json: Json = False,
    who: Annotated[Who, Parameter()] = NOBODY,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """List a journey's requests for authorization, or say what happened to one.

    Say submitted, received, pended, nurse-review, md-review, approved, partial, denied, withdrawn,
    p2p (the physicians talk), appeal, overturned, upheld, closed, expired or voided; extended (the
    payer takes longer), extension (more of a running authorization is asked for), used (--units
    are used by now), avoidable (--from, a day in care --reason placement, transport, payer, test,
    family or weekend). A nurse may approve; only a physician reviewer may deny for medical
    necessity. JSON of a list: id, pathway, step, service, payer, type, speed, benefit, level,
    state, of, opened, received, decide_by, file_by (instants in seconds; 0: none), approval,
    history, avoidable, overdue, x12 (HCR01 of a 278; empty: none fits). JSON of what was said:
    status (applied or refused), code, message, command.

    Parameters
    ----------
    journey
        The journey's id, or the beginning of it.
    say
        What happened; without it, the requests are listed.
    review
        Which request (r5), if several are under way.
    at
        When it happened (ISO time), if earlier than now.
    by
        Who made the move: utilization-nurse, physician-reviewer, independent-reviewer, plan.
    reviewer
        The id of the person at the payer who did.
    credential
        Theirs: RN, MD, DO.
    reports_to
        The id of whom they report to.
    reason
        Why; of a denial it must be said.
    family
        Of a denial or a partial approval: medical-necessity or administrative.
    criteria
        The criteria used, with their version.
    letter
        The id of the payer's letter.
    payer
        submitted, extension: who decides this one, if not the patient's payer.
    kind
        submitted: prior (unless said), concurrent, retrospective.
    speed
        submitted: expedited, if waiting would harm.
    benefit
        submitted: medical (unless said), part-b-drug, part-d-drug.
    level
        submitted: the level of care asked for, such as irf or snf.
    from_
        The first day authorized (2026-09-14).
    until
        The last day authorized.
    units
        How many units are authorized (used: used by now).
    unit
        What is counted: days, visits, hours.
    code
        A service code that is authorized; repeat it.
    facility
        Where.
    json
        Print JSON for programs instead of text.
    """
    from pathways.journey.events import Review
    from worker.commands import entering
    from worker.commands.asking import send
    from worker.commands.misuse import Misuse

    if say is None:
        if any((review, at, by, reviewer, reason, family, payer, from_, until, units, code)):
            raise Misuse("Say what happened: careway review JOURNEY approved --units 14 ...")
        return _list(journey, where, json=json)
    happened = entering.instant(at, where.settings().zone) if at else None
    event = Review(
        command="",
        actor=who.actor(),
        say=say,
        review=review,
        at=happened,
        role=by,
        person=reviewer,
        credential=credential,
        reports_to=reports_to,
        reason=reason,
        family=family,
        criteria=criteria,
        letter=letter,
        payer=payer,
        kind=kind,
        speed=speed,
        benefit=benefit,
        level=level,
        first=from_,
        last=until,
        units=units,
        unit=unit,
        codes=code,
        facility=facility,
    )
    return send(
        where,
        who,
        lambda desk, command: desk.review(journey, event, command_id=command),
        f"On record: {say}.",
        json=json,
    )


def _list(journey: str, where: Where, *, json: bool) -> int:
    from worker.commands.misuse import DONE, FAILED
    from worker.commands.output import as_json, complain, say
    from worker.commands.records import recorded
    from worker.commands.view import look

    settings = where.settings()
    with recorded(settings) as engine:
        view = look(settings, engine, journey)
    if view.state is None:
        complain(view.excuse)
        return FAILED
    if json:
        as_json(view.reviews())
    elif not view.reviews():
        say("No authorization was asked for.")
    else:
        show_reviews(view)
    return DONE


def show_reviews(view: JourneyView) -> None:
    """Print a journey's requests, if there are any."""
    from worker.commands.output import table

    table(
        "Authorizations",
        ("review", "service", "payer", "state", "waiting for", "authorized"),
        [
            (
                one["id"],
                one["service"],
                one["payer"],
                one["state"],
                _waiting(one, view),
                _authorized(one),
            )
            for one in view.reviews()
        ],
    )


def _waiting(one: dict[str, Any], view: JourneyView) -> str:
    if one["decide_by"]:
        late = " OVERDUE" if one["overdue"] else ""
        return f"decision by {view.moment(one['decide_by'])}{late}"
    if one["file_by"] and one["state"] in ("denied", "approved-partial", "p2p", "upheld"):
        return f"appeal by {view.moment(one['file_by'])}"
    return ""


def _authorized(one: dict[str, Any]) -> str:
    approval = one["approval"]
    if not approval:
        return ""
    parts = [
        f"{approval['units']} {approval['unit']}" if approval["units"] else "",
        f"{approval['from']} to {approval['until']}" if approval["until"] else "",
        f"{approval['used']} used" if approval["used"] else "",
    ]
    return ", ".join(part for part in parts if part)
