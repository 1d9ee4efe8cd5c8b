"""What somebody found, as they say it at the desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pathways.journey.events import Reading, Value

Values = Mapping[str, Value] | Iterable[Reading]
"""Values by name (observed now, in the element's own unit), or readings in full."""


def readings(values: Values) -> tuple[Reading, ...]:
    """The values as readings."""
    if isinstance(values, Mapping):
        return tuple(Reading(name, value, observed=0) for name, value in values.items())
    return tuple(values)
