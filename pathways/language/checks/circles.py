"""Circles in what waits for what, in one walk over all of it (Tarjan, 1972)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping


def circles(edges: Mapping[str, Collection[str]]) -> Iterator[frozenset[str]]:
    """The largest sets of names that all lead to each other, and names that lead to themselves.

    Takes time in proportion to the edges, and no recursion: a chain may be long.
    """
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    open_: dict[str, None] = {}
    for start in edges:
        if start in number:
            continue
        ways = [(start, _begin(start, edges, number, lowest, open_))]
        while ways:
            name, onward = ways[-1]
            for other in onward:
                if other not in number:
                    ways.append((other, _begin(other, edges, number, lowest, open_)))
                    break
                if other in open_:
                    lowest[name] = min(lowest[name], number[other])
            else:
                ways.pop()
                if ways:
                    before = ways[-1][0]
                    lowest[before] = min(lowest[before], lowest[name])
                if lowest[name] == number[name]:
                    found = _closed(name, open_)
                    if len(found) > 1 or name in edges.get(name, ()):
                        yield found


def _begin(
    name: str,
    edges: Mapping[str, Collection[str]],
    number: dict[str, int],
    lowest: dict[str, int],
    open_: dict[str, None],
) -> Iterator[str]:
    number[name] = lowest[name] = len(number)
    open_[name] = None
    return iter(edges.get(name, ()))


def _closed(name: str, open_: dict[str, None]) -> frozenset[str]:
    """The names that were begun since ``name``, itself included."""
    found = set()
    while name in open_:
        found.add(open_.popitem()[0])
    return frozenset(found)
