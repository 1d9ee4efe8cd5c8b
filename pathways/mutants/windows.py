"""Changes of a window: it opens or closes a day (of a series: a period) sooner or later."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from pathways.compiled import Step
from pathways.journey.prepared import nominal_seconds
from pathways.mutants.mutant import Change
from pathways.windows import Window

DAY = 86_400


def changes(step: Step, window: Window) -> Iterator[Change]:
    """Every change of one window. The end of a series moves by a whole period: by less, no
    occurrence of it may come or go."""
    touched = (f"step {step.id}", f"window-over {step.id}")
    period = 1 if step.every is None else max(nominal_seconds(step.every) // DAY, 1)
    for field, size in (("opens", 1), ("closes", period)):
        days = getattr(window, field)
        if days is None:
            continue
        for other in (days - size, days + size):
            name = f"window {field} {days} -> {other}"
            text = f"its window {field} on day {other} of {window.of} instead of day {days}"
            changed = replace(window, **{field: other})
            made = replace(step, window=changed)
            yield Change("delay", name, text, made, touches=touched)
