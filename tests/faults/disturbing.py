"""What is killed, and when: chosen at random, the same for the same seed."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.faults.site import TARGETS, Site, Target

FIRST_STEP, LAST_STEP = 2, 165
"""Of about 176 in a run: the last kill, too, finds work under way."""
_LAST_MAIL = 120
"""After this step it is not certain that another message leaves."""
_LATER = 0.3
"""Seconds within which a kill follows its step: it may hit whatever is going on then."""
_DOWN = 1.5
"""Seconds within which what was killed is started again."""


@dataclass(frozen=True)
class Kill:
    """``step``: after how many answers and journeys through time; then ``later`` seconds, or,
    with ``amid_mail``, when the mail server has taken a message and not yet said so. ``down``:
    seconds until what was killed is started again."""

    step: int
    later: float
    target: Target
    down: float
    amid_mail: bool


@dataclass(frozen=True)
class Plan:
    """One disturbed run. ``turnover``: events of history after which journeys continue as new."""

    kills: tuple[Kill, ...]
    turnover: int


def plan(seed: int) -> Plan:
    """Three or four kills: each target at least once, in any order, at any time."""
    chance = random.Random(seed)
    targets = [*TARGETS, *chance.sample(TARGETS, chance.randint(0, 1))]
    chance.shuffle(targets)
    steps = sorted(chance.sample(range(FIRST_STEP, LAST_STEP), len(targets)))
    kills = tuple(
        Kill(
            step,
            chance.uniform(0, _LATER),
            target,
            chance.uniform(0, _DOWN),
            amid_mail=target != "server" and step < _LAST_MAIL and chance.random() < 0.5,
        )
        for step, target in zip(steps, targets, strict=True)
    )
    return Plan(kills, turnover=chance.choice((20, 120)))


@dataclass
class Killer:
    """Carries out the kills, one after the other, as the play goes on."""

    kills: Sequence[Kill]
    carried_out: int = 0
    _steps: int = 0
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    def progress(self) -> None:
        """A step of the play was made."""
        self._steps += 1
        self._moved.set()

    async def run(self, site: Site) -> None:
        """Return when all kills were made and everything runs again."""
        for kill in self.kills:
            await self._reached(kill.step)
            if kill.amid_mail:
                async with site.mail_unanswered():
                    await site.kill(kill.target, kill.down)
            else:
                await asyncio.sleep(kill.later)  # any moment, not a certain one
                await site.kill(kill.target, kill.down)
            self.carried_out += 1

    async def _reached(self, step: int) -> None:
        while self._steps < step:
            self._moved.clear()
            await self._moved.wait()
