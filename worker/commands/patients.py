"""``careway enroll`` and ``careway list``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from worker.commands.options import NOBODY, NOWHERE, Json, Where, Who


def enroll(
    *,
    patient: Path,
    pathway: list[str],
    referred: str = "",
    referrer: str = "",
    json: Json = False,
    who: Annotated[Who, Parameter()] = NOBODY,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Enroll a patient on one or more pathways.

    The patient is read from a FHIR R4 bundle. Somebody like a patient who is known is not enrolled:
    the referral waits until a person has said who it is (careway matches). JSON: journey (empty:
    it waits), waiting (the questions), enrolled (pathway, version, digest, status, code, message of
    each), findings (what of the bundle was left out), command.

    Parameters
    ----------
    patient
        The bundle, a JSON file.
    pathway
        A pathway's id; repeat it for several.
    referred
        When the patient was referred (ISO date or time), if not now.
    referrer
        Who referred (a clinic or a plan), for the answer to them.
    json
        Print JSON for programs instead of text.
    """
    from pathways.language.report import as_json as issues_as_json
    from pathways.language.report import render
    from worker.admission import BundleRefused
    from worker.asking import NoWorker
    from worker.commands.asking import answer_data, at_the_desk, refusal
    from worker.commands.entering import instant
    from worker.commands.misuse import DONE, FAILED
    from worker.commands.output import as_json, complain, say

    text = _read(patient)
    zone = where.settings().zone
    since = instant(referred, zone) if referred else None
    command = who.command()
    try:
        result = at_the_desk(
            where,
            lambda desk: desk.enroll(
                text,
                str(patient),
                list(dict.fromkeys(pathway)),
                who.actor(),
                referred=since,
                referrer=referrer,
                command_id=command,
            ),
        )
    except BundleRefused as error:
        if json:
            as_json(
                {
                    "journey": "",
                    "waiting": [],
                    "enrolled": [],
                    "findings": issues_as_json(error.issues),
                }
            )
        complain(f"{error}\n\n{render(error.issues, {error.file: error.text})}".rstrip())
        return FAILED
    except NoWorker as error:
        raise NoWorker(f"{error}\nIts command id: {command}") from None
    if json:
        enrolled = [
            {"pathway": one.pathway, "version": one.version, "digest": one.digest}
            | answer_data(one.answer)
            for one in result.enrolled
        ]
        found = issues_as_json(result.findings)
        as_json(
            {
                "journey": result.journey,
                "waiting": list(result.waiting),
                "enrolled": enrolled,
                "findings": found,
                "command": command,
            }
        )
        return FAILED if result.refused else DONE
    if result.findings:
        complain(render(result.findings, {str(patient): text}).rstrip())
    if result.waiting:
        questions = ", ".join(result.waiting)
        say(f"This may be a patient who is known: the referral waits ({questions}).")
        say("See careway matches: a person says who it is, within a business day.")
        return DONE
    for one in result.enrolled:
        if one.answer.status == "refused":
            complain(f"{one.pathway}: {refusal(one.answer)}")
        elif one.answer.code == "already-enrolled":
            say(f"Journey {result.journey} is on {one.pathway} already; it goes on.")
            if not referrer:
                say("Was this a new referral? Say by whom (--referrer): they are owed an answer.")
        else:
            say(f"Journey {result.journey} is enrolled on {one.pathway} {one.version}.")
    if not result.refused:
        say(f"See careway show {result.journey} and careway tasks --journey {result.journey}.")
    return FAILED if result.refused else DONE


def list_journeys(
    *,
    json: Json = False,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """List the journeys on record.

    JSON: a list of id, status, updated, open_tasks, next_due (instants in seconds; 0: nothing),
    enrollments (pathway, version, digest, stage, status, enrolled, disposition, ended).

    Parameters
    ----------
    json
        Print JSON for programs instead of text.
    """
    from activities.records.reading import journeys
    from worker.commands.misuse import DONE
    from worker.commands.output import as_json, plain, say, table
    from worker.commands.records import office, recorded

    settings = where.settings()
    with recorded(settings) as engine:
        found = journeys(engine)
    if json:
        rows: list[dict[str, Any]] = []
        for one in found:
            row = plain(one) | {"enrollments": [plain(e) for e in one.enrollments]}
            del row["revision"]
            rows.append(row)
        as_json(rows)
        return DONE
    if not found:
        say("No journeys yet. careway enroll begins one.")
        return DONE
    moment = office(settings)
    table(
        "",
        ("journey", "status", "enrollments", "open tasks", "next due"),
        [
            (
                one.id,
                one.status,
                ", ".join(f"{e.pathway} ({e.stage or e.status})" for e in one.enrollments),
                one.open_tasks,
                moment(one.next_due) if one.next_due else "",
            )
            for one in found
        ],
    )
    return DONE


def _read(path: Path) -> str:
    from worker.errors import WorkerError

    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise WorkerError(f"{path} is not UTF-8 text. FHIR JSON must be.") from None
    except OSError as error:
        raise WorkerError(f"{path} cannot be read: {error.strerror}.") from None
