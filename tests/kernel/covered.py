"""What must hold of requests and authorizations when who pays changes (clinical.md 5): reckoned
day by day from what is known of the cover."""

from __future__ import annotations

from collections.abc import Mapping

from pathways.compiled import CompiledPathway
from pathways.journey.decide import Decision
from pathways.journey.events import Event
from pathways.journey.state import Journey
from pathways.review.machine import ENDED, GRANTED, UNDECIDED
from pathways.review.record import ReviewRun
from tests.kernel.reference.calendar import Clock

Library = Mapping[str, CompiledPathway]
EPOCH = 719_163
"""1970-01-01 as ``date.toordinal`` counts."""


class Covered:
    """Sees the decisions of one journey, in order."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def see(self, before: Journey, event: Event, now: int, decision: Decision) -> None:
        """One decision more."""
        journey = decision.journey
        if journey.covers and journey.status != "closed":
            self.who_pays_today_is_known(journey)
            for run in journey.reviews.values():
                if run.state in GRANTED and run.approval is not None:
                    self.ends_with_its_cover(journey, run)
        was, is_now = payer(before), payer(journey)
        if was and was != is_now:
            self.nothing_waits_for_who_paid(journey, was, is_now)
        if decision.record is not None:
            self.somebody_sees_to_it(decision)
        self.one_is_asked(journey)

    def who_pays_today_is_known(self, journey: Journey) -> None:
        due = {int(d.ref) for d in journey.agenda if d.kind == "coverage"}
        today = day_of(journey, journey.now)
        later = {c.since for c in journey.covers if c.since > today}
        assert due >= later, "the first day of a payer is not on the agenda"
        if not any(d.at <= journey.now for d in journey.agenda):
            assert payer(journey) == pays(journey, today)

    def ends_with_its_cover(self, journey: Journey, run: ReviewRun) -> None:
        """No authorization outlasts the cover under which it was asked for; one that was cut
        keeps what was granted."""
        assert run.approval is not None
        limit, last = self.last_day(journey, run), run.approval.last
        assert not limit or 0 < last <= limit, f"{run} outlasts its cover, {limit}"
        if run.approval.cut:
            granted = run.approval.granted
            assert not granted or granted > last, f"{run} was cut to more than was granted"
            assert last == limit, f"{run} is cut, and its cover ends on {limit}"

    def last_day(self, journey: Journey, run: ReviewRun) -> int:
        """The day before another payer's first, once the payer that was asked has paid; 0: none."""
        asked = day_of(journey, run.received or run.opened)
        known = sorted(journey.covers, key=lambda c: c.since)
        theirs = [self.asks(journey, run.pathway, c.payer) == run.payer for c in known]
        turns = zip(theirs, theirs[1:], known[1:], strict=False)
        ends = [c.since - 1 for mine, goes_on, c in turns if mine and not goes_on]
        ahead = [day for day in ends if day >= asked]
        if ahead or theirs[-1]:
            return min(ahead, default=0)
        return max(ends, default=0)

    def asks(self, journey: Journey, pathway: str, payer: str) -> str:
        payers = self.library[journey.enrollments[pathway].digest].payers
        return payer if payer in payers else next(n for n, p in payers.items() if p.usual)

    def nothing_waits_for_who_paid(self, journey: Journey, was: str, is_now: str) -> None:
        for run in journey.reviews.values():
            old, new = (self.asks(journey, run.pathway, p) for p in (was, is_now))
            waits = run.state in UNDECIDED and run.type != "retrospective"
            assert not waits or old == new or run.payer != old, f"{run} waits for who paid before"

    def somebody_sees_to_it(self, decision: Decision) -> None:
        """Of an authorization that is cut, a person sees that care goes on."""
        record, journey = decision.record, decision.journey
        assert record is not None
        cut = {str(e.params["review"]) for e in record.entries if e.kind == "review-cut"}
        open_now = {t.about for t in journey.tasks.values() if t.kind == "cover-ends"}
        for name in cut:
            run = journey.reviews.get(name)
            if run is not None and run.state in GRANTED and run.approval and run.approval.cut:
                assert name in open_now, f"nobody sees that care goes on after {run}"

    def one_is_asked(self, journey: Journey) -> None:
        """A request that takes another's place stands alone in it."""
        anew = [r.instead for r in journey.reviews.values() if r.instead and r.state not in ENDED]
        assert len(anew) == len(set(anew)), f"asked twice: {anew}"


def payer(journey: Journey) -> str:
    return journey.patient.payer if journey.patient is not None else ""


def pays(journey: Journey, day: int) -> str:
    told = [c for c in journey.covers if c.since <= day]
    return max(told, key=lambda c: c.since).payer if told else ""


def day_of(journey: Journey, instant: int) -> int:
    assert journey.calendar is not None
    return Clock(journey.calendar.zone).day(instant).toordinal() - EPOCH
