"""Circles are found in one walk, however long a chain is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.shapes import shapes
from pathways.language.checks.circles import circles
from pathways.language.compiling import compile_pathway
from pathways.proving import prove
from tests.language.shelf import small_shelf
from tests.proving.proving import calendar

NAMES = "abcdef"
EDGES = st.dictionaries(
    st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES + "?"), max_size=4), max_size=6
)


def reached(edges: Mapping[str, Collection[str]], start: str) -> set[str]:
    """The names that ``start`` leads to; itself only by a way that comes back."""
    found: set[str] = set()
    waiting = list(edges.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += edges.get(name, ())
    return found


@given(EDGES)
def test_a_circle_is_all_that_leads_to_each_other(edges: dict[str, list[str]]) -> None:
    """Given any arrows, then the circles are those that following each arrow would find."""
    expected = {
        frozenset(other for other in reached(edges, name) if name in reached(edges, other))
        for name in edges
    }
    assert set(circles(edges)) == expected - {frozenset()}


class Watched(Mapping[str, tuple[str, ...]]):
    """Edges of a chain, counting how often a step is asked where it leads."""

    def __init__(self, many: int, *, closed: bool) -> None:
        self.asked = 0
        self._next: dict[str, tuple[str, ...]] = {f"s{n}": (f"s{n - 1}",) for n in range(1, many)}
        self._next["s0"] = (f"s{many - 1}",) if closed else ()

    def __getitem__(self, name: str) -> tuple[str, ...]:
        self.asked += 1
        return self._next[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._next)

    def __len__(self) -> int:
        return len(self._next)


@pytest.mark.parametrize("closed", [False, True])
def test_a_chain_of_thousands_is_walked_once(*, closed: bool) -> None:
    """Given 20,000 steps in a chain, or in a circle, then each is asked once or twice where it
    leads, and no recursion is too deep."""
    many = 20_000
    edges = Watched(many, closed=closed)
    assert [len(circle) for circle in circles(edges)] == ([many] if closed else [])
    assert edges.asked <= 2 * many


@pytest.mark.parametrize("name", sorted(shapes()))
def test_the_shapes_of_the_benchmark_are_in_order(name: str) -> None:
    """Given what the benchmark measures, then it is compiled and proven: but for the circle,
    which is told once."""
    compiled = compile_pathway(shapes()[name], "shape.yaml", small_shelf())
    codes = [issue.code for issue in compiled.issues]
    assert codes == (["after-cycle"] if name == "circle" else [])
    assert compiled.definition is not None
    assert len(compiled.definition.steps) >= 485
    assert [proof.issue.code for proof in prove(compiled, calendar())] == []
