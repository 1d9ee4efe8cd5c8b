"""Episodes: pathways that begin anew with each discharge from hospital, each linked to the one
before (X5), and what an admission does to the work of the others."""

from __future__ import annotations

from msgspec.structs import replace

from pathways.calendar.table import civil, deadline, local_day
from pathways.compiled import Episodes
from pathways.journey import beginning, leaving, rules, tasks, values
from pathways.journey.draft import Draft
from pathways.journey.events import Reading
from pathways.journey.lookback.past_state import Episode, Stay
from pathways.journey.readmission import stays
from pathways.journey.state import Due, Enrollment, Source, Task
from pathways.packet import FACILITY
from pathways.spans import Span

KEPT = 24
"""Episodes that a journey remembers; the record keeps all."""
READMISSION = 30
"""Days after a discharge, which is day 0: a stay that begins on day 30 is a readmission, on day 31
it is not (6.2)."""
PERIOD = Span(29, "day")
"""A transition's 30 days: the discharge is day 1 (T5, CMS transitional care management)."""
OVERLAP = "transition-periods-overlap"
"""The event that rules hear of when a new episode begins within the one before's 30 days."""
ELSEWHERE = "to-facility"


def declared(draft: Draft, enrollment: Enrollment) -> Episodes:
    """What its pathway declares; nothing, if it does not, or if a journey that was closed and
    taken up again no longer has it at hand."""
    if enrollment.digest not in draft.library:
        return Episodes()
    return draft.ready(enrollment).pathway.episodes or Episodes()


# -- keeping count ---------------------------------------------------------------------------


def note_beginning(draft: Draft, enrollment: Enrollment, stay: Stay | None = None) -> None:
    """An enrollment has begun: of a pathway with episodes, it is the next one."""
    if not declared(draft, enrollment).again:
        return
    mine = [e for e in draft.journey.episodes if e.pathway == enrollment.pathway]
    last = mine[-1] if mine else None
    linked = last is not None and last.disposition in declared(draft, enrollment).after
    episode = Episode(
        enrollment.pathway,
        (last.number if last else 0) + 1,
        draft.now,
        stay.discharged if stay else 0,
        stay.visit if stay else "",
        last.number if last is not None and linked else 0,
    )
    draft.journey.episodes = (*draft.journey.episodes, episode)[-KEPT:]
    _say(draft, episode)


def _say(draft: Draft, episode: Episode) -> None:
    since = episode.discharged or episode.began
    draft.say(
        "episode-begun",
        episode.pathway,
        number=episode.number,
        after=episode.after or None,
        until=deadline(draft.calendar, since, PERIOD),
    )


def _current(draft: Draft, pathway: str) -> Episode | None:
    return next((e for e in reversed(draft.journey.episodes) if e.pathway == pathway), None)


def _put(draft: Draft, old: Episode, new: Episode) -> None:
    draft.journey.episodes = tuple(new if e is old else e for e in draft.journey.episodes)


def note_ends(draft: Draft) -> None:
    """Episodes whose enrollment has ended since."""
    for episode in draft.journey.episodes:
        enrollment = draft.journey.enrollments[episode.pathway]
        if not episode.ended and enrollment.status == "discharged":
            ended = replace(episode, ended=enrollment.ended, disposition=enrollment.disposition)
            _put(draft, episode, ended)


# -- coming home -----------------------------------------------------------------------------


def index_of(draft: Draft, stay: Stay) -> bool:
    """Whether this is the discharge that brought the patient here: the first message with a
    number about a stay that was over when they were enrolled."""
    running = draft.running()
    if not stay.visit or not running or any(e.enrolled < stay.discharged for e in running):
        return False
    for enrollment in running:
        episode = _current(draft, enrollment.pathway)
        if episode is not None and not episode.visit:
            _put(draft, episode, replace(episode, visit=stay.visit, discharged=stay.discharged))
            tell_dates(draft, stay, only=enrollment.pathway)
    return True


def tell_dates(draft: Draft, stay: Stay, only: str = "") -> None:
    """The date of the discharge, and whether the stay was a readmission, as values."""
    for enrollment in draft.running():
        if only in ("", enrollment.pathway):
            _tell(draft, declared(draft, enrollment), stay)


