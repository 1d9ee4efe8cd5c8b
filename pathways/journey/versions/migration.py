"""A migration as data: all that happens to one enrollment when it moves to another version.

``planning.plan_of_migration`` makes it, ``migrating`` carries it out: the dry run and the real
one read the same value, so they cannot differ.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from pathways.journey.runs import StepRun
from pathways.journey.state import Due

StepFate = Literal[
    "kept",
    "renamed",
    "dropped",
    "moved",
    "replaced",
    "ended",
    "new",
    "skipped",
    "already-sent",
    "restored",
]
Same = Literal["kept", "renamed"]
TaskFate = Literal["kept", "renamed", "changed", "cancelled", "released"]


class Left(Struct, frozen=True, omit_defaults=True):
    """What a migration left behind and going back takes up again: runs of steps that are not
    open, by the name of the step, and the dates of those that wait."""

    steps: dict[str, StepRun] = field(default_factory=dict)
    dates: tuple[Due, ...] = ()


class _Line(Struct, frozen=True, omit_defaults=True):
    pass


class StageMove(_Line, frozen=True):
    """An active stage and what it becomes; ``number`` is its occurrence there."""

    stage: str
    to: str
    occurrence: int
    number: int


class StepMove(_Line, frozen=True):
    """A step of an active stage. ``step`` is its old name, ``to`` the new one.

    kept, renamed: its run goes on. dropped: the new version has no such step. moved: it has, but
    in another stage. replaced: it is done otherwise now, so what is open is taken back and it
    starts anew. ended: its series is over. new: the patient's stage has it, the old version had
    not. skipped: so it was chosen. already-sent: its message has gone out. restored: a step that
    the migration which is taken back had left behind."""

    stage: str
    step: str
    to: str
    how: StepFate
    status: str = ""
    occurrence: int = 0
    number: int = 0
    """Its occurrence after the move: the same, unless another step has used that number."""


class DueMove(_Line, frozen=True):
    """A running clock. ``before`` and ``after`` are instants; 0: it does not run.

    ``kind`` is that of the agenda (``state.Due``); ``seq`` tells which entry, 0: a new one."""

    kind: str
    ref: str
    to: str
    how: Literal["keep", "recompute", "restart", "dropped", "new"]
    before: int
    after: int
    seq: int = 0
    n: int = 0


class TaskMove(_Line, frozen=True):
    """An open task.

    kept: it serves what it served. renamed, changed: so does it, under the new step's name or
    terms (owner, questions, due time). cancelled: its step is gone. released: its step is gone,
    but it stays open, on its own."""

    task: str
    title: str
    step: str
    to: str
    how: TaskFate
    clock: Literal["keep", "recompute", "restart"] = "keep"
    before: int = 0
    after: int = 0


class AppointmentMove(_Line, frozen=True):
    """An appointment asked for or booked: kept, or given back because its step is gone."""

    appointment: str
    service: str
    step: str
    to: str
    how: Literal["kept", "renamed", "cancelled"]
    starts: int = 0


class MessageMove(_Line, frozen=True):
    """A message to a person. put-off: it waits for its hour and still goes. forgotten: it waits,
    and its step is gone. not-repeated: a new step would send what was sent before. repeated: it
    does, as chosen. later: a step of a stage still to come will."""

    step: str
    message: str
    how: Literal["put-off", "forgotten", "not-repeated", "repeated", "later"]
    key: str = ""


class NameMove(_Line, frozen=True):
    """A rule or a goal: kept, renamed, changed, dropped or new."""

    name: str
    to: str
    how: Literal["kept", "renamed", "changed", "dropped", "new"]


class Obstacle(_Line, frozen=True):
    """Why it cannot be, and what to do: a stable code and a sentence."""

    code: str
    message: str


class Migration(_Line, frozen=True):
    """What a migration comes to for one enrollment. With obstacles it does not take place."""

    pathway: str
    version: str
    to: str
    stages: tuple[StageMove, ...] = ()
    steps: tuple[StepMove, ...] = ()
    dues: tuple[DueMove, ...] = ()
    tasks: tuple[TaskMove, ...] = ()
    appointments: tuple[AppointmentMove, ...] = ()
    messages: tuple[MessageMove, ...] = ()
    rules: tuple[NameMove, ...] = ()
    goals: tuple[NameMove, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    warnings: tuple[Obstacle, ...] = ()
    """What does not stand in the way but should be known."""
