"""An upgrade brings a definition up to date and leaves everything else as it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathways.language.reading import read_yaml
from pathways.language.tree import Mapping, plain
from pathways.language.upgrading import upgrade
from tests.language.shelf import DEFINITIONS

SHIPPED = sorted(
    path
    for path in DEFINITIONS.rglob("*.yaml")
    # Staff and scenarios are no definitions of care.
    if path.name != "directory.yaml" and "scenarios" not in path.parts
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("pathway: p\n", "language: 1\npathway: p\n"),
        (
            "# Mine.\n\n# About p:\npathway: p  # the id\n",
            "# Mine.\n\n# About p:\nlanguage: 1\npathway: p  # the id\n",
        ),
        ("---\npathway: p\n", "---\nlanguage: 1\npathway: p\n"),
        ("--- \n  pathway: p\n  title: P\n", "--- \n  language: 1\n  pathway: p\n  title: P\n"),
        ("pathway: p\r\ntitle: P\r\n", "language: 1\r\npathway: p\r\ntitle: P\r\n"),
        ("\ufeffpathway: p\n", "\ufefflanguage: 1\npathway: p\n"),
        ("{pathway: p}\n", "{language: 1, pathway: p}\n"),
        ("{}\n", "{language: 1}\n"),
        ("{ # x\n pathway: p}\n", "{language: 1, # x\n pathway: p}\n"),
        ("pathway: p", "language: 1\npathway: p"),
    ],
)
def test_the_marker_is_added_before_the_first_key(before: str, after: str) -> None:
    found = upgrade(before, "p.yaml")
    assert (found.text, found.issues) == (after, ())
    assert found.changes == ('"language: 1" added.',)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_ships_is_up_to_date_and_would_be_restored(path) -> None:
    """Given a shipped file without its marker, then an upgrade gives back the file itself."""
    text = path.read_text(encoding="utf-8")
    assert upgrade(text, path.name).text == text
    assert upgrade(text, path.name).changes == ()
    line = "language: 1\n"
    assert text.count(line) == 1
    without = text.replace(line, "")
    again = upgrade(without, path.name).text
    assert sorted(again.splitlines()) == sorted(text.splitlines())
    assert upgrade(again, path.name).changes == ()


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("2", "This is written for language 2; this Careway knows up to 1."),
        ("10", "This is written for language 10; this Careway knows up to 1."),
        ("0", '"0" is not a version of the language.'),
        ("one", '"one" is not a version of the language.'),
        ("[1]", '"this" is not a version of the language.'),
    ],
)
def test_a_version_that_is_not_known_is_refused(version: str, said: str) -> None:
    text = f"language: {version}\npathway: p\n"
    found = upgrade(text, "p.yaml")
    assert found.text == text
    assert [(issue.code, issue.message) for issue in found.issues] == [("unknown-language", said)]


@pytest.mark.parametrize("text", ["", "- a\n", "a: [", "a: 1\na: &x 2\n"])
def test_what_cannot_be_read_stays_as_it_is(text: str) -> None:
    found = upgrade(text, "p.yaml")
    assert found.text == text
    assert found.issues


WORDS = st.sampled_from(["a: 1", "b: [x, y]", "# note", "c: {d: e}", "", "f: |", "  text", "---"])


@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS, max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_nothing_but_the_marker_changes(lines: list[str], end: str) -> None:
    """Given any file, then it says what it said before, and now its version; once is enough."""
    text = end.join(lines) + end
    found = upgrade(text, "x.yaml")
    if not found.changes:
        assert found.text == text
        return
    before, _ = read_yaml(text, "x.yaml")
    after, _ = read_yaml(found.text, "x.yaml")
    assert isinstance(before, Mapping)
    assert isinstance(after, Mapping)
    said = plain(after)
    assert isinstance(said, dict)
    assert said.pop("language") == "1"
    assert said == plain(before)
    assert found.text.replace(f"language: 1{end}", "", 1) == text
    assert upgrade(found.text, "x.yaml").changes == ()
