"""What the desk does for the team and its plan: own goals, absences, who leaves."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Literal
from uuid import uuid4

from pathways.journey.effects import Answer
from pathways.journey.events import Absent, Actor, Assign, Command, HandOver, KeepRota, StateGoal
from pathways.journey.team.rota import Rota


def command_id_or_new(given: str) -> str:
    """The id that was given to a command, or a new one."""
    return given or str(uuid4())


class Teamwork(ABC):
    """A part of ``worker.desk.Desk``."""

    @abstractmethod
    def journey(self, reference: str) -> str:
        """The id of the journey that ``reference`` begins."""

    @abstractmethod
    def _task(self, reference: str) -> tuple[str, str]: ...

    @abstractmethod
    async def _send(self, journey: str, command: Command) -> Answer: ...

    async def state_goal(
        self,
        journey: str,
        actor: Actor,
        *,
        words: str = "",
        measure: str = "",
        target: str = "",
        due: int = 0,
        barrier: str = "",
        goal: str = "",
        status: Literal["", "active", "met", "dropped"] = "",
        command_id: str = "",
    ) -> Answer:
        """A goal of the patient's own, or what became of one; ``due`` is an instant, 0: none."""
        event = StateGoal(
            command_id_or_new(command_id), actor, words, measure, target, due, barrier, goal, status
        )
        return await self._send(self.journey(journey), event)

    async def absent(
        self,
        journey: str,
        actor: Actor,
        person: str,
        start: int,
        until: int,
        *,
        cover: str = "",
        command_id: str = "",
    ) -> Answer:
        """A person of the care team is away between two instants; ``cover`` stands in."""
        event = Absent(command_id_or_new(command_id), actor, person, start, until, cover)
        return await self._send(self.journey(journey), event)

    async def keep_rota(
        self, journey: str, actor: Actor, rota: Rota | None, *, command_id: str = ""
    ) -> Answer:
        """When people work from now on, and who is on call; ``None``: nothing is known."""
        event = KeepRota(command_id_or_new(command_id), actor, rota)
        return await self._send(self.journey(journey), event)

    async def leaves(
        self, journey: str, actor: Actor, person: str, to: str, *, command_id: str = ""
    ) -> Answer:
        """A person leaves the care team; ``to`` fills their roles."""
        event = HandOver(command_id_or_new(command_id), actor, person, to)
        return await self._send(self.journey(journey), event)

    async def assign(
        self, task: str, actor: Actor, role: str, *, person: str = "", command_id: str = ""
    ) -> Answer:
        """Hand a task (``JOURNEY/t12``) to a role, or (``JOURNEY``) fill a role with a person."""
        journey, own = self._task(task) if "/" in task else (self.journey(task), "")
        event = Assign(command_id_or_new(command_id), actor, role, own, person)
        return await self._send(journey, event)
