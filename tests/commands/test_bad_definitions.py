"""Ten (and two) mistakes that authors make: each has one clear finding, and nothing is enrolled."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.conftest import Careway

BAD = Path(__file__).parent / "bad"
FINDINGS = {
    "after-cycle": ("15:9 after-cycle", "Remove one of the afters."),
    "alias": ("4:8 anchor", "Remove it."),
    "bad-span": ("15:14 bad-span", "is not a unit of time"),
    "duplicate-key": ("16:9 duplicate-key", "Keep one of the two."),
    "misspelt-step": ("18:16 unknown-step", 'Did you mean "first"?'),
    "no-message": ("17:40 unknown-message", "Known here:"),
    "not-yaml": ("14:34 not-yaml", "Is a comma or a closing bracket missing?"),
    "two-verbs": ("15:9 two-verbs", "Make two steps of it."),
    "type-mismatch": ("13:39 type-mismatch", "Compare values of the same type."),
    "unknown-role": ("14:22 unknown-role", 'Did you mean "case-manager"?'),
    "unknown-stage": ("17:35 unknown-stage", 'Did you mean "follow-up"?'),
    "unknown-value-in-condition": ("19:15 unknown-name", 'Did you mean "hba1c"?'),
}


def test_every_broken_definition_is_tried():
    assert {path.stem for path in BAD.glob("*.yaml")} == set(FINDINGS)


@pytest.mark.parametrize("name", FINDINGS)
def test_a_mistake_is_shown_with_its_place_and_its_remedy(
    name: str, nowhere: None, command: Careway, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(BAD)
    found, remedy = FINDINGS[name]
    checked = command("check", f"{name}.yaml")
    assert checked.code == 1
    assert checked.out.startswith(f"{name}.yaml:{found}\n")
    assert remedy in checked.out
    assert checked.out.endswith("1 file checked: 1 error.\n")


@pytest.mark.parametrize("name", FINDINGS)
def test_programs_get_the_same_finding_as_data(name: str, nowhere: None, command: Careway):
    checked = command("check", BAD / f"{name}.yaml", "--json")
    assert checked.code == 1
    assert checked.json["errors"] == 1
    issue = checked.json["issues"][0]
    assert f"{issue['line']}:{issue['column']} {issue['code']}" == FINDINGS[name][0]


@pytest.mark.parametrize("name", FINDINGS)
def test_nobody_is_enrolled_on_a_broken_pathway(
    name: str,
    careway: Careway,
    bundle: Callable[..., Path],
    definitions: Path,
    records: Callable[[], list[str]],
    tmp_path: Path,
):
    folder = shutil.copytree(definitions, tmp_path / "definitions")
    shutil.copy(BAD / f"{name}.yaml", folder / "pathways")
    before = records()
    done = careway("enroll", "--patient", bundle(), "--pathway", name, "--definitions", folder)
    assert done.code == 1
    assert f'Pathway "{name}" has errors and cannot be used' in done.err
    assert FINDINGS[name][0] in done.err
    assert records() == before


def test_a_folder_is_checked_as_a_whole(nowhere: None, command: Careway):
    checked = command("check", BAD)
    assert checked.code == 1
    assert f"{len(FINDINGS)} files checked: {len(FINDINGS)} errors" in checked.out
