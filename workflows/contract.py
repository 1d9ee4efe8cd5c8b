"""What the world and the ``PatientJourney`` workflow say to each other.

Names here are stored in histories for years: never rename one.
"""

from __future__ import annotations

from msgspec import Struct
from temporalio.common import SearchAttributeKey

from pathways.canonical import PinnedPathway
from pathways.journey.effects import Entry, RecordBatch
from pathways.journey.events import Enroll, Migrate
from pathways.journey.state import Journey

WORKFLOW = "PatientJourney"
STATIC_SUMMARY = "care journey"

TURNOVER = 220
"""History events after which a run continues as new. Measured (docs/performance.md): shorter runs
make warm wakes slower, longer ones cold wakes; here both keep 0.85 of their best."""

ASK_AGAIN = "The journey is about to hear of something: ask again."
"""How a worker refuses a question that came too early (docs/decisions/0014)."""

PATHWAY = SearchAttributeKey.for_keyword_list("CarewayPathway")
STAGE = SearchAttributeKey.for_keyword_list("CarewayStage")
STATUS = SearchAttributeKey.for_keyword("CarewayStatus")
NEXT_DUE = SearchAttributeKey.for_datetime("CarewayNextDue")
SEARCH_ATTRIBUTES = (PATHWAY, STAGE, STATUS, NEXT_DUE)
"""Registered when the server starts. Nothing of the patient (I8)."""


class JourneyInput(Struct, frozen=True, omit_defaults=True):
    """A run's whole input: a history is complete in itself.

    ``timeline`` and ``unwritten`` travel through continue-as-new: the last entries for
    the ``timeline`` query, and record batches that the database has not taken yet."""

    journey: Journey
    turnover: int
    """Always in the history: a default would be left out, and a later release could change it."""
    pathways: tuple[PinnedPathway, ...] = ()
    timeline: tuple[Entry, ...] = ()
    unwritten: tuple[RecordBatch, ...] = ()


class EnrollRequest(Struct, frozen=True):
    """An enrollment with the pathway it is pinned to."""

    event: Enroll
    pinned: PinnedPathway


class MigrateRequest(Struct, frozen=True):
    """A move to another version of a pathway, with that version."""

    event: Migrate
    pinned: PinnedPathway


class JourneyEnd(Struct, frozen=True):
    """What a finished run returns; everything else is in the record."""

    journey: str
    revision: int
    at: int


def workflow_id(journey: str) -> str:
    """The workflow id of a journey. ``journey`` is an opaque id, never a patient's number."""
    return f"journey-{journey}"
