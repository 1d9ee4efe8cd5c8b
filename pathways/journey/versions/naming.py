"""Which stage, step and rule of an old version is which of a new one."""

from __future__ import annotations

from collections.abc import Iterator

from pathways.compiled import HUMAN_VERBS, Step
from pathways.journey.prepared import Prepared
from pathways.journey.state import Enrollment
from pathways.journey.versions.choices import Choices
from pathways.journey.versions.migration import Obstacle, StageMove, StepMove


class Names:
    """The names of one version in terms of another."""

    def __init__(self, old: Prepared, new: Prepared, choices: Choices) -> None:
        self.old = old
        self.new = new
        self._choices = choices
        known = [*old.stage_of, *old.rules]
        self._from = {to: name for name in known if (to := self.step(name))}

    def stage(self, name: str) -> str:
        """What a stage is called now; empty: it is gone."""
        to = self._choices.stages.get(name, name)
        return to if to in self.new.stages else ""

    def step(self, name: str) -> str:
        """What a step or a rule is called now; empty: it is gone. Other names stay."""
        to = self._choices.steps.get(name, name)
        if name in self.old.stage_of:
            return to if to in self.new.stage_of else ""
        if name in self.old.rules:
            return to if to in self.new.rules else ""
        return name

    def origin(self, name: str) -> str:
        """What a new step or rule was called; empty: the old version had it not."""
        return self._from.get(name, "")

    def goes_on(self, name: str, steps: tuple[StepMove, ...]) -> bool:
        """Whether what a step, a rule or the journey itself wanted said is still to be said."""
        gone = ("dropped", "moved", "replaced")
        return bool(self.step(name)) and not any(
            move.step == name and move.how in gone for move in steps
        )

    def is_retimed(self, move: StepMove) -> bool:
        """Whether a step's window, or its time within it, is another one now."""
        if move.how not in ("kept", "renamed"):
            return False
        was, new = self.old.steps[move.step], self.new.steps[move.to]
        return new.window is not None and (was.window, was.due) != (new.window, new.due)

    def obstacles(self, enrollment: Enrollment) -> Iterator[Obstacle]:
        """Why the names do not fit."""
        yield from self._unknown()
        yield from self._taken_twice()
        yield from self._stages_that_do_not_fit(enrollment)

    def _unknown(self) -> Iterator[Obstacle]:
        here, there = self.old.pathway, self.new.pathway
        for old, new in self._choices.stages.items():
            if old not in self.old.stages:
                yield _unknown("stage", old, here.version)
            if new not in self.new.stages:
                yield _unknown("stage", new, there.version)
        steps = ({*self.old.stage_of, *self.old.rules}, {*self.new.stage_of, *self.new.rules, ""})
        for old, new in self._choices.steps.items():
            if old not in steps[0]:
                yield _unknown("step or rule", old, here.version)
            elif new not in steps[1]:
                yield _unknown("step or rule", new, there.version)
            elif new and (old in self.old.rules) != (new in self.new.rules):
                yield Obstacle(
                    "no-such-name",
                    f'"{old}" and "{new}": a step becomes a step, and a rule a rule.',
                )
        for name in (*self._choices.skip, *self._choices.repeat):
            if name not in self.new.stage_of:
                yield _unknown("step", name, there.version)
        for name in self._choices.keep:
            if name not in steps[0]:
                yield _unknown("step or rule", name, here.version)
        goals = {goal.id for goal in there.goals}
        for name in self._choices.dues:
            if name not in steps[1] and name not in self.new.stages and name not in goals:
                yield _unknown("step, rule, stage or goal", name, there.version)

    def _taken_twice(self) -> Iterator[Obstacle]:
        first: dict[str, str] = {}
        for name in (*self.old.stage_of, *self.old.rules):
            to = self.step(name)
            if to and first.setdefault(to, name) != name:
                yield Obstacle(
                    "mapped-twice",
                    f'"{first[to]}" and "{name}" would both become "{to}": map one of them to '
                    'another step, or to "" when it has no successor.',
                )

    def _stages_that_do_not_fit(self, enrollment: Enrollment) -> Iterator[Obstacle]:
        phases = []
        for run in enrollment.active:
            to = self.stage(run.stage)
            if not to:
                known = ", ".join(self.new.stages)
                yield Obstacle(
                    "stage-gone",
                    f'The patient is in stage "{run.stage}", which version '
                    f"{self.new.pathway.version} does not have. Say which stage continues it: "
                    f"stages: {{{run.stage}: ...}}, one of {known}.",
                )
                return
            phases.append((self.old.stages[run.stage].phase, self.new.stages[to].phase))
        beside = [was == "reevaluation" for was, _ in phases]
        if beside != [now == "reevaluation" for _, now in phases] or (
            len(phases) == 2 and phases[0][1] != "follow-up"
        ):
            yield Obstacle(
                "stages-do-not-fit",
                "A reevaluation can only become a reevaluation, beside a follow-up stage: "
                "choose other stages.",
            )


def stage_moves(names: Names, enrollment: Enrollment) -> tuple[StageMove, ...]:
    """The active stages under their new names."""
    moves = []
    for run in enrollment.active:
        to, number = names.stage(run.stage), run.occurrence
        if to != run.stage and enrollment.stages_entered.get(to, 0):
            number = enrollment.stages_entered[to] + 1
        moves.append(StageMove(run.stage, to, run.occurrence, number))
    return tuple(moves)


def carries_on(old: Step, new: Step) -> bool:
    """Whether what is open of a step can go on as the other: both are work for a person, or of
    the same verb."""
    return old.verb == new.verb or (old.verb in HUMAN_VERBS and new.verb in HUMAN_VERBS)


def _unknown(what: str, name: str, version: str) -> Obstacle:
    return Obstacle(
        "no-such-name", f'Version {version} has no {what} "{name}": correct the declaration.'
    )
