"""A referral on its way in: who is to be enrolled on what, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import Engine

from pathways.compiled import CompiledPathway
from pathways.journey.effects import Answer
from pathways.journey.events import Actor
from pathways.language.issues import Issue
from worker.settings import Settings
from workflows.journeys import Journeys


class Enrolled(Struct, frozen=True):
    """What came of an enrollment on one pathway."""

    pathway: str
    version: str
    digest: str
    answer: Answer


class EnrollResult(Struct, frozen=True):
    """What came of enrolling a patient. ``findings`` are warnings: what was left out."""

    journey: str
    """Empty: a person must say first who the patient is."""
    enrolled: tuple[Enrolled, ...]
    findings: tuple[Issue, ...]
    waiting: tuple[str, ...] = ()
    """Ids of the questions that the referral waits for (``worker.matching``)."""

    @property
    def refused(self) -> bool:
        """Whether any of the pathways refused the patient."""
        return any(one.answer.status == "refused" for one in self.enrolled)


class Request(Struct, frozen=True):
    """Who is to be enrolled on what. ``at`` and ``referred`` are instants."""

    bundle: str
    file: str
    pathways: Sequence[CompiledPathway]
    actor: Actor
    command: str
    at: int
    referred: int
    referrer: str = ""
    """Who referred, for the answer to them."""


class Enrollers(Struct, frozen=True):
    """What enrolling works with. ``patience``: seconds for which an answer is waited for."""

    engine: Engine
    journeys: Journeys
    settings: Settings
    patience: float


def command_of(command: str, pathway: CompiledPathway, pathways: Sequence[CompiledPathway]) -> str:
    """The id of the command for one of the pathways."""
    return f"{command}/{pathway.pathway}" if len(pathways) > 1 else command
