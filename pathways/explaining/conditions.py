"""A condition in plain English, and for one patient: what it saw and what it came to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from pathways import wording
from pathways.compiled import CompiledPathway, Expr
from pathways.conditions import Trace, View, explain
from pathways.narrative import day_and_time, shown


class ConditionExplained(Struct, frozen=True, omit_defaults=True):
    """``verdict`` (yes, no, unknown) and ``trace`` are there when a patient was looked at."""

    words: str
    needs: tuple[str, ...]
    """What it reads, and for how long a value counts."""
    verdict: str = ""
    trace: Trace | None = None

    def text(self, pathway: CompiledPathway, moment: Callable[[int], str] | None = None) -> str:
        """For people. ``moment`` says instants; without it, in UTC."""
        lines = [f"It holds when {self.words}."]
        if self.needs:
            lines += ["", "What it needs", *(f"  - {need}" for need in self.needs)]
            lines.append(
                "  Without one of these the answer may be unknown; unknown starts nothing."
            )
        if self.trace is not None:
            said = moment or (lambda instant: day_and_time(None, instant))
            lines += ["", f"For this patient: {self.verdict}", *_traced(self.trace, pathway, said)]
        return "\n".join(lines) + "\n"


def explain_condition(
    expr: Expr, pathway: CompiledPathway, view: View | None = None
) -> ConditionExplained:
    """The condition in words; with ``view``, also its verdict and the reasons."""
    trace = None
    if view is not None:
        trace = explain(expr, view, wording.readable(pathway.data))
    return ConditionExplained(
        words=wording.condition(expr, pathway),
        needs=tuple(_needs(expr, pathway)),
        verdict="" if trace is None else verdict(trace.value),
        trace=trace,
    )


def verdict(value: object) -> str:
    """Yes, no or unknown; a value that is neither as people write it."""
    if value is None:
        return "unknown"
    return shown(value) if isinstance(value, str | bool | int | float) else str(value)


def _needs(expr: Expr, pathway: CompiledPathway) -> Iterator[str]:
    for name in dict.fromkeys(_words_of(expr)):
        element = pathway.data.get(name)
        instrument = pathway.instruments.get(name.partition(".")[0])
        if element is not None:
            fresh = f", known for {element.fresh}" if element.fresh is not None else ""
            yield f"{wording.label(pathway, name)} ({name}){fresh}"
        elif instrument is not None and "." in name:
            fresh = f", known for {instrument.fresh}" if instrument.fresh is not None else ""
            yield f"{instrument.title}: {name.partition('.')[2].replace('-', ' ')} ({name}){fresh}"


def _words_of(expr: object) -> Iterator[str]:
    if isinstance(expr, str):
        yield expr
    elif isinstance(expr, list):
        for part in expr:
            yield from _words_of(part)


def _traced(
    trace: Trace, pathway: CompiledPathway, moment: Callable[[int], str], depth: int = 1
) -> Iterator[str]:
    gap = "  " * depth
    yield f"{gap}- {trace.text}: {verdict(trace.value)}"
    for seen in trace.seen:
        unit = wording.unit(pathway.data[seen.name].unit) if seen.name in pathway.data else ""
        value = f"{shown(seen.value)} {unit}".strip()
        stale = " (no longer counts)" if trace.value is None and not trace.alone else ""
        yield f"{gap}    saw {value}, observed {moment(seen.observed)}{stale}"
    if trace.alone:
        yield f"{gap}    no earlier reading to compare it with"
    if trace.value is None and not trace.parts and not trace.seen:
        yield f"{gap}    no value on record"
    for part in trace.parts:
        yield from _traced(part, pathway, moment, depth + 1)
