"""Random lives with everything at once: two and three enrollments side by side, with readmission,
death, withdrawal, migration and corrections interleaved, and all else that a journey knows.

Pathways share work, and contradict each other's orders; payers are asked; windows follow their
date; patients move; people are away. After every event the invariants hold (I1-I9), also across
moves to other versions and back; what a dry run says is what then happens; and at its end each
life is decided again from its events alone. The reference model knows neither other versions nor
orders and payers, so here it has no say.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from pathways.canonical import digest_of
from pathways.journey.authorizing.reviewing import WORDS
from pathways.journey.decide import decide
from pathways.journey.events import (
    Complete,
    Event,
    Migrate,
    Report,
    Review,
)
from pathways.journey.versions.choices import Choices
from pathways.review.machine import PAYERS_ROLES, PHYSICIAN
from tests.kernel.generating import SUPERVISOR
from tests.kernel.insurers import PAYERS
from tests.kernel.on_record import SAID
from tests.kernel.people import People
from tests.kernel.planned import as_planned
from tests.kernel.reference.calendar import Clock
from tests.kernel.test_stateful import DAY, GAP, PICK, VALUES, lives
from tests.kernel.versions import another_version, choices
from tests.review.waiting import waits_for_something

ONWARD = {
    "draft": ("submitted",),
    "submitted": ("received",),
    "received": ("nurse-review", "pended"),
    "pended-info": ("nurse-review",),
    "nurse-review": ("md-review", "approved"),
    "md-review": ("approved", "partial", "denied"),
    "approved": ("extension", "used"),
    "approved-partial": ("appeal", "p2p", "used"),
    "denied": ("appeal", "p2p"),
    "p2p": ("upheld", "overturned", "appeal"),
    "appeal-1": ("upheld", "overturned"),
    "appeal-2": ("upheld", "overturned"),
    "upheld": ("appeal", "closed"),
}
"""What is likely to be said next of a request."""


class Everything(People):
    """Pathways with several versions each, and whatever else may happen to their patient."""

    together, shared, modelled = (2, 3), True, False

    def __init__(self) -> None:
        super().__init__()
        self.versions: dict[str, list[Any]] = {}
        self.moved = 0
        self.whole = True

    def give(self, event: Event, gap: int = 0) -> None:
        self.whole = False
        super().give(event, gap)
        waits_for_something(self.journey)
        self.whole = True

    def teardown(self) -> None:
        """I7: what was decided is decided again from the events alone."""
        if self.whole and self.past:
            self.course.record.replays(self.journey)

    # -- versions --------------------------------------------------------------------------------

    def versions_of(self, pathway: str, data: Any) -> list[Any]:
        """Three, the later ones drawn when they are first needed."""
        if pathway not in self.versions:
            first = next(p for p in self.pathways if p.pathway == pathway)
            mine: list[tuple[Any, dict[str, str]]] = [(first, {})]
            for number in ("2", "3"):
                mine.append(data.draw(another_version(mine[-1][0], number, shared=True)))
            self.versions[pathway] = mine
            self.course.library.update({digest_of(p): p for p, _ in mine})
        return self.versions[pathway]

    def migrate(self, pathway: str, digest: str, chosen: Choices, gap: int, back: str = "") -> None:
        self.now += gap
        self.moved += 1
        event = Migrate(
            self.command(), self.actor("nurse"), pathway, digest, f"m{self.moved}", SAID,
            choices=chosen, back=back,
        )  # fmt: skip
        before, now = self.journey, max(self.now, self.journey.now)
        dry = decide(before, event, now, self.course.library)
        self.give(event)
        assert dry.journey == self.journey
        if dry.answer is not None and dry.answer.status == "applied":
            as_planned(before, dry, event, self.course.library)

    @rule(data=st.data(), pick=PICK, gap=GAP)
    def move(self, data: Any, pick: int, gap: int) -> None:
        """To any other version, with any choices."""
        running = [e for e in self.journey.enrollments.values() if e.status != "discharged"]
        if not running:
            return
        e = running[pick % len(running)]
        versions = self.versions_of(e.pathway, data)
        here = next(n for n, (p, _) in enumerate(versions) if digest_of(p) == e.digest)
        there = pick // 7 % len(versions)
        old, new = versions[here][0], versions[there][0]
        moves = versions[there][1] if there == here + 1 else {}
        chosen = data.draw(choices(old, new, moves))
        self.migrate(e.pathway, digest_of(new), chosen, gap)

    @rule(data=st.data(), picks=st.lists(PICK, min_size=2, max_size=4), days=st.integers(1, 5))
    def move_on_and_on(self, data: Any, picks: list[int], days: int) -> None:
        """Several moves, with life in between."""
        for pick in picks:
            self.move(data, pick, days * DAY)
            self.everybody_does_their_part(1, days, 45.0)

    @rule(pick=PICK, gap=GAP)
    def take_back(self, pick: int, gap: int) -> None:
        """The latest move of an enrollment, as somebody does who regrets it."""
        moved = [e for e in self.journey.enrollments.values() if e.passage is not None]
        if not moved:
            return
        e = moved[pick % len(moved)]
        assert e.passage is not None
        chosen = Choices(e.passage.stages, e.passage.steps)
        self.migrate(e.pathway, e.passage.origin, chosen, gap, back=e.passage.migration)

    @rule(pick=PICK, value=VALUES)
    def begin_anew(self, pick: int, value: float) -> None:
        """Who has left comes again, so that two or three pathways go on."""
        running = {e.pathway for e in self.journey.enrollments.values() if e.status != "discharged"}
        if len(running) < 2:
            left = [n for n, p in enumerate(self.pathways) if p.pathway not in running]
            self.enroll(left[pick % len(left)], DAY)
            self.everybody_does_their_part(pick % 2, 1, value)

    # -- life ------------------------------------------------------------------------------------

    @rule(days=st.integers(1, 3), visit=st.sampled_from(("V3", "V4")), again=st.booleans())
    def in_hospital_and_home(self, days: int, visit: str, again: bool) -> None:
        """A whole stay, and perhaps the same person back in within the week."""
        for number in (visit, visit + "b")[: 1 + again]:
            for event in ("admitted", "discharged"):
                self.wake_until(self.now + days * DAY)
                who = self.actor("nurse")
                self.give(Report(self.command(), who, event, self.now, visit=number))

    @rule(visit=st.sampled_from(("V1", "V2", "V3")), into=st.sampled_from(("V1", "V4")), gap=GAP)
    def visits_were_one(self, visit: str, into: str, gap: int) -> None:
        """Or another visit than was said."""
        self.now += gap
        event = "visit-merged" if into == "V1" else "visit-changed"
        who, details = self.actor("nurse"), {"into": into}
        self.give(Report(self.command(), who, event, self.now - DAY, visit=visit, details=details))

    # -- people ----------------------------------------------------------------------------------

    @rule(pick=PICK, gap=GAP)
    @precondition(lambda self: self.journey.rulings)
    def a_physician_decides(self, pick: int, gap: int) -> None:
        """One of the orders, another instruction, or a hold is kept or cleared."""
        rulings = list(self.journey.rulings.values())
        task = self.journey.tasks[rulings[pick % len(rulings)].task]
        outcome = task.outcomes[pick // 7 % len(task.outcomes)]
        who = self.actor(task.owner)
        self.give(Complete(self.command(), who, task.id, outcome, note=SAID), gap)

    @rule(pick=PICK, do=st.sampled_from(("hold", "continue", "increase", "120")))
    def a_physician_orders(self, pick: int, do: str) -> None:
        """Asked or not, and perhaps by somebody who may not."""
        who = self.actor(("doctor", SUPERVISOR, "nurse")[pick % 3])
        details = {"on": ("drug", "target")[pick // 3 % 2], "do": do}
        order = Report(self.command(), who, "physician-order", self.now, details=details)
        self.give(order)

    # -- payers ----------------------------------------------------------------------------------

    @rule(pick=PICK, times=st.integers(1, 6), gap=GAP)
    @precondition(lambda self: self.journey.reviews)
    def a_request_goes_on(self, pick: int, times: int, gap: int) -> None:
        """It is sent, looked at, decided and appealed, one thing after the other."""
        for number in range(times):
            self.wake_until(self.now + gap)
            runs = list(self.journey.reviews.values())
            run = runs[pick % len(runs)]
            likely = ONWARD.get(run.state, ("closed",))
            self.say_of(run.id, likely[(pick // 7 + number) % len(likely)], PHYSICIAN, pick)

    @rule(say=st.sampled_from(WORDS), role=st.sampled_from(PAYERS_ROLES), pick=PICK, gap=GAP)
    @precondition(lambda self: self.journey.reviews)
    def anything_is_said_of_a_request(self, say: str, role: str, pick: int, gap: int) -> None:
        """Allowed or not."""
        self.now += gap
        runs = list(self.journey.reviews)
        self.say_of(runs[pick % len(runs)] if pick % 5 else "", say, role, pick)

    def say_of(self, review: str, say: str, role: str, pick: int) -> None:
        clock = Clock(self.zone)
        last = clock.day(self.now + (3, 9, 40)[pick % 3] * DAY).isoformat()
        granted = say in ("approved", "partial") and pick % 4
        self.give(
            Review(
                self.command(), self.actor("coordinator"), say, review, role=role,
                person="ab"[pick // 2 % 2], credential="MD", reason=SAID,
                family=("medical-necessity", "administrative")[pick // 3 % 2],
                payer=(*PAYERS, "")[pick // 5 % 3] if say == "submitted" else "",
                speed=("", "expedited")[pick // 11 % 2], level=("", "snf")[pick // 13 % 2],
                first=clock.day(self.now).isoformat() if granted else "",
                last=last if granted else "", units=pick % 30 if say == "used" else 0,
            )
        )  # fmt: skip


TestEverything = Everything.TestCase
TestEverything.settings = lives(0.25)
