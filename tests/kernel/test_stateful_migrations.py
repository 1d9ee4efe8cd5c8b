"""Random lives whose pathways change under them: migration interleaved with everything else.

After every event the invariants hold (I1-I9), also across moves to other versions and back, and
what a dry run says is what then happens. The reference model knows no versions."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from pathways.canonical import digest_of
from pathways.journey.choices import Choices
from pathways.journey.decide import decide
from pathways.journey.events import Migrate
from tests.kernel.planned import as_planned
from tests.kernel.test_stateful import DAY, GAP, PICK, STARTS, VALUES, ZONES, Lives, lives
from tests.kernel.versions import another_version, choices


class Migrations(Lives):
    """Pathways with three versions each."""

    together, shared, modelled = (1, 2), True, False

    @initialize(data=st.data(), start=st.sampled_from(STARTS), zone=st.sampled_from(ZONES))
    def begin(self, data: Any, start: int, zone: str) -> None:
        super().begin(data, start, zone)
        self.versions: dict[str, list[Any]] = {}
        self.moved = 0
        for first in self.pathways:
            mine: list[tuple[Any, dict[str, str]]] = [(first, {})]
            for number in ("2", "3"):
                mine.append(data.draw(another_version(mine[-1][0], number, shared=True)))
            self.versions[first.pathway] = mine
            self.course.library.update({digest_of(p): p for p, _ in mine})

    def migrate(self, pathway: str, digest: str, chosen: Choices, gap: int, back: str = "") -> None:
        self.now += gap
        self.moved += 1
        event = Migrate(
            self.command(), self.actor("nurse"), pathway, digest, f"m{self.moved}",
            choices=chosen, back=back,
        )  # fmt: skip
        before, now = self.journey, max(self.now, self.journey.now)
        dry = decide(before, event, now, self.course.library)
        self.give(event)
        assert dry.journey == self.journey
        if dry.answer is not None and dry.answer.status == "applied":
            as_planned(before, dry, event)

    @rule(data=st.data(), pick=PICK, gap=GAP)
    def move(self, data: Any, pick: int, gap: int) -> None:
        """To any other version, with any choices."""
        running = [e for e in self.journey.enrollments.values() if e.status != "discharged"]
        if not running:
            return
        e = running[pick % len(running)]
        versions = self.versions[e.pathway]
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

    @rule(pick=PICK, value=VALUES)
    def begin_anew(self, pick: int, value: float) -> None:
        """Who has left comes again, so that there is somebody to move."""
        if not any(e.status != "discharged" for e in self.journey.enrollments.values()):
            self.enroll(pick, DAY)
            self.everybody_does_their_part(pick % 2, 1, value)

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


TestMigrations = Migrations.TestCase
TestMigrations.settings = lives(0.15)
