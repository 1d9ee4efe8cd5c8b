"""A small shelf for tests: one instrument, and the kernel's messages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pathways.compiled import Band, Instrument, Item, Score
from pathways.language.definition import Shelf
from pathways.language.messages import read_messages
from pathways.language.sharing.fragments import Fragment, read_fragment
from pathways.language.sharing.site import read_site

DEFINITIONS = Path(__file__).parents[2] / "definitions"

PHQ_2 = Instrument(
    id="phq-2",
    version="1",
    title="PHQ-2",
    licence="free",
    items=(Item("item-1", "Little interest"), Item("item-2", "Feeling down")),
    scores=(
        Score(
            "score",
            "sum",
            ("item-1", "item-2"),
            bands=(Band("negative", 0, 2), Band("positive", 3, 6)),
        ),
    ),
)


def small_shelf() -> Shelf:
    """The common messages as shipped, and the PHQ-2."""
    file = DEFINITIONS / "messages.yaml"
    messages, _ = read_messages(file.read_text(encoding="utf-8"), "definitions/messages.yaml")
    return Shelf(instruments={"phq-2": PHQ_2}, messages=messages)


def shared_shelf(site: str = "", today: str = "") -> Shelf:
    """The small shelf with the fragments of these tests, and a site's settings."""
    found = None
    if site:
        found, issues = read_site(site, "site.yaml", today)
        assert found is not None, issues
    return replace(small_shelf(), fragments=fragments(), site=found)


def fragments() -> dict[tuple[str, str], Fragment]:
    """The fragments beside this module."""
    found: dict[tuple[str, str], Fragment] = {}
    for path in sorted((Path(__file__).parent / "fragments").glob("*.yaml")):
        fragment, issues = read_fragment(path.read_text("utf-8"), f"fragments/{path.name}")
        assert fragment is not None, issues
        found[fragment.id, fragment.version] = fragment
    return found
