"""What happens to the people around a patient, for random lives: who is at work, away, or leaves;
what the caregiver may know; who pays."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from pathways.journey.events import Absent, HandOver, KeepRota, PatientProfile, Report, StateGoal
from pathways.journey.team.rota import Rota, Shift
from tests.kernel.alongside import calendar
from tests.kernel.covered import Covered
from tests.kernel.disclosed import Disclosed
from tests.kernel.generating import SUPERVISOR
from tests.kernel.handed import Handed
from tests.kernel.insurers import PAYERS
from tests.kernel.on_record import BORN, SAID
from tests.kernel.reference.calendar import Clock
from tests.kernel.test_stateful import DAY, GAP, HOUR, PICK, Lives

ALL_WEEK, OFFICE_DAYS = (0, 1, 2, 3, 4, 5, 6), (0, 1, 2, 3, 4)
SHIFTS = (
    Shift("n1", OFFICE_DAYS, 8 * HOUR, 17 * HOUR),
    Shift("p2", ALL_WEEK, 22 * HOUR, 6 * HOUR),
    Shift("p3", (0, 2, 4), 9 * HOUR, 13 * HOUR),
    Shift("night", ALL_WEEK, 17 * HOUR, 8 * HOUR, ("nurse", "doctor")),
    Shift("p3", (5, 6), 8 * HOUR, 17 * HOUR, ("nurse",)),
    Shift("duty", ALL_WEEK, 20 * HOUR, 20 * HOUR, (SUPERVISOR,)),
)
SCOPES = ("all", "none", "health", "plan, safety", "health plan", "everything")
"""The last one is no scope."""


class People(Lives):
    """Lives in which the people around the patient come and go."""

    def __init__(self) -> None:
        super().__init__()
        self.payer = self.access = ""

    def watchers(self) -> list[Any]:
        library = self.course.library
        return [Handed(library), Disclosed(library), Covered(library)]

    def profile(self, pick: int) -> PatientProfile:
        access = ("", "", "", *SCOPES[:4])[pick // 17 % 7]
        payer = ("", "", "fund", "state")[pick // 19 % 4]
        return PatientProfile(BORN, caregiver=bool(pick % 2), payer=payer, caregiver_access=access)

    @rule(
        what=st.sampled_from(("away", "leaves", "goal", "rota", "rota")),
        pick=PICK,
        days=st.integers(-1, 4),
    )
    def the_office_is_told(self, what: str, pick: int, days: int) -> None:
        """Of people who are away or leave, of hours, of the patient's own goals."""
        nurse, chief = self.actor("nurse"), self.actor(SUPERVISOR)
        person, other = ("n1", "p2", "nobody")[pick % 3], ("", "p3", "n1")[pick // 3 % 3]
        start = self.now + days * DAY
        match what:
            case "away":
                until = start + 3 * DAY
                self.give(Absent(self.command(), chief, person, start, until, other))
            case "leaves":
                self.give(HandOver(self.command(), chief, person, other or "p2"))
            case "goal":
                known = list(self.journey.own_goals)
                goal = known[pick % len(known)] if known and pick % 2 else ""
                status: Any = "met" if days > 3 else ""
                due = start if days else 0
                self.give(StateGoal(self.command(), nurse, SAID, due=due, goal=goal, status=status))
            case _:
                shifts = tuple(s for n, s in enumerate(SHIFTS) if pick >> n & 1)
                site = None if pick % 5 else calendar("America/New_York")
                plan = Rota(shifts, site) if pick % 8 else None
                self.give(KeepRota(self.command(), chief, plan))

    @rule(pick=PICK, hours=st.integers(1, 14), value=st.sampled_from((61.0, 95.0)))
    def an_alarm_is_open_for_hours(self, pick: int, hours: int, value: float) -> None:
        """Shifts begin and end meanwhile, and somebody else fills the role."""
        self.record(value, 0, 0, pick)
        self.wake_until(self.now + hours * HOUR)
        if pick % 3 == 0:
            self.assign(pick // 3, ("nurse", "doctor", SUPERVISOR)[pick // 7 % 3])

    @rule(
        what=st.sampled_from(("consent-given", "consent-withdrawn", "access", "access")),
        scope=st.sampled_from(SCOPES),
        gap=GAP,
    )
    def of_the_caregiver(self, what: str, scope: str, gap: int) -> None:
        """She says whether she may be written to; the patient, what she may know."""
        self.now += gap
        details = {"scope": scope} if what == "access" else {}
        who = self.actor("nurse")
        self.give(Report(self.command(), who, f"caregiver-{what}", self.now, details=details))

    @rule(
        payer=st.sampled_from((*PAYERS, *PAYERS, "nobody")), days=st.integers(-20, 30), gap=GAP,
        dated=st.booleans(),
    )  # fmt: skip
    def another_payer(self, payer: str, days: int, gap: int, dated: bool) -> None:
        """Told ahead, or late, or wrong."""
        self.now += gap
        first = Clock(self.zone).day(self.now + days * DAY).isoformat()
        details = {"payer": payer, **({"from": first} if dated else {})}
        who = self.actor("nurse")
        self.give(Report(self.command(), who, "coverage-changed", self.now, details=details))
