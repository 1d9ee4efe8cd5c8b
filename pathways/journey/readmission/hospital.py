"""Hospital: messages about a patient's stays, and what they do to the journey (X5, B16)."""

from __future__ import annotations

from pathways.journey import life, rules
from pathways.journey.accepting import accept
from pathways.journey.draft import Draft
from pathways.journey.effects import Answer
from pathways.journey.events import Report
from pathways.journey.lookback.past_state import Stay
from pathways.journey.readmission import episodes, interruptions, stays


def report(draft: Draft, event: Report) -> Answer:
    """Something happened: messages about stays are settled here, the rest is life."""
    if event.event not in stays.MESSAGES:
        return life.report(draft, event)
    accept(draft, event)
    heard = stays.hear(draft.journey.stays, event)
    if heard.repeated:
        draft.say("visit-repeated", event=event.event, visit=event.visit or None)
        return Answer("applied", "already-known", "This was known: nothing changes.")
    was_inside = draft.journey.hospital > 0
    draft.journey.stays = heard.stays
    stay = stays.inside(heard.stays)
    if event.event == "visit-merged":
        episodes.rename(draft, event.visit, event.details["into"])
    if event.event == "discharge-cancelled" and heard.stay is not None:
        episodes.retract(draft, heard.stay)
    if stay is not None and not was_inside:
        _go_in(draft, stay, event)
    elif stay is None and was_inside:
        _come_home(draft, heard, event)
    elif stay is None and event.event == "discharged" and heard.stay is not None:
        _hear_of_the_past(draft, heard, event)
    elif heard.stay is not None and heard.stay.discharged:
        _settle(draft, heard.stay, event)
    episodes.note_ends(draft)
    return Answer("applied")


def _go_in(draft: Draft, stay: Stay, event: Report) -> None:
    """Community work is suspended while others care for the patient; what was meant for home is
    cancelled."""
    admitted = event.event == "admitted"
    if admitted:
        rules.on_event(draft, "admitted")
    life.admit(draft, max(stay.admitted, 1))
    interruptions.interrupt(draft, "readmitted" if admitted else event.event)
    if admitted:
        interruptions.give_notice(draft, stay.admitted)


def _come_home(draft: Draft, heard: stays.Heard, event: Report) -> None:
    life.come_home(draft)
    if event.event == "admission-cancelled" or heard.stay is None:
        episodes.resume(draft)  # the admission was a mistake
    else:
        _back(draft, heard.stay)


def _back(draft: Draft, stay: Stay) -> None:
    rules.on_event(draft, "discharged")
    episodes.tell_dates(draft, stay)
    episodes.begin_again(draft, "discharged", stay)


def _hear_of_the_past(draft: Draft, heard: stays.Heard, event: Report) -> None:
    """A discharge of somebody who was at home, as far as we knew: the one that brought them here;
    another time for one that is known; or one whose admission we were never told of."""
    stay = heard.stay
    if stay is None:
        return
    if heard.revised:
        _settle(draft, stay, event)
    elif event.visit and episodes.index_of(draft, stay):
        return
    elif event.visit and any(e.enrolled < stay.discharged for e in draft.running()):
        rules.on_event(draft, "admitted")
        episodes.note_ends(draft)
        _back(draft, stay)
    else:
        _back(draft, stay)


def _settle(draft: Draft, stay: Stay, event: Report) -> None:
    """More is known of a stay that is over."""
    draft.say("visit-settled", visit=stay.visit or None)
    episodes.revise(draft, stay)
    if event.event in ("discharged", "visit-changed", "visit-merged"):
        episodes.begin_again(draft, "discharged", stay)
