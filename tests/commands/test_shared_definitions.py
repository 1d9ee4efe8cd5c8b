"""A folder with fragments and a site's settings, as the commands see it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.commands.conftest import ROOT, Careway
from tests.language.test_fragments import SOURCE
from worker.library import Library, LibraryError

SITE = """\
language: 1
site: riverside
settings:
  - {pathway: p, parameter: limit, value: 8.5, by: Dr A. Example, on: 2026-11-01,
     because: Younger patients.}
"""
PARAMETER = "parameters:\n  limit: {label: HbA1c too high (%), default: 9, range: [8, 11]}\n"
RULE = (
    'rules:\n  - {id: high, when: "hba1c > ${limit} %", task: {}, due: 2 days, evidence: guide}\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pathway with fragments and a parameter, and a site that sets it."""
    shutil.copytree(ROOT / "tests" / "language" / "fragments", tmp_path / "fragments")
    shutil.copytree(ROOT / "definitions" / "instruments", tmp_path / "instruments")
    shutil.copy(ROOT / "definitions" / "messages.yaml", tmp_path)
    (tmp_path / "pathways").mkdir()
    text = SOURCE.replace("data:\n", f"{PARAMETER}data:\n") + RULE
    (tmp_path / "pathways" / "p.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "site.yaml").write_text(SITE, encoding="utf-8")
    return tmp_path


@pytest.mark.usefixtures("nowhere")
class TestAFolder:
    def test_it_is_checked_as_a_whole(self, command: Careway, folder: Path) -> None:
        done = command("check", "--definitions", folder, "--json")
        assert done.code == 0, done.out
        assert done.json["issues"] == []
        names = {Path(file).name for file in done.json["files"]}
        assert {"first-contact.yaml", "closing.yaml", "site.yaml", "p.yaml"} <= names

    def test_explain_says_what_the_site_has_set(self, command: Careway, folder: Path) -> None:
        said = " ".join(command("explain", "p", "--definitions", folder).out.split())
        assert "HbA1c too high (%) (limit): 8.5 (default: 9), set by Dr A. Example" in said
        assert "The fragment first-contact, version 2026.1" in said

    def test_a_finding_in_a_fragment_shows_its_line_and_its_use(
        self, command: Careway, folder: Path
    ) -> None:
        """Given a fragment that asks for what nobody declares, then both places are shown."""
        path = folder / "fragments" / "first-contact.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("collect: [contact]", "collect: [contct]"), encoding="utf-8")
        done = command("check", folder / "pathways" / "p.yaml", "--definitions", folder)
        assert done.code == 1
        assert f"{path}:18:38 unknown-data" in done.out
        assert '18 |     task: {by: "${owner}", collect: [contct]}' in done.out
        assert f"{folder / 'pathways' / 'p.yaml'}:16:9: It is used here." in done.out

    def test_two_fragments_of_one_version_are_told_apart(
        self, command: Careway, folder: Path
    ) -> None:
        shutil.copy(folder / "fragments" / "closing.yaml", folder / "fragments" / "closing-2.yaml")
        done = command("check", "--definitions", folder)
        assert done.code == 1
        assert 'Version "1" of the fragment "closing" is in two files.' in done.out

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("value: 8.5", "value: 12", "is 12, which is outside 8 to 11"),
            ("parameter: limit", "parameter: limits", 'Did you mean "limit"?'),
            ("by: Dr A. Example, ", "", 'has no "by"'),
            ("pathway: p", "pathway: q", 'There is no pathway "q" here.'),
        ],
    )
    def test_a_wrong_setting_keeps_the_pathway_from_being_used(
        self, command: Careway, folder: Path, old: str, new: str, said: str
    ) -> None:
        site = folder / "site.yaml"
        assert old in SITE
        site.write_text(SITE.replace(old, new), encoding="utf-8")
        for arguments in (["check"], ["explain", "p"]):
            done = command(*arguments, "--definitions", folder)
            assert done.code == 1
            assert said in done.out + done.err
            assert "site.yaml:4:" in done.out + done.err

    def test_a_setting_ends_without_anybody_touching_a_file(self, folder: Path) -> None:
        """Given a setting until the end of a year, then the default counts in the next."""
        site = folder / "site.yaml"
        ends = SITE.replace("on: 2026-11-01,", "on: 2026-11-01, until: 2026-12-31,")
        site.write_text(ends, encoding="utf-8")
        values = [
            Library(folder, today).pathway("p").parameters["limit"].value
            for today in ("2026-12-31", "2027-01-01")
        ]
        assert values == ["8.5", "9"]

    def test_a_site_file_that_cannot_be_read_stops_everything(self, folder: Path) -> None:
        (folder / "site.yaml").write_text("settings: [", encoding="utf-8")
        with pytest.raises(LibraryError, match="not-yaml"):
            Library(folder).pathway("p")
