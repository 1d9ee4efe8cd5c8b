"""Declarations of migrations: read with their places, and held to both versions."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml
from msgspec.structs import replace

from pathways.journey.versions.choices import Choices
from pathways.language.migrations import misnamed, read_migration
from pathways.language.schema import migration_schema
from tests.kernel.building import human, pathway, stage
from worker.declarations import declared_for
from worker.library import Library
from worker.shared import LibraryError

TEXT = """\
language: 1
migration: demo
from: "1"
to: "2"
because: Planning has moved.
stages: {plan: care-plan}
steps: {leaflet: handout}
gone: [call]
due: keep
dues: {handout: restart}
keep: [leaflet]
skip: [visit]
"""
OLD = pathway(stage("plan", "planning", human("leaflet"), human("call")))
NEW = replace(
    pathway(stage("care-plan", "planning", human("handout"), human("call"), human("visit"))),
    version="2",
)


def test_a_declaration_says_what_the_kernel_is_told() -> None:
    """Names, clocks and choices, as they are sent with each move."""
    found, issues = read_migration(TEXT, "m.yaml")
    assert issues == ()
    assert found is not None
    assert (found.pathway, found.version, found.to) == ("demo", "1", "2")
    assert found.because == "Planning has moved."
    assert found.choices == Choices(
        stages={"plan": "care-plan"},
        steps={"leaflet": "handout", "call": ""},
        due="keep",
        dues={"handout": "restart"},
        keep=("leaflet",),
        skip=("visit",),
    )
    assert misnamed(found, OLD, NEW) == ()


@pytest.mark.parametrize(
    ("line", "instead", "place", "message"),
    [
        ("stages: {plan: care-plan}", "stages: {pla: care-plan}", "6:15", 'no stage "pla"'),
        ("stages: {plan: care-plan}", "stages: {plan: car-plan}", "6:16", 'no stage "car-plan"'),
        ("steps: {leaflet: handout}", "steps: {leaflet: handot}", "7:18", 'no step "handot"'),
        ("gone: [call]", "gone: [cal]", "8:7", 'no step "cal"'),
        ("keep: [leaflet]", "keep: [leaf]", "11:7", 'no step "leaf"'),
        ("skip: [visit]", "skip: [leaflet]", "12:7", 'no step "leaflet"'),
    ],
)
def test_names_that_a_version_does_not_have_are_found(
    line: str, instead: str, place: str, message: str
) -> None:
    """Each with its place, and what was probably meant."""
    found, _ = read_migration(TEXT.replace(line, instead), "m.yaml")
    assert found is not None
    (issue,) = misnamed(found, OLD, NEW)
    assert str(issue.place) == f"m.yaml:{place}"
    assert message in issue.message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (TEXT.replace("due: keep", "due: later"), "not-an-option"),
        (TEXT.replace("because: Planning has moved.\n", ""), "missing-field"),
        (TEXT + "colour: blue\n", "unknown-field"),
        (TEXT + "keep: []\n", "duplicate-key"),
        ("", "empty-file"),
    ],
)
def test_what_cannot_be_read_is_a_finding(text: str, code: str) -> None:
    """Never an exception."""
    found, issues = read_migration(text, "m.yaml")
    assert found is None
    assert code in [issue.code for issue in issues]


def test_editors_have_a_schema() -> None:
    """The sample fits it; a wrong clock does not."""
    schema = migration_schema()
    jsonschema.validate(yaml.safe_load(TEXT), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(TEXT.replace("due: keep", "due: later")), schema)


def test_the_folder_is_searched_for_the_two_versions(tmp_path: Path) -> None:
    """Given declarations beside the definitions, then the one about these two versions counts; a
    file that is named must be about them; ``careway check`` looks at all."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "a.yaml").write_text(TEXT.replace('from: "1"', 'from: "0"'))
    (folder / "b.yaml").write_text(TEXT)
    found = declared_for(tmp_path, OLD, NEW)
    assert found is not None
    assert found.version == "1"
    assert declared_for(tmp_path, NEW, replace(NEW, version="3")) is None
    with pytest.raises(LibraryError, match="is not about going from version 1"):
        declared_for(tmp_path, OLD, NEW, folder / "a.yaml")
    (folder / "c.yaml").write_text(TEXT + "colour: blue\n")
    checked = Library(tmp_path).check([folder])
    assert [issue.code for issue in checked.issues] == ["unknown-field"]
