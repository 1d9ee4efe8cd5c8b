"""A synthetic patient: who they are, and what they answer, by behaviour and seed."""

from __future__ import annotations

from math import ceil, exp

from pathways.calendar.table import CalendarTable, civil, local_day
from pathways.compiled import CompiledPathway, DataElement, Instrument, Item
from pathways.journey.events import PatientProfile, Reading, Value
from pathways.journey.prepared import nominal_seconds
from pathways.simulating.behaviour import Behaviour, Said, Trend
from pathways.simulating.chance import Chance
from pathways.simulating.plausible import as_typed, possible, unremarkable

DAY = 86_400
YEAR = 365.25 * DAY


class Character:
    """One patient's side of the simulation. ``id`` and seed decide all that they ever do."""

    def __init__(
        self,
        seed: int,
        person: str,
        behaviour: Behaviour,
        pathways: tuple[CompiledPathway, ...],
        calendar: CalendarTable,
    ) -> None:
        self.id = person
        self.behaviour = behaviour
        self.pathways = pathways
        self.calendar = calendar
        self.chance = Chance(seed, person)
        self.since = 0
        """Instant of the enrollment."""
        self._said = {said.name: said for said in behaviour.values}
        self._scores = {score.instrument: score for score in behaviour.scores}
        self.by_id = {pathway.pathway: pathway for pathway in pathways}
        self._elements: dict[str, DataElement] = {}
        self._instruments: dict[str, Instrument] = {}
        for pathway in reversed(pathways):
            self._elements.update(pathway.data)
            self._instruments.update(pathway.instruments)

    def profile(self, now: int, conditions: tuple[str, ...]) -> PatientProfile:
        """The patient as the kernel knows them, at their enrollment."""
        people, chance = self.behaviour.people, self.chance
        age = people.mean_age + people.differ * chance.normal("age")
        age = min(max(age, people.youngest + 0.01), people.oldest + 0.99)
        year, month, of_month = civil(local_day(self.calendar, now) - ceil(age * 365.25))
        return PatientProfile(
            born=f"{year:04}-{month:02}-{of_month:02}",
            sex="female" if chance.share("sex") < people.female else "male",
            language=chance.one_of(people.languages, "language"),
            conditions=conditions,
            medications=tuple(
                name for name, share in people.medications if chance.share("takes", name) < share
            ),
            consent=chance.share("consent") < people.consent,
            caregiver=chance.share("caregiver") < people.caregiver,
            caregiver_access="all",
            payer=self._payer(),
        )

    def _payer(self) -> str:
        cover = self.behaviour.cover
        return "" if cover is None else self.chance.one_of(cover.one_of, "payer")

    # -- answers -------------------------------------------------------------------------------

    def knows(self, name: str) -> bool:
        """Whether a pathway of this patient declares the value."""
        return name in self._elements

    def reading(self, name: str, now: int, question: object, observed: int = 0) -> Reading:
        """The value that the patient would have now; ``question`` tells two askings apart."""
        element = self._elements[name]
        return Reading(name, self._value(element, now, question), observed, element.unit)

    def _value(self, element: DataElement, now: int, question: object) -> Value:
        said = self._said.get(element.name)
        if said is None:
            return unremarkable(element, self._date(now))
        if said.trend is not None and element.type == "date":  # days after the enrollment
            level = self._level(said.trend, element.name, now, question)
            return self._date(self.since + round(level) * DAY)
        if said.trend is not None:
            return as_typed(element, self._level(said.trend, element.name, now, question))
        if said.in_turn:
            return self._stage(said, now)
        word = self._word(said, question)
        return float(word) if element.type == "quantity" and isinstance(word, str) else word

    def _date(self, now: int) -> str:
        year, month, of_month = civil(local_day(self.calendar, now))
        return f"{year:04}-{month:02}-{of_month:02}"

    def _stage(self, said: Said, now: int) -> Value:
        days = (now - self.since) / DAY / exp(said.differ * self.chance.normal(said.name))
        for word, length in said.in_turn:
            if days < length:
                return word
            days -= length
        return said.in_turn[-1][0]

    def _word(self, said: Said, question: object) -> Value:
        if said.anew:
            return self.chance.one_of(said.one_of, said.name, question)
        return self.chance.one_of(said.one_of, said.name)

    def _level(self, trend: Trend, name: str, now: int, question: object) -> float:
        passed = min((now - self.since) / max(nominal_seconds(trend.over), 1), 1.0)
        level = trend.start + (trend.end - trend.start) * passed
        if trend.differ:
            level += trend.differ * self.chance.normal(name)
        if trend.vary:
            level += trend.vary * self.chance.normal(name, question)
        return level

    def answers(self, name: str, now: int, question: object) -> dict[str, int]:
        """Answers to every item of an instrument."""
        instrument, score = self._instruments[name], self._scores.get(name)
        lowest = {item.id: min(possible(item)) for item in instrument.items}
        if score is None:
            return lowest
        given = dict(lowest)
        for item, share in score.items.items():
            if item in given and self.chance.share(name, item, question) < share:
                above = [n for n in possible(_item(instrument, item)) if n > given[item]]
                given[item] = above[0] if above else given[item]
        others = [item for item in instrument.items if item.id not in score.items and item.required]
        left = round(self._level(score.trend, name, now, question)) - sum(
            lowest[item.id] for item in others
        )
        return self._spread(given, others, left, name, question)

    def _spread(
        self, given: dict[str, int], items: list[Item], left: int, name: str, question: object
    ) -> dict[str, int]:
        """Raise items one answer at a time, in a seeded order, until the total is reached."""
        order = sorted(items, key=lambda item: self.chance.share(name, item.id, question, "order"))
        while left > 0:
            before = left
            for item in order:
                higher = [n for n in possible(item) if given[item.id] < n <= given[item.id] + left]
                if higher and left > 0:
                    left -= higher[0] - given[item.id]
                    given[item.id] = higher[0]
            if left == before:
                break
        return given

    # -- choices -------------------------------------------------------------------------------

    def declines(self, step: str, question: object) -> bool:
        """Whether the patient declines what a step offers this time."""
        share = next((d.share for d in self.behaviour.declining if step in d.steps), None)
        if share is None:
            share = next((d.share for d in self.behaviour.declining if not d.steps), 0.0)
        return self.chance.share("declines", step, question) < share

    def visit(self, service: str, appointment: str) -> str:
        """How a booked visit ends: attended, missed or cancelled."""
        plan = next((v for v in self.behaviour.visiting if service in v.services), None)
        plan = plan or next((v for v in self.behaviour.visiting if not v.services), None)
        if plan is None:
            return "attended"
        drawn = self.chance.share("visit", appointment)
        if drawn < plan.missed:
            return "missed"
        return "cancelled" if drawn < plan.missed + plan.cancelled else "attended"

    def results(self, service: str) -> list[str]:
        """The values that a kept visit brings, of those that a pathway asks for."""
        return [name for name in self.behaviour.results.get(service, ()) if self.knows(name)]

    def outcome(self, step: str, allowed: tuple[str, ...], question: object) -> str:
        """How a person's task ends."""
        for line in self.behaviour.outcomes:
            if step in line.steps:
                chosen = self.chance.one_of(line.one_of, "outcome", step, question)
                return chosen if chosen in allowed else ""
        return "verified" if "verified" in allowed else ""

    def picks_up(self, step: str, task: str, attempt: int) -> bool:
        """Whether this call is answered."""
        attempts = self.behaviour.attempts
        if step in attempts.besides:
            return True
        return self.chance.share("call", task, attempt) < attempts.answered


def _item(instrument: Instrument, name: str) -> Item:
    return next(item for item in instrument.items if item.id == name)
