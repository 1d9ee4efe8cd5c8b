"""What leaves a journey: its record can be decided again from the events alone (I7), and nothing of
it that is seen outside payloads tells of the patient (I8)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from pathways.compiled import CompiledPathway
from pathways.journey.decide import Decision, decide, new_journey
from pathways.journey.effects import AppointmentRow, EnrollmentRow, RecordBatch
from pathways.journey.events import Event
from pathways.journey.state import Journey

Library = Mapping[str, CompiledPathway]
SAID = "Mrs Doe's daughter is ill"
"""What people write in free text: to be found in no key, id or flag."""
BORN = "1960-05-01"
_KEY = re.compile(
    r"[a-z]+/"  # the journey
    r"(?:-|[a-z]+~\d+)/"  # the enrollment: its pathway and when it began
    r"[a-z0-9-]+(?:\.t\d+)*/"  # a step, a rule or a word of the kernel's own; a task about it
    r"\d+/"  # its occurrence
    r"[A-Za-z0-9.-]+/"  # what kind of effect: its number, a response class
    r"[a-z-]+"  # the patient, the caregiver, a role
    r"(?:/unwanted)?"  # a booking that came too late
)
_ID = re.compile(r"(?:[tarmg]\d+)?")
_REF = re.compile(r"[a-z0-9~./-]*")
encoded = msgspec.json.Encoder().encode


class OnRecord:
    """Sees the decisions of one journey, in order."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.given: list[tuple[Event, int]] = []
        self.records: list[RecordBatch] = []
        self.appointments: dict[str, AppointmentRow] = {}
        self.enrollments: dict[str, EnrollmentRow] = {}

    def see(self, event: Event, now: int, decision: Decision) -> None:
        """One decision more."""
        self.given.append((event, now))
        if decision.record is None:
            return
        self.records.append(decision.record)
        self._the_record_follows(decision)
        self._nothing_of_the_patient(decision)

    def replays(self, journey: Journey) -> None:
        """I7: the events alone, given again, make the same record and the same journey."""
        again, records = new_journey(journey.id), []
        for event, now in self.given:
            decision = decide(again, event, now, self.library)
            again = decision.journey
            if decision.record is not None:
                records.append(decision.record)
        assert records == self.records, "the record is decided otherwise the second time"
        assert encoded(again) == encoded(journey), "the journey is decided otherwise"

    def _the_record_follows(self, decision: Decision) -> None:
        """I7: who reads only the rows knows what the journey knows."""
        journey, record = decision.journey, decision.record
        assert record is not None
        self.appointments |= {row.appointment: row for row in record.appointments}
        self.enrollments |= {row.pathway: row for row in record.enrollments}
        known = {a.id: (a.status, a.starts) for a in journey.appointments.values()}
        told = {
            row.appointment: (row.status, row.starts)
            for row in self.appointments.values()
            if row.status in ("requested", "booked")
        }
        assert told == known, "the appointments on record are others"
        for e in journey.enrollments.values():
            row = self.enrollments[e.pathway]
            mine: tuple[Any, ...] = (e.version, e.digest, e.status, e.enrolled, e.disposition)
            assert mine == (row.version, row.digest, row.status, row.enrolled, row.disposition)

    def _nothing_of_the_patient(self, decision: Decision) -> None:
        """I8: keys, ids and what is due are made of the pathway's words and of numbers."""
        journey, record = decision.journey, decision.record
        assert record is not None
        keys = [effect.key for effect in (*decision.effects, *record.messages)]
        for key in (*keys, *record.retract):
            assert _KEY.fullmatch(key), f"{key} says more than it must"
        ids = (*journey.tasks, *journey.appointments, *journey.reviews, *journey.own_goals)
        for known in (*ids, *journey.minutes):
            assert _ID.fullmatch(known), f"{known} is no number"
        for due in journey.agenda:
            assert _REF.fullmatch(due.ref), f"{due} says more than it must"
        seen = (*keys, *record.flags, record.tier, *(due.ref for due in journey.agenda))
        for text in (*seen, *(effect.step for effect in decision.effects)):
            assert SAID not in text, f"{text} tells what somebody said"
            assert BORN not in text, f"{text} tells of the patient"
