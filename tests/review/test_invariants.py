"""Whatever is said of reviews, in any order and at any time, the journey's invariants hold."""

from __future__ import annotations

import os

from hypothesis import given, settings
from hypothesis import strategies as st

from pathways.canonical import digest_of
from pathways.journey.authorizing.reviewing import WORDS
from pathways.journey.decide import head, new_journey
from pathways.journey.events import (
    Actor,
    Complete,
    Decline,
    Enroll,
    Event,
    Hold,
    PatientProfile,
    Report,
    Resume,
    Review,
    Tick,
    Vary,
    Withdraw,
)
from pathways.journey.state import Journey
from tests.kernel.building import NEW_YORK, NURSE, at
from tests.kernel.invariants import Watch
from tests.review.building import PAYERS, asking
from tests.review.waiting import waits_for_something

EXAMPLES = int(os.environ.get("CAREWAY_PROPERTY_EXAMPLES", "100")) // 2
ROLES = ("utilization-nurse", "physician-reviewer", "independent-reviewer", "plan", "coordinator")
SAID = st.fixed_dictionaries(
    {
        "say": st.sampled_from(WORDS),
        "role": st.sampled_from(ROLES),
        "person": st.sampled_from(("", "a", "b")),
        "credential": st.sampled_from(("MD", "RN")),
        "reason": st.sampled_from(("", "why")),
        "family": st.sampled_from(("medical-necessity", "administrative")),
        "speed": st.sampled_from(("", "expedited")),
        "payer": st.sampled_from(("", *PAYERS)),
        "level": st.sampled_from(("", "irf", "snf")),
        "last": st.sampled_from(("", "2026-10-02", "2026-12-24")),
    }
)
LIKELY = st.sampled_from(
    (
        "submitted",
        "received",
        "nurse-review",
        "md-review",
        "approved",
        "denied",
        "partial",
        "appeal",
    )
)
DOING = st.one_of(
    st.tuples(st.just("say"), SAID),
    st.tuples(st.just("likely"), LIKELY),
    st.tuples(st.just("wait"), st.integers(60, 30 * 86_400)),
    st.tuples(st.just("task"), st.sampled_from(("complete", "decline", "vary", "deny"))),
    st.tuples(
        st.just("life"), st.sampled_from(("hold", "resume", "admitted", "discharged", "withdraw"))
    ),
    st.tuples(st.just("life"), st.just("deceased")),
)


def event_of(kind: str, what: object, journey: Journey, command: str, now: int) -> Event | None:
    """The event of one thing that is done; nothing when there is nothing to do it to."""
    match kind, what:
        case "say", dict():
            review = next(iter(reversed(journey.reviews)), "")
            return Review(
                command, NURSE, review=review, first=what["last"] and "2026-09-14", **what
            )
        case "likely", str():
            physician = what in ("denied", "partial", "md-review", "approved")
            return Review(
                command,
                NURSE,
                what,
                next(iter(reversed(journey.reviews)), ""),
                role="physician-reviewer" if physician else "plan",
                person="dr",
                credential="MD",
                reason="why",
                family="medical-necessity",
            )
        case "task", str():
            task = next(iter(reversed(journey.tasks.values())), None)
            if task is None:
                return None
            owner = Actor("p", task.owner)
            if what == "decline":
                return Decline(command, owner, task.id, "no")
            if what == "vary":
                return Vary(command, owner, task.id, "no")
            denied = what == "deny" and "denied" in task.outcomes
            return Complete(command, owner, task.id, "denied" if denied else "")
        case "life", "hold":
            return Hold(command, NURSE, "away")
        case "life", "resume":
            return Resume(command, NURSE)
        case "life", "withdraw":
            return Withdraw(command, NURSE, "moves")
        case "life", str():
            return Report(command, NURSE, what, now)
    return None


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.sampled_from(sorted(PAYERS)),
    st.lists(DOING, min_size=4, max_size=25),
)
def test_nothing_that_is_said_of_reviews_breaks_a_journey(
    payer: str, doing: list[tuple[str, object]]
) -> None:
    """I1 to I9 as the kernel's own tests watch them; and no review waits for nothing."""
    compiled = asking()
    digest = digest_of(compiled)
    library = {digest: compiled}
    watch, journey, now = Watch(library), new_journey("j"), at("2026-09-11T10:00-04:00")
    profile = PatientProfile(born="1958-02-03", payer=payer)
    start = Enroll("c", NURSE, compiled.pathway, digest, profile, NEW_YORK, now)
    journey = watch.decide(journey, start, now).journey
    for number, (kind, what) in enumerate(doing):
        if kind == "wait" and isinstance(what, int):
            end = now + what
            while (due := head(journey)) is not None and due <= end:
                now = max(now, due)
                journey = watch.decide(journey, Tick(), now).journey
            now = end
            continue
        event = event_of(kind, what, journey, f"c{number}", now)
        if event is not None:
            journey = watch.decide(journey, event, now).journey
        waits_for_something(journey)
