"""A definition as the checks see it: the data model, with the place of everything in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from msgspec.structs import replace

from pathways.compiled import Instrument, MessageText
from pathways.language.issues import Issue, Place, Related, nearest, suggest
from pathways.language.models import Pathway, Rule, Stage, Step
from pathways.language.sharing.fragments import Fragment
from pathways.language.sharing.site import Site
from pathways.language.tree import Mapping as MappingNode
from pathways.language.tree import Scalar, at
from pathways.medicines.rules import MedicineRule
from pathways.review.payer import Payer

Path = tuple[str | int, ...]
COMMON_ROLES = ("case-manager", "program-manager")
"""Roles that every program has, whether a pathway lists them or not."""


@dataclass(frozen=True)
class Shelf:
    """What pathways share: instruments by id, common messages by id and language, fragments by
    id and version, what this site has set, and payers by id."""

    instruments: Mapping[str, Instrument] = field(default_factory=dict)
    messages: Mapping[str, Mapping[str, MessageText]] = field(default_factory=dict)
    fragments: Mapping[tuple[str, str], Fragment] = field(default_factory=dict)
    site: Site | None = None
    payers: Mapping[str, Payer] = field(default_factory=dict)
    medicines: Mapping[str, tuple[MedicineRule, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class StepAt:
    """A step with the stage that it belongs to."""

    path: Path
    stage: Stage
    step: Step


@dataclass(frozen=True)
class RuleAt:
    path: Path
    rule: Rule


@dataclass(frozen=True)
class Written:
    """A condition where it is written. ``sourced``: evidence stands on or around it;
    ``None`` where none is asked for (who may enroll is not a clinical threshold)."""

    path: Path
    text: str
    owner: str
    sourced: bool | None


@dataclass(frozen=True)
class Definition:
    """A well-shaped definition. ``place`` and ``key`` find where a path stands."""

    file: str
    root: MappingNode
    pathway: Pathway
    shelf: Shelf
    origins: Mapping[Path, Place] = field(default_factory=dict)
    """What a fragment brought, by its path, with the place of its use."""
    awaits: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    """Steps that come after any of some others, by id: they need not wait for all of these."""
    uses: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    """Where each file of a fragment is used."""

    def used(self, file: str) -> tuple[Related, ...]:
        """Where the fragment of ``file`` is used; nothing of the pathway's own file."""
        return tuple(Related(place, "It is used here.") for place in self.uses.get(file, ()))

    def shown(self, issue: Issue) -> Issue:
        """The issue; one inside a fragment also shows where that is used."""
        told = {related.place for related in issue.related}
        more = tuple(one for one in self.used(issue.place.file) if one.place not in told)
        return replace(issue, related=(*issue.related, *more)) if more else issue

    def place(self, *path: str | int) -> Place:
        """Where the value at ``path`` begins."""
        return at(self.root, path).place

    def key(self, *path: str | int) -> Place:
        """Where the last key of ``path`` stands."""
        parent = at(self.root, path[:-1])
        if isinstance(parent, MappingNode):
            return parent.key_place(str(path[-1]))
        return self.place(*path)

    def scalar(self, *path: str | int) -> Scalar | None:
        node = at(self.root, path)
        return node if isinstance(node, Scalar) else None

    def line(self, *path: str | int) -> int:
        """The line in the pathway's own file: of what a fragment brought, that of its use."""
        return self._own(self.place(*path), path).line

    def key_line(self, *path: str | int) -> int:
        """The same of a key."""
        return self._own(self.key(*path), path).line

    def _own(self, place: Place, path: Path) -> Place:
        if place.file == self.file:
            return place
        uses = (self.origins.get(path[:length]) for length in range(len(path), 0, -1))
        return next((use for use in uses if use is not None), place)

    @cached_property
    def steps(self) -> tuple[StepAt, ...]:
        return tuple(
            StepAt(("stages", i, "steps", j), stage, step)
            for i, stage in enumerate(self.pathway.stages)
            for j, step in enumerate(stage.steps)
        )

    @cached_property
    def rules(self) -> tuple[RuleAt, ...]:
        return tuple(RuleAt(("rules", i), rule) for i, rule in enumerate(self.pathway.rules))

    @cached_property
    def deeds(self) -> tuple[tuple[Path, Step | Rule], ...]:
        """Steps and rules: whatever carries a verb."""
        return (*((s.path, s.step) for s in self.steps), *((r.path, r.rule) for r in self.rules))

    @cached_property
    def step_places(self) -> dict[str, Place]:
        return {s.step.id: self.place(*s.path, "id") for s in reversed(self.steps)}

    @cached_property
    def stage_places(self) -> dict[str, Place]:
        stages = self.pathway.stages
        return {s.stage: self.place("stages", i, "stage") for i, s in enumerate(stages)}

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """Roles that work may be given to."""
        declared = self.pathway.roles
        return (*declared, *(role for role in COMMON_ROLES if role not in declared))

    @cached_property
    def conditions(self) -> tuple[Written, ...]:
        """Every condition but the terms, in the order of the source."""
        return tuple(self._conditions())

    def _conditions(self) -> Iterator[Written]:
        pathway = self.pathway
        if pathway.eligible is not None:
            yield Written(("eligible",), pathway.eligible, "Eligibility", None)
        for i, refusal in enumerate(pathway.refuse):
            yield Written(("refuse", i, "when"), refusal.when, "This refusal", None)
        for i, goal in enumerate(pathway.goals):
            sourced = goal.evidence is not None
            yield Written(("goals", i, "aim"), goal.aim, f'Goal "{goal.id}"', sourced)
        for i, stage in enumerate(pathway.stages):
            yield from self._stage_conditions(("stages", i), stage)
        for found in self.rules:
            if found.rule.when is not None:
                owner = f'Rule "{found.rule.id}"'
                sourced = found.rule.evidence is not None
                yield Written((*found.path, "when"), found.rule.when, owner, sourced)

    def _stage_conditions(self, path: Path, stage: Stage) -> Iterator[Written]:
        around = stage.evidence is not None
        owner = f'Stage "{stage.stage}"'
        if stage.exit is not None:
            yield Written((*path, "exit"), stage.exit, owner, around)
        for j, step in enumerate(stage.steps):
            own = around or step.evidence is not None
            for where, text in _step_conditions(step):
                yield Written((*path, "steps", j, *where), text, f'Step "{step.id}"', own)
        for j, branch in enumerate(stage.next):
            if branch.when is not None:
                yield Written((*path, "next", j, "when"), branch.when, owner, around)


def _step_conditions(step: Step) -> Iterator[tuple[Path, str]]:
    if step.when is not None:
        yield ("when",), step.when
    if step.until is not None:
        yield ("until",), step.until
    if step.wait is not None and step.wait.until is not None:
        yield ("wait", "until"), step.wait.until
    for i, row in enumerate(step.decide.table if step.decide else ()):
        if row.when is not None:
            yield ("decide", "table", i, "when"), row.when


def unknown(code: str, message: str, name: str, place: Place, known: Mapping[str, Place]) -> Issue:
    """An issue about a name that is not declared, showing the declaration it may mean."""
    meant = nearest(name, known)
    related = (Related(known[meant], f'"{meant}" is declared here.'),) if meant else ()
    return Issue(code, message, place, related=related, hint=suggest(name, known))
