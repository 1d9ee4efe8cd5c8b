"""``careway matches``: referrals that wait for a person to say who is referred."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from worker.commands.options import NOBODY, NOWHERE, Json, Where, Who

if TYPE_CHECKING:
    from worker.matching import Settled
    from worker.queued import Queued


def matches(
    deed: Literal["list", "show", "confirm", "reject", "join", "part"] = "list",
    match: str = "",
    other: str = "",
    /,
    *,
    reason: str = "",
    all_: Annotated[bool, Parameter(name="--all")] = False,
    unlike: Annotated[bool, Parameter(name="--although-unlike")] = False,
    json: Json = False,
    who: Annotated[Who, Parameter()] = NOBODY,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Decide whether who is referred is a patient who is known.

    A referral of somebody like a known patient waits here; nothing is merged until a person says
    so. list: what is open, the earliest due first. show: both sides of one question. confirm: it
    is the same person, the referral is linked, the earliest referral sets the clocks. reject: it
    is another person, told apart for ever; her referral goes on with her own date. join: two
    patients who are known are one person; the first journey named goes on, with what the second
    was enrolled on, and one task there to look through what was open in it; the second is closed.
    part: what was joined is two people's after all; the second is taken up again. Both need a
    reason. Asked for
    again, what was interrupted goes on. JSON of list: match, journey, likeness, task, status,
    asked, due (0: no task asks), person, role, reason, decided, referrals (pathways, referred,
    referrer of each); of show: a list of trait, known, told; of confirm and reject: match, status,
    open (questions still to be decided), results (journey, waiting, enrolled with pathway, status,
    code, message); of join and part: match, journey, other, enrolled.

    Parameters
    ----------
    deed
        list, show, confirm, reject, join or part.
    match
        The question, as the list names it; with join the journey that goes on, with part what
        joined them (list --all names it).
    other
        With join: the journey that is found to be of the same person.
    reason
        Why; it stands in the record of the decision.
    all_
        With list: also what was decided.
    unlike
        With join: although next to nothing that is on record of the two agrees.
    json
        Print JSON for programs instead of text.
    """
    from worker.commands.misuse import Misuse

    if deed == "list":
        if match:
            raise Misuse("list takes no question. careway matches show QUESTION shows one.")
        return _list(where, all_=all_, json=json)
    if not match:
        raise Misuse(f"Say which question to {deed}: careway matches lists them.")
    if deed == "show":
        return _show(where, match, json=json)
    if deed == "join" or deed == "part":
        if not reason or (deed == "join") != bool(other):
            said = "join JOURNEY OTHER" if deed == "join" else "part QUESTION"
            raise Misuse(f'Say which, and why: careway matches {said} --reason "...".')
        return _join(where, who, (match, other), reason, unlike=unlike, json=json)
    return _decide(where, who, deed, match, reason, json=json)


def _list(where: Where, *, all_: bool, json: bool) -> int:
    from worker.commands.misuse import DONE
    from worker.commands.output import as_json, plain, say, table
    from worker.commands.records import office, recorded
    from worker.queued import queued

    settings = where.settings()
    with recorded(settings) as engine:
        rows = queued(engine, all_=all_)
    if json:
        as_json([_data(row, plain) for row in rows])
        return DONE
    if not rows:
        say("No referral waits for a person to say who is referred.")
        return DONE
    moment = office(settings)
    table(
        "Is it the same person?",
        ("question", "patient", "what agrees", "referred to", "due", "status"),
        [
            (
                row.asked.id,
                row.asked.journey,
                row.asked.likeness,
                ", ".join(
                    f"{', '.join(one.pathways)} on {moment(one.referred)}"
                    + (f" by {one.referrer}" if one.referrer else "")
                    for one in row.referrals
                ),
                moment(row.due) if row.due else "no task asks",
                row.asked.status
                if row.asked.status == "open"
                else f"{row.asked.status}, said {row.asked.person} {moment(row.asked.decided)}",
            )
            for row in rows
        ],
    )
    say("See careway matches show QUESTION, then careway matches confirm or reject.")
    return DONE


