"""Colours: owners as fills, and how well text can be read on them.

The fills are Paul Tol's "light" scheme, made for filling labelled cells with black text and told
apart with every common colour vision (https://sronpersonalpages.nl/~pault/). Colour never stands
alone: every step also names its owner.
"""

from __future__ import annotations

from collections.abc import Iterable

INK = "#111111"
"""All text on light ground."""
PAPER = "#FFFFFF"
DARK = "#333333"
"""Ground of what ends an enrollment, with text in ``PAPER``; also lines."""
QUIET = "#6B6B6B"
"""Frames, and text on ``PAPER`` of what a patient's course has not reached."""
SYSTEM = "#DDDDDD"
"""What Careway does by itself."""
OWNERS = (
    "#77AADD",
    "#EE8866",
    "#EEDD88",
    "#44BB99",
    "#FFAABB",
    "#99DDFF",
    "#BBCC33",
    "#AAAA00",
)
OTHERS = PAPER
"""Owners beyond the eighth: white, told apart by name only."""


def owner_colours(roles: Iterable[str]) -> dict[str, str]:
    """A fill for each role, in the order of their first appearance."""
    found = list(dict.fromkeys(roles))
    return {
        name: OWNERS[place] if place < len(OWNERS) else OTHERS for place, name in enumerate(found)
    }


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two ``#RRGGBB`` colours, 1 to 21 (WCAG 2.2: text needs 4.5)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(part: float) -> float:
    if part <= 0.04045:
        return part / 12.92
    # The annotation is for mypy: a float to a float power may be complex.
    curved: float = ((part + 0.055) / 1.055) ** 2.4
    return curved
