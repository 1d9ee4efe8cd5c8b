"""What conditions see of a journey: one enrollment's view of the patient's data."""

from __future__ import annotations

from pathways.calendar.table import DAY, age, local_day
from pathways.journey.events import PatientProfile, Value
from pathways.journey.prepared import Prepared
from pathways.journey.state import Enrollment, Fact, Journey

NOBODY = PatientProfile(born="1900-01-01")


class PatientView:
    """Implements ``pathways.conditions.View`` over a journey, at an instant."""

    __slots__ = ("enrollment", "journey", "now", "patient", "ready", "since")

    def __init__(
        self, journey: Journey, enrollment: Enrollment | None, ready: Prepared, now: int
    ) -> None:
        self.journey = journey
        self.enrollment = enrollment
        self.ready = ready
        self.now = now
        self.patient: PatientProfile = journey.patient or NOBODY
        self.since = 0 if enrollment is None else enrollment.since

    def value(self, name: str) -> Value | None:
        """Newest value; ``None`` when there is none or it is no longer fresh."""
        hers = name in self.ready.of_caregiver
        facts = self.readings(name) if hers else self.journey.facts.get(name)
        if not facts:
            return None
        newest = facts[0]
        if self.since and newest.observed < self.since and self._is_asked_anew(name):
            return None
        limit = self.ready.fresh.get(name)
        if limit is not None and self.now - newest.observed > limit:
            return None
        return newest.value

    def readings(self, name: str) -> tuple[Fact, ...]:
        """Kept readings, newest first, fresh or not."""
        if name in self.ready.of_caregiver:
            hers = self.journey.caregiver
            facts = () if hers is None else hers.facts.get(name, ())
        else:
            facts = self.journey.facts.get(name, ())
        if self.since and self._is_asked_anew(name):
            return tuple(fact for fact in facts if fact.observed >= self.since)
        return facts

    def _is_asked_anew(self, name: str) -> bool:
        """Whether what an earlier episode knew does not count in this one."""
        return name.partition(".")[0] in self.ready.anew

    @property
    def today(self) -> int:
        """The local day, in days since 1970-01-01; UTC's before the first enrollment."""
        calendar = self.journey.calendar
        return self.now // DAY if calendar is None else local_day(calendar, self.now)

    def age(self) -> int | None:
        """Whole years in the patient's own time zone."""
        calendar = self.journey.calendar
        if calendar is None or self.journey.patient is None:
            return None
        return age(calendar, self.patient.born, self.now)

    def has_condition(self, prefix: str) -> bool:
        return any(code.startswith(prefix) for code in self.patient.conditions)

    def taking(self, ingredient: str) -> bool:
        return ingredient.lower() in self.patient.medications

    def goals_met(self) -> bool | None:
        """All goals of the enrollment: unknown as soon as none is missed but one is unknown."""
        unknown = False
        for test, _goal in self.ready.goals:
            met = test(self)
            if met is False:
                return False
            unknown = unknown or met is None
        return None if unknown else True

    def plan_approved(self) -> bool:
        """A version is in force: also while the next one is drafted, reviewed or rejected (X9)."""
        enrollment = self.enrollment
        return enrollment is not None and (
            enrollment.plan_in_force > 0 or enrollment.plan_status == "approved"
        )

    def in_hospital(self) -> bool:
        return self.journey.hospital > 0

    def on_pathway(self, pathway: str) -> bool:
        other = self.journey.enrollments.get(pathway)
        return other is not None and other.status != "discharged"

    def step_end(self, step: str) -> str:
        return "" if self.enrollment is None else self.enrollment.ends.get(step, "")

    def step_outcome(self, step: str) -> str:
        return "" if self.enrollment is None else self.enrollment.outcomes.get(step, "")