def _data(row: Queued, plain: Any) -> dict[str, Any]:
    asked: dict[str, Any] = plain(row.asked)
    del asked["key"]
    asked["match"] = asked.pop("id")
    return asked | {"due": row.due, "referrals": [plain(one) for one in row.referrals]}


def _show(where: Where, match: str, *, json: bool) -> int:
    import time

    from activities.records.match_rows import match_of
    from worker.commands.misuse import DONE
    from worker.commands.output import as_json, plain, table
    from worker.commands.records import recorded
    from worker.matching import unknown
    from worker.queued import sides

    settings = where.settings()
    with recorded(settings) as engine:
        asked = match_of(engine, match)
        if asked is None:
            raise unknown(match)
        rows = sides(engine, asked, settings, int(time.time()))
    if json:
        as_json([plain(row) for row in rows])
        return DONE
    table(
        f"{match}: {asked.likeness}",
        ("", f"patient {asked.journey}", "who is referred"),
        [(row.trait, row.known, row.told) for row in rows],
    )
    return DONE


def _decide(
    where: Where,
    who: Who,
    deed: Literal["confirm", "reject"],
    match: str,
    reason: str,
    *,
    json: bool,
) -> int:
    from worker.commands.asking import answer_data, at_the_desk, refusal
    from worker.commands.misuse import DONE, FAILED
    from worker.commands.output import as_json, complain, say

    settled = at_the_desk(where, lambda desk: getattr(desk, deed)(match, who.actor(), reason))
    failed = FAILED if any(result.refused for result in settled.results) else DONE
    if json:
        results = [
            {
                "journey": result.journey,
                "waiting": list(result.waiting),
                "enrolled": [
                    {"pathway": one.pathway} | answer_data(one.answer) for one in result.enrolled
                ],
            }
            for result in settled.results
        ]
        status = settled.match.status
        as_json({"match": match, "status": status, "open": list(settled.open), "results": results})
        return failed
    say(_said(settled))
    for result in settled.results:
        for one in result.enrolled:
            if one.answer.status == "refused":
                complain(f"{one.pathway}: {refusal(one.answer)}")
            else:
                say(f"Journey {result.journey}: {one.answer.message or one.answer.code}")
        for other in result.waiting:
            say(f"The referral waits for {other}: somebody like them became a patient meanwhile.")
    return failed


def _said(settled: Settled) -> str:
    if settled.match.status == "same":
        return f"{settled.match.id}: the same person; all that waited is linked."
    if settled.open:
        left = ", ".join(settled.open)
        return f"{settled.match.id}: another person. Still to be decided: {left}."
    return f"{settled.match.id}: another person, told apart for ever."


def _join(
    where: Where, who: Who, which: tuple[str, str], reason: str, *, unlike: bool, json: bool
) -> int:
    from worker.commands.asking import answer_data, at_the_desk, refusal
    from worker.commands.misuse import DONE, FAILED
    from worker.commands.output import as_json, complain, say

    match, other = which
    done = at_the_desk(
        where,
        lambda desk: (
            desk.join(match, other, who.actor(), reason, unlike=unlike)
            if other
            else desk.part(match, who.actor(), reason)
        ),
    )
    refused = [one for one in done.enrolled if one.answer.status == "refused"]
    if json:
        enrolled = [{"pathway": one.pathway} | answer_data(one.answer) for one in done.enrolled]
        said = {"match": done.match, "journey": done.journey, "other": done.other}
        as_json(said | {"enrolled": enrolled})
        return FAILED if refused else DONE
    say(
        f"{done.match}: {done.other} is joined with {done.journey}, which goes on. If that was "
        f"wrong: careway matches part {done.match}."
        if other
        else f"{done.match}: {done.other} and {done.journey} are two people's again."
    )
    for one in done.enrolled:
        if one in refused:
            complain(f"{one.pathway}: {refusal(one.answer)}")
        else:
            say(f"{one.pathway}: {one.answer.message or one.answer.code}")
    return FAILED if refused else DONE
