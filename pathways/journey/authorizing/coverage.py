"""Another payer from a day on: when it is told, when the day comes, and who has to know.

``covers`` of the journey says who pays from when, as it is known now; ``patient.payer`` who pays
today. What becomes of requests and authorizations is in ``payer_changes``.
"""

from __future__ import annotations

from msgspec.structs import replace

from pathways.calendar.table import civil, day_number, instant, local_day
from pathways.journey import tasks
from pathways.journey.answers import Refused
from pathways.journey.authorizing import payer_changes
from pathways.journey.authorizing.reviews import payers_of
from pathways.journey.draft import Draft
from pathways.journey.events import PatientProfile, Report
from pathways.journey.state import Due, Source
from pathways.review.cover import NOBODY, Cover, first_day, payer_on, with_cover
from pathways.spans import Span

EVENT = "coverage-changed"
KIND = "coverage"
"""Of agenda entries: another payer's first day begins."""
FAR = 366
"""Days from today beyond which the date of a change is taken for an entry error."""
NEXT_DAY = Span(1, "business-day")
CHECKS = ("cover-patient", "cover-physician")
"""Kinds of tasks about a change of payer; they are the patient's, whatever the pathway."""


def check(draft: Draft, event: Report) -> None:
    """Raises ``Refused`` unless it is said who pays, and from a day that can be."""
    payer = event.details.get("payer", "")
    known = sorted({name for e in draft.running() for name in payers_of(draft, e.pathway)})
    if not payer:
        raise Refused("payer-missing", "Say who pays now: --detail payer=ID.")
    if known and payer not in (*known, NOBODY):
        raise Refused("unknown-payer", f"Known payers: {', '.join(known)}; nobody: {NOBODY}.")
    today = local_day(draft.calendar, draft.now)
    if abs(_since(draft, event) - today) > FAR:
        raise Refused("too-far", "That is more than a year from today: check the date.")


def _since(draft: Draft, event: Report) -> int:
    """The first day of the new cover: as it was said, else that of the report."""
    text = event.details.get("from", "")
    if not text:
        return local_day(draft.calendar, event.at)
    try:
        year, month, of_month = (int(part) for part in text.split("-"))
        day = day_number(year, month, of_month)
    except ValueError:
        day = None
    if day is None or civil(day) != (year, month, of_month):
        raise Refused("wrong-type", f"{text} is not a day, like 2026-09-14.")
    return day


def changed(draft: Draft, event: Report) -> None:
    """Another payer pays from a day on, which may lie ahead or be over."""
    said = Cover(event.details["payer"], _since(draft, event), draft.now)
    dated = "from" in event.details
    take(draft, said, dated=dated)


def take(draft: Draft, said: Cover, *, dated: bool = True) -> None:
    """Act on what is said of the cover. Without a date of its own (``dated``), word of who pays
    already is no news."""
    before = draft.journey.covers or (Cover(_payer(draft), 0, 0),)
    known = payer_on(before, said.since)
    covers = before if known == said.payer and not dated else with_cover(before, said)
    if [(c.payer, c.since) for c in covers] == [(c.payer, c.since) for c in before]:
        draft.say("coverage-known", payer=said.payer)
        return
    draft.journey.covers = covers
    draft.say(
        "coverage-told",
        payer=said.payer,
        was=known if known != said.payer else payer_on(before, said.since - 1),
        since=instant(draft.calendar, said.since, 0),
        late=said.since < local_day(draft.calendar, draft.now),
    )
    _arm(draft)
    touched = (*_begin(draft), *payer_changes.fit(draft))
    _ask_people(draft, said, tuple(dict.fromkeys(touched)))


def noticed(draft: Draft, known: PatientProfile | None, told: str) -> None:
    """An enrollment's record names another payer (``told``) than the one known: that is a change
    too. Of a journey that was closed, what was known of its cover has come meanwhile."""
    now = draft.journey.patient
    if draft.journey.covers and draft.journey.status == "closed" and known and now:
        draft.journey.patient = replace(now, payer=known.payer)
        _arm(draft)
        _begin(draft)
        payer_changes.fit(draft)
        if told not in ("", _payer(draft)):
            today = local_day(draft.calendar, draft.now)
            take(draft, Cover(told, today, draft.now), dated=False)
        return
    if known is None or now is None or now.payer in ("", known.payer):
        return
    if not known.payer and not draft.journey.covers:
        return  # the first word of who pays
    today = local_day(draft.calendar, draft.now)
    draft.journey.patient = replace(now, payer=known.payer)
    take(draft, Cover(now.payer, today, draft.now), dated=False)


def due(draft: Draft, entry: Due) -> None:
    """The first day of a payer has begun."""
    _begin(draft)
    payer_changes.fit(draft)


def _payer(draft: Draft) -> str:
    return draft.journey.patient.payer if draft.journey.patient is not None else ""


def _arm(draft: Draft) -> None:
    today = local_day(draft.calendar, draft.now)
    draft.drop(KIND)
    for cover in draft.journey.covers:
        if cover.since > today:
            draft.at(instant(draft.calendar, cover.since, 0), KIND, ref=str(cover.since))


def _begin(draft: Draft) -> tuple[str, ...]:
    """Whoever pays today, by what is known now, pays. The services whose requests go elsewhere."""
    was = _payer(draft)
    today = local_day(draft.calendar, draft.now)
    now = payer_on(draft.journey.covers, today)
    if now == was or draft.journey.patient is None:
        return ()
    draft.journey.patient = replace(draft.journey.patient, payer=now)
    draft.say("coverage-began", payer=now, was=was)
    return payer_changes.redirect(draft, was, now, first_day(draft.journey.covers, today))


def _ask_people(draft: Draft, said: Cover, services: tuple[str, ...]) -> None:
    """The patient is told in plain words what the new cover means; the physician which services
    need another authorization."""
    running = draft.running()
    if not running:
        return
    year, month, day = civil(said.since)
    date = f"{year:04}-{month:02}-{day:02}"
    for task in list(draft.journey.tasks.values()):
        if task.kind in CHECKS:
            tasks.close_task(draft, task.id, "cancelled", EVENT)
    first = running[0]
    tasks.open_task(
        draft,
        first,
        Source(first.pathway, "", CHECKS[0], draft.serial()),
        kind="cover-patient",
        title=_what_changes(said.payer, date),
        owner="case-manager",
        due=NEXT_DAY,
        outcomes=("told",),
        reasons=services,
        about=KIND,
    )
    if services:
        tasks.open_task(
            draft,
            first,
            Source(first.pathway, "", CHECKS[1], draft.serial()),
            kind="cover-physician",
            title=f"Nobody pays from {date}: these are not covered"
            if said.payer == NOBODY
            else f"{said.payer} pays from {date}: these need another authorization",
            owner=tasks.physician(draft, first),
            due=NEXT_DAY,
            outcomes=("noted",),
            reasons=services,
            about=KIND,
        )


def _what_changes(payer: str, date: str) -> str:
    if payer == NOBODY:
        return (
            f"Nobody pays from {date}: find cover with the patient (employer, exchange, Medicaid, "
            "the hospital's own help), and say what care costs until then"
        )
    return (
        f"Tell the patient in plain words what changes: {payer} pays from {date}. Look at the "
        "card, the network and the medicines that it covers"
    )