def _tell(draft: Draft, ours: Episodes, stay: Stay) -> None:
    readings = []
    if ours.date:
        year, month, day = civil(local_day(draft.calendar, stay.discharged))
        told = f"{year:04}-{month:02}-{day:02}"
        known = draft.journey.facts.get(ours.date)
        if not known or known[0].value != told:
            readings.append(Reading(ours.date, told, stay.discharged))
    verdict = is_readmission(draft, stay)
    if ours.readmission and verdict is not None:
        known = draft.journey.facts.get(ours.readmission)
        if not known or (known[0].observed, known[0].value) != (stay.discharged, verdict):
            readings.append(Reading(ours.readmission, verdict, stay.discharged))
    values.take(draft, readings, "visit")


def is_readmission(draft: Draft, stay: Stay) -> bool | None:
    """Whether the stay began up to 30 days after the discharge before it (6.2); ``None``: that is
    not known."""
    earlier = stays.before(draft.journey.stays, stay)
    if earlier is None or not stay.admitted:
        return None
    days = local_day(draft.calendar, stay.admitted) - local_day(draft.calendar, earlier.discharged)
    return days <= READMISSION


def begin_again(draft: Draft, event: str, stay: Stay) -> None:
    """Who left a pathway for the hospital is back: a new episode begins, or, after a discharge
    that was taken back, the same one anew. Who goes on to a facility is waited for (B15)."""
    for enrollment in list(draft.journey.enrollments.values()):
        ours = declared(draft, enrollment)
        if ours.again != event:
            continue
        running = enrollment.status != "discharged"
        if stay.to and stay.to in ours.waits:
            if running or enrollment.disposition in ours.after:
                _wait(draft, enrollment.pathway, ours)
        elif not running and enrollment.disposition in (*ours.after, leaving.RETRACTED):
            _reopen(draft, enrollment, ours, stay)


def _wait(draft: Draft, pathway: str, ours: Episodes) -> None:
    """The transition home begins at the discharge from there; the packet goes there now."""
    enrollment = draft.enrollment(pathway)
    if enrollment.status != "discharged":
        leaving.discharge(draft, enrollment, ELSEWHERE)
    draft.say("episode-waits", pathway)
    leaving.ask_when_home(draft, pathway)
    if any(t.about == "packet" and t.sources[0].pathway == pathway for t in _tasks(draft)):
        return
    tasks.open_task(
        draft,
        enrollment,
        Source(pathway, "", "packet-to-facility", draft.serial()),
        kind="packet",
        title="Discharged to a facility: send the packet there now",
        owner=ours.packet,
        due=Span(1, "same-day"),
        about="packet",
        outcomes=("sent",),
        packet=FACILITY,
    )


def _tasks(draft: Draft) -> list[Task]:
    return list(draft.journey.tasks.values())


def _reopen(draft: Draft, old: Enrollment, ours: Episodes, stay: Stay) -> None:
    note_ends(draft)
    before = _current(draft, old.pathway)
    enrollment = Enrollment(
        pathway=old.pathway,
        version=old.version,
        digest=old.digest,
        enrolled=draft.now,
        referred=min(stay.discharged, draft.now),
        counts=beginning.counts_of(draft, old.pathway),
        since=stay.discharged,
    )
    draft.put_enrollment(enrollment)
    draft.journey.status = "active"
    if before is not None and before.disposition == leaving.RETRACTED:
        again = Episode(
            old.pathway, before.number, draft.now, stay.discharged, stay.visit, before.after
        )
        _put(draft, before, again)
        _say(draft, again)
    else:
        note_beginning(draft, enrollment, stay)
    pathway = draft.ready(enrollment).pathway
    draft.say("enrolled", old.pathway, version=old.version, title=pathway.title)
    _tell(draft, ours, stay)
    beginning.begin(draft, draft.enrollment(old.pathway))
    if before is not None and before.disposition in ours.after and _overlap(draft, before, stay):
        draft.say("reported", event=OVERLAP, at=stay.discharged, verified=True, details="")
        rules.on_event(draft, OVERLAP, old.pathway)


