"""The directory file: what ships can be used, and what cannot be used is said."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from sqlalchemy import Engine

from activities import schedule
from activities.directory import DirectoryError, load_directory, seed_directory
from tests.activities.given import contents, wish

PATHWAYS = sorted(Path(__file__).parents[2].glob("definitions/pathways/*.yaml"))


@pytest.mark.parametrize("path", PATHWAYS, ids=lambda path: path.stem)
def test_every_service_and_role_of_the_shipped_pathways_is_in_the_directory(path: Path):
    pathway = yaml.safe_load(path.read_text(encoding="utf-8"))
    directory = load_directory()
    offered = {s for p in directory.providers for hours in p.hours for s in hours.services}
    booked = {node["service"] for node in _nodes(pathway, "schedule") if isinstance(node, dict)}

    assert booked
    assert booked <= offered
    assert set(pathway["roles"]) <= set(directory.role_mailboxes)


def _nodes(node: object, name: str) -> list[object]:
    if isinstance(node, dict):
        own = [node[name]] if name in node else []
        return own + [found for child in node.values() for found in _nodes(child, name)]
    if isinstance(node, list):
        return [found for child in node for found in _nodes(child, name)]
    return []


def test_seeding_again_changes_nothing_and_keeps_bookings(directory: Engine):
    schedule.book(directory, wish(1), now=0)
    before = contents(directory)

    seed_directory(directory)

    assert contents(directory) == before


@pytest.mark.parametrize(
    ("found", "wrong", "said"),
    [
        ("America/New_York", "America/Gotham", "Use an IANA zone"),
        ("services: [eye-exam]", "services: [eye]", 'offers "eye"'),
        ('opens: "08:30"', 'opens: "08:37"', "multiple of 15 minutes"),
        ('opens: "08:30"', 'opens: "quarter past"', "quarter past"),
        ("slot: 30", "slot: 20", "multiple"),
        ("seats: 8", "seets: 8", "seets"),
        ("{en: Blood count, es:", "{es:", '"cbc-lab" has no English title'),
        ("{en: Blood count, es:", "{en: Blood count, spanish:", '"spanish" of service "cbc-lab"'),
        ("{en: Blood count, es:", "{en: '', es:", '"cbc-lab" is empty in "en"'),
    ],
)
def test_a_mistake_is_named(found: str, wrong: str, said: str):
    text = (PATHWAYS[0].parents[1] / "directory.yaml").read_text(encoding="utf-8")

    with pytest.raises(DirectoryError, match=said):
        load_directory(text.replace(found, wrong, 1))
