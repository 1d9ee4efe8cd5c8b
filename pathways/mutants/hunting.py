"""Hunting mutants: which of them no scenario notices."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from pathways.mutants.mutant import Mutant
from pathways.scenarios.judging import holds
from pathways.scenarios.running import play
from pathways.scenarios.scenario import Scenario
from pathways.scenarios.site import Site


class Played(Struct, frozen=True):
    """A scenario that holds on the pathway as it is, the points that it reached, and how many
    decisions it takes."""

    scenario: Scenario
    reached: frozenset[str]
    decisions: int


class Verdict(Struct, frozen=True):
    """What became of a mutant: noticed by a scenario (its file), or not."""

    mutant: Mutant
    noticed_by: str = ""
    reason: str = ""
    """Why it is declared to be equivalent."""


class Hunt(Struct, frozen=True):
    """The result. Mutants declared equivalent count neither way."""

    verdicts: tuple[Verdict, ...]

    @property
    def noticed(self) -> int:
        return sum(bool(verdict.noticed_by) for verdict in self.verdicts)

    @property
    def survivors(self) -> tuple[Verdict, ...]:
        return tuple(v for v in self.verdicts if not v.noticed_by and not v.reason)

    @property
    def wrongly_declared(self) -> tuple[Verdict, ...]:
        """Declared equivalent, and yet a scenario noticed them."""
        return tuple(v for v in self.verdicts if v.noticed_by and v.reason)

    @property
    def score(self) -> float:
        """Share of the mutants that were noticed, of those not declared equivalent; 1 for none."""
        counted = len(self.survivors) + self.noticed
        return self.noticed / counted if counted else 1.0


def sampled(mutants: Sequence[Mutant], most: int, seed: str = "") -> tuple[Mutant, ...]:
    """At most ``most`` of the mutants, spread by a hash of their ids: the same ones each time,
    and mostly the same after a change elsewhere."""
    if most >= len(mutants):
        return tuple(mutants)
    drawn = sorted(mutants, key=lambda m: hashlib.sha256(f"{seed}{m.id}".encode()).digest())
    chosen = {mutant.id for mutant in drawn[:most]}
    return tuple(mutant for mutant in mutants if mutant.id in chosen)


def hunt(
    pathway: str,
    mutants: Sequence[Mutant],
    played: Sequence[Played],
    site: Site,
    equivalent: Mapping[str, str],
    done: Callable[[int], None] = lambda _: None,
) -> Hunt:
    """Play on each mutant the scenarios that reach what it changes, the likeliest and quickest
    first, until one notices. ``done`` is told how many mutants are through."""
    verdicts = []
    for number, mutant in enumerate(mutants, 1):
        found = _noticed_by(pathway, mutant, played, site)
        verdicts.append(Verdict(mutant, found, equivalent.get(mutant.id, "")))
        done(number)
    return Hunt(tuple(verdicts))


def _noticed_by(pathway: str, mutant: Mutant, played: Sequence[Played], site: Site) -> str:
    able = [one for one in played if _reaches(one, mutant)]
    if not able:
        return ""
    digest, _ = site.pathways[pathway]
    changed = site.with_pathway(f"{digest}, {mutant.id}", mutant.make())
    for one in sorted(able, key=lambda one: (not _names(one.scenario, mutant.of), one.decisions)):
        if not holds(one.scenario, play(one.scenario, changed)):
            return one.scenario.file or one.scenario.scenario
    return ""


def _names(scenario: Scenario, name: str) -> bool:
    """Whether a line expects something of what was changed: such a scenario notices soonest."""
    lines = (*scenario.expect, *scenario.never)
    return any(name in (line.of, line.step) for line in lines)


def _reaches(played: Played, mutant: Mutant) -> bool:
    return any(
        not touch
        or touch in played.reached
        or f"{touch} yes" in played.reached
        or f"{touch} no" in played.reached
        for touch in mutant.touches
    )


__all__ = ["Hunt", "Played", "Verdict", "hunt", "sampled"]
