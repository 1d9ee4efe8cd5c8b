"""``careway up``: what whoever starts it reads."""

from __future__ import annotations

from pathlib import Path


def test_up_elsewhere_says_how_other_shells_find_it(place: dict[str, str]) -> None:
    """Given another port than the usual, then the setting that the other commands need is said."""
    said = (Path(place["CAREWAY_DATA"]).parent / "log").read_text()
    assert f"In other shells: export CAREWAY_ADDRESS={place['CAREWAY_ADDRESS']}\n" in said
