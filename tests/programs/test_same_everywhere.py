"""One answer everywhere: from the timeline in memory, and from a record database."""

from __future__ import annotations

from pathlib import Path

from activities.records import people
from activities.records.database import open_records, upgrade
from activities.records.pathway_store import store_pathway
from activities.records.writing import write_batch
from pathways.canonical import pin
from pathways.journey.decide import decide
from pathways.journey.effects import Answer, RecordBatch
from pathways.journey.events import Actor, Event, Spend
from pathways.programs.evaluating import standing
from pathways.programs.facts import facts_of
from pathways.programs.ledger import ledger
from tests.definitions import shipped
from tests.definitions.walking import Walk
from tests.programs.facts import programs
from worker.programs import seen
from worker.settings import Settings

TOC = "transition-of-care"


class Recorded(Walk):
    """A walk that keeps what its decisions want remembered."""

    def __init__(self) -> None:
        self.batches: list[RecordBatch] = []
        super().__init__("America/Denver", "2026-11-24 15:00")

    def _give(self, event: Event, at: int | None = None) -> Answer | None:
        before = self.journey
        answer = super()._give(event, at)
        again = decide(before, event, self.now, self.library).record  # pure: the same once more
        if again is not None:
            self.batches.append(again)
        return answer

    def spent(self, minutes: int, on: str) -> None:
        """Minutes of chronic care management, of the nurse."""
        actor = Actor("r", "case-manager")
        self._give(Spend(self._command(), actor, "ccm", minutes, on))


def test_a_record_says_what_the_kernel_said(tmp_path: Path) -> None:
    """Given a month on a pathway with a call, a visit, minutes and a death, when its batches are
    on record, then clocks, periods and minutes read from there are those of the timeline."""
    walk = lived()
    engine = open_records(f"sqlite:///{tmp_path / 'records.sqlite'}")
    upgrade(engine)
    store_pathway(engine, pin(shipped.pathway(TOC)))
    people.register_person(
        engine, people.PersonDetails("j1", "patient", "A", zone="America/Denver")
    )
    for batch in walk.batches:
        write_batch(engine, batch)
    found = seen(engine, Settings.read(), ["j1"], walk.now)["j1"]
    engine.dispose()

    chosen = list(programs().values())
    facts = facts_of(walk.entries, [shipped.pathway(TOC)], walk.calendar)
    expected = standing(facts, chosen, walk.calendar, walk.now)
    assert found.standing(chosen, walk.now) == expected
    assert {c.status for c in expected.clocks} == {"met", "excluded", "missed"}
    assert ledger(found.entries, programs()) == ledger(walk.entries, programs())
    assert [m.minutes for m in ledger(walk.entries, programs())] == [25]


def lived() -> Recorded:
    walk = Recorded()
    walk.enroll(TOC)
    walk.done("discharge-information", discharge_date="2026-11-24", discharged_to="home")
    walk.until("2026-11-25 10:00")
    walk.done("first-contact", contact="reached")
    walk.spent(10, "2026-11-25")
    walk.kept("visit-7", "2026-11-30 10:00")
    walk.spent(15, "2026-11-30")
    walk.until("2026-12-03 10:00")
    walk.report("deceased")
    return walk
