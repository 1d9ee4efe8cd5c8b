"""Goldens are added, never changed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.goldens import bless
from tests.goldens.golden import (
    HISTORIES,
    MANIFEST,
    digests,
    goldens,
    manifest,
    previous,
    releases,
)

each_release = pytest.mark.parametrize("release", releases())


@each_release
def test_every_file_is_the_one_that_was_recorded(release: str) -> None:
    """The manifest names every file with its digest, and there is nothing else."""
    assert digests(HISTORIES / release) == manifest(release)["files"]


@each_release
def test_the_manifests_are_a_chain(release: str) -> None:
    """Each manifest holds the digest of the one before: an old golden that was rewritten,
    manifest and all, breaks the next release's."""
    assert manifest(release)["previous"] == previous(release)


def test_this_release_has_goldens() -> None:
    assert bless.this_release() in releases()


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """All goldens, where a test may do what it likes to them."""
    shutil.copytree(HISTORIES, tmp_path / "histories")
    return tmp_path / "histories"


def test_blessing_again_changes_nothing_and_says_why(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Given a release with goldens, when someone blesses, then it is refused with a sentence."""
    before = contents(copied)
    assert bless.main([], copied) == 1
    said = capsys.readouterr().out
    assert said.startswith(f"Release {bless.this_release()} has its golden histories")
    assert "change the code" in said
    assert contents(copied) == before


def test_make_bless_goes_on_when_there_is_nothing_to_record(copied: Path) -> None:
    """``make bless`` accepts other expectations too: goldens that exist do not stop it."""
    before = contents(copied)
    assert bless.main(["--if-new"], copied) == 0
    assert contents(copied) == before


async def test_the_next_release_adds_its_own_and_continues_the_chain(copied: Path) -> None:
    """Given a later version, when its goldens are added, then the old ones are as they were."""
    newest = releases(copied)[-1]
    before = contents(copied / newest)
    await bless.add("2099.10", copied / newest, copied)
    assert contents(copied / newest) == before
    assert releases(copied)[-1] == "2099.10"
    link = manifest("2099.10", copied)["previous"]
    assert link == previous("2099.10", copied)
    assert link["release"] == newest
    assert {one.name for one in goldens(copied) if one.release == "2099.10"} == set(bless.CHOSEN)


async def test_goldens_are_added_all_or_none(copied: Path, tmp_path: Path) -> None:
    """Given runs of which one is missing, then nothing at all is added."""
    runs = tmp_path / "runs"
    shutil.copytree(copied / releases(copied)[-1], runs)
    (runs / f"{bless.CHOSEN[-1]}.json.xz").unlink()
    before = contents(copied)
    with pytest.raises(bless.NotBlessed, match=bless.CHOSEN[-1]):
        await bless.add("2099.10", runs, copied)
    assert contents(copied) == before


@each_release
def test_a_golden_that_was_changed_is_found(release: str, copied: Path) -> None:
    """Given one byte more in one history, then its manifest says otherwise."""
    golden = next(one for one in goldens(copied) if one.release == release)
    file = golden.folder / f"{golden.name}.json.xz"
    file.write_bytes(file.read_bytes() + b"\0")
    assert digests(golden.folder) != manifest(release, copied)["files"]


async def test_a_manifest_that_was_made_to_fit_is_found(copied: Path) -> None:
    """Given a release's manifest was rewritten, then the next release's does not fit it."""
    newest = releases(copied)[-1]
    await bless.add("2099.10", copied / newest, copied)
    said = manifest(newest, copied) | {"files": {}}
    (copied / newest / MANIFEST).write_text(json.dumps(said), "utf-8")
    assert manifest("2099.10", copied)["previous"] != previous("2099.10", copied)
