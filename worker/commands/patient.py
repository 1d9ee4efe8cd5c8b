"""One journey as the authoring commands need it: pinned pathway, state when it answers."""

from __future__ import annotations

import time
from collections.abc import Callable

from msgspec import Struct

from pathways.compiled import CompiledPathway
from pathways.drawing.course import Course, course_of, recorded_course
from pathways.journey.prepared import Prepared
from pathways.journey.view import PatientView
from worker.commands.misuse import Misuse
from worker.commands.options import Where
from worker.commands.records import recorded
from worker.commands.view import JourneyView, look
from worker.errors import WorkerError


class Unanswered(WorkerError):
    """The journey's state is needed, and it does not answer."""


class Followed(Struct, frozen=True):
    """A journey on one pathway: the version that it is pinned to."""

    view: JourneyView
    pathway: CompiledPathway

    @property
    def moment(self) -> Callable[[int], str]:
        """Says instants in the patient's calendar."""
        return self.view.moment

    def patient(self) -> PatientView:
        """What conditions see of the patient now. Raises ``Unanswered`` when it does not say."""
        state = self.view.state
        if state is None:
            raise Unanswered(
                f"{self.view.excuse} A condition is judged on what the journey itself knows."
            )
        # A clock that was moved ahead, in a demo, leaves ours behind.
        now = max(state.now, int(time.time()))
        mine = state.enrollments.get(self.pathway.pathway)
        return PatientView(state, mine, Prepared(self.pathway), now)

    def course(self) -> Course:
        """From the journey itself, else from its record."""
        state = self.view.state
        found = course_of(state, self.pathway.pathway) if state is not None else None
        if found is None:
            found = recorded_course(
                self.pathway,
                self.view.enrollments,
                self.view.timeline,
                self.view.tasks,
                self.view.appointments,
            )
        return found or Course("not enrolled", {}, {})


def followed(where: Where, journey: str, reference: str) -> Followed:
    """The journey that ``journey`` names, on the pathway with the id ``reference``.

    Raises ``Misuse`` when it is not enrolled on it, or a file is given: a journey carries its own
    version.
    """
    settings = where.settings()
    with recorded(settings) as engine:
        view = look(settings, engine, journey)
    # The last one with this id is the version that the patient is on now.
    pathway = next((p for p in reversed(view.pathways) if p.pathway == reference), None)
    if pathway is None:
        known = ", ".join(dict.fromkeys(p.pathway for p in view.pathways))
        raise Misuse(
            f'Journey {view.journey} is not on a pathway "{reference}". With --journey, give the '
            f"id of one that it carries: {known}."
        )
    return Followed(view, pathway)
