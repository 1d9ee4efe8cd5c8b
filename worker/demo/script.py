"""The script: who the cast are and what they would say, read from ``cast.yaml`` and a seed."""

from __future__ import annotations

from pathlib import Path
from random import Random

import yaml
from pydantic import BaseModel, ConfigDict, Field

from pathways.compiled import DataElement, Instrument
from pathways.journey.events import Value
from pathways.simulating.plausible import as_typed, possible, unremarkable

CAST = Path(__file__).with_name("cast.yaml")
_TODAY = "2026-12-01"
"""A date on which nothing else happens."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Trend(_Part):
    """A value that moves from one level to another over so many days, give or take."""

    start: float = Field(alias="from")
    end: float = Field(alias="to")
    over: float = 365
    spread: float = 0


class Steps(_Part):
    """A value that changes on certain days."""

    steps: list[tuple[int, float | str | bool]]


Said = float | str | bool | Trend | Steps


class Pace(_Part):
    """How much of the time allowed an owner uses, how often one is late, and by how much."""

    least: float
    most: float
    late: float
    overrun: float


class Feed(_Part):
    """A device or a patient that reports a value every so many days."""

    element: str
    every: int


class Happening(_Part):
    """Something that happens to the patient on a day: an event, a value, or a hold."""

    day: int
    event: str = ""
    verified: bool = True
    value: dict[str, float | str | bool] = {}
    hold: int = 0
    reason: str = ""


class Role(_Part):
    """One patient of the cast."""

    name: str
    bundle: str
    pathways: list[str]
    answers: dict[str, Said] = {}
    instruments: dict[str, Trend] = {}
    declines: list[str] = []
    misses: float = 0
    readings: list[Feed] = []
    events: list[Happening] = []


class Script(_Part):
    """The whole cast."""

    seed: int
    days: int
    pace: Pace
    results: dict[str, list[str]]
    answers: dict[str, Said]
    instruments: dict[str, Trend]
    patients: list[Role]


def read_script(path: Path = CAST) -> Script:
    """The cast of the demo. Raises ``pydantic.ValidationError`` when the file is not one."""
    return Script.model_validate(yaml.safe_load(path.read_text("utf-8")))


class Player:
    """One patient's side of the script: every answer follows from the seed and the question."""

    def __init__(self, script: Script, role: Role) -> None:
        self.script = script
        self.role = role

    def chance(self, *what: object) -> Random:
        """A source of chance for one question: the same whenever it is asked."""
        return Random(f"{self.script.seed}/{self.role.name}/{'/'.join(map(str, what))}")

    def patience(self, *what: object) -> float:
        """The share of the time allowed after which a task is done; above 1 is late."""
        pace, dice = self.script.pace, self.chance("pace", *what)
        if dice.random() < pace.late:
            return pace.overrun
        return dice.uniform(pace.least, pace.most)

    def value(self, element: DataElement, day: float) -> Value:
        """What this patient's value would be on that day."""
        said = self.role.answers.get(element.name, self.script.answers.get(element.name))
        if said is None:
            return unremarkable(element, _TODAY)
        number = self._say(said, element.name, day)
        if element.type == "quantity" and not isinstance(number, bool | str):
            return as_typed(element, number)
        return number

    def _say(self, said: Said, name: str, day: float) -> Value:
        if isinstance(said, Trend):
            share = min(day / said.over, 1.0)
            level = said.start + (said.end - said.start) * share
            spread = self.chance(name, round(day)).uniform(-said.spread, said.spread)
            return round(level + spread, 1)
        if isinstance(said, Steps):
            return [value for from_day, value in said.steps if from_day <= day][-1]
        return said

    def answers(self, instrument: Instrument, day: float) -> dict[str, int]:
        """Item answers whose sum is near what this patient would score on that day."""
        trend = self.role.instruments.get(instrument.id) or self.script.instruments.get(
            instrument.id, Trend.model_validate({"from": 0, "to": 0})
        )
        share = min(day / trend.over, 1.0)
        least = {item.id: min(possible(item)) for item in instrument.items}
        left = round(trend.start + (trend.end - trend.start) * share) - sum(least.values())
        given: dict[str, int] = {}
        for item in instrument.items:
            low = least[item.id]
            given[item.id] = max(c for c in possible(item) if c - low <= max(left, 0))
            left -= given[item.id] - low
        return given

    def declines(self, step: str) -> bool:
        return step in self.role.declines

    def misses(self, *what: object) -> bool:
        return self.chance("misses", *what).random() < self.role.misses