def revise(draft: Draft, stay: Stay) -> None:
    """Another time of a discharge that episodes count from."""
    for episode in draft.journey.episodes:
        if stay.visit and episode.visit == stay.visit and not episode.ended:
            _put(draft, episode, replace(episode, discharged=stay.discharged))
            draft.enrollment(episode.pathway).referred = min(stay.discharged, draft.now)
    tell_dates(draft, stay)


def rename(draft: Draft, visit: str, into: str) -> None:
    """Two numbers were one visit."""
    for episode in draft.journey.episodes:
        if visit and episode.visit == visit:
            _put(draft, episode, replace(episode, visit=into))


def resume(draft: Draft) -> None:
    """An admission that was none: who left because of it begins their episode anew, with the
    clocks that it had."""
    for enrollment in list(draft.journey.enrollments.values()):
        ours = declared(draft, enrollment)
        if enrollment.status != "discharged" or enrollment.disposition not in ours.after:
            continue
        note_ends(draft)
        before = _current(draft, enrollment.pathway)
        if before is None or not any(d.ref == enrollment.pathway for d in _waiting(draft)):
            continue
        again = Enrollment(
            pathway=enrollment.pathway,
            version=enrollment.version,
            digest=enrollment.digest,
            enrolled=draft.now,
            referred=enrollment.referred,
            counts=beginning.counts_of(draft, enrollment.pathway),
            since=enrollment.since,
        )
        draft.put_enrollment(again)
        draft.journey.status = "active"
        _put(draft, before, replace(before, ended=0, disposition=""))
        title = draft.ready(again).pathway.title
        draft.say("enrolled", again.pathway, version=again.version, title=title)
        beginning.begin(draft, again)


def _waiting(draft: Draft) -> list[Due]:
    return [due for due in draft.agenda() if due.kind == "stay"]


def _overlap(draft: Draft, before: Episode, stay: Stay) -> bool:
    """Whether the 30 days of the episode before are not over: one claim, not two (X5, S1)."""
    ends = deadline(draft.calendar, before.discharged or before.began, PERIOD)
    return stay.discharged <= ends


# -- taken back, and waiting --------------------------------------------------------------------


def retract(draft: Draft, stay: Stay) -> None:
    """A discharge is taken back: the episode that it began waits for the next one, and who had
    its packet is told."""
    for enrollment in draft.running():
        episode = _current(draft, enrollment.pathway)
        if episode is None or not stay.visit or episode.visit != stay.visit:
            continue
        sent = [
            step.id
            for step in draft.ready(enrollment).steps.values()
            if step.verb == "transition" and enrollment.ends.get(step.id) == "done"
        ]
        mine = draft.enrollment(enrollment.pathway)
        leaving.discharge(draft, mine, leaving.RETRACTED)
        note_ends(draft)
        draft.say("episode-retracted", mine.pathway, number=episode.number)
        if sent:
            _supersede(draft, mine)


def _supersede(draft: Draft, enrollment: Enrollment) -> None:
    ours = declared(draft, enrollment)
    tasks.open_task(
        draft,
        enrollment,
        Source(enrollment.pathway, "", "packet-superseded", draft.serial()),
        kind="packet",
        title="The discharge was cancelled: tell who has the packet that it is superseded",
        owner=ours.packet,
        due=Span(1, "same-day"),
        about="superseded",
    )


def ask(draft: Draft, pathway: str) -> None:
    """30 days and no discharge: somebody finds out."""
    enrollment = draft.journey.enrollments[pathway]
    if enrollment.status != "discharged":
        return
    if not any(t.kind == "stay" and t.sources[0].pathway == pathway for t in _tasks(draft)):
        tasks.open_task(
            draft,
            enrollment,
            Source(pathway, "", "stay", draft.serial()),
            kind="stay",
            title="Still away after 30 days: report the discharge, keep waiting, or stop",
            owner="",
            due=Span(3, "business-day"),
            outcomes=("keep", "stop"),
            about="stay",
        )
    draft.at(draft.now + leaving.AWAY, "stay", "", pathway)
