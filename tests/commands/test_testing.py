"""``careway test``: scenarios beside a pathway, from the command line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.commands.conftest import ROOT, Careway

SMALL = ROOT / "tests" / "scenarios" / "small.yaml"
HOLDS = """\
scenario: The questions are asked within two business days
pathway: small
start: 2026-03-02 09:00
course:
  - {until: day 40, all-done: true}
expect:
  - {task: questions, owner: case-manager, due: 2 business days}
  - {closed: completed}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Definitions with the small pathway, and one scenario that holds."""
    (tmp_path / "pathways").mkdir()
    shutil.copy(SMALL, tmp_path / "pathways" / "small.yaml")
    shutil.copy(ROOT / "definitions" / "messages.yaml", tmp_path)
    scenarios = tmp_path / "scenarios" / "small"
    scenarios.mkdir(parents=True)
    (scenarios / "holds.yaml").write_text(HOLDS)
    monkeypatch.setenv("CAREWAY_DEFINITIONS", str(tmp_path))
    return scenarios


@pytest.mark.usefixtures("nowhere")
class TestTheCommand:
    def test_scenarios_that_hold_and_what_they_do_not_reach(
        self, command: Careway, folder: Path
    ) -> None:
        done = command("test", folder)
        assert done.code == 0, done.err
        assert "1 scenario, all as expected." in done.out
        assert "small: steps and rules 4 of 6 (67 %)" in done.out
        assert 'definitions/pathways/small.yaml:60 Rule "low" never fired. [rule low]' in done.out

    def test_without_a_path_all_scenarios_are_run(self, command: Careway, folder: Path) -> None:
        assert "1 scenario, all as expected." in command("test").out
        assert "1 scenario, all as expected." in command("test", "small").out

    def test_a_difference_is_shown_with_its_place(self, command: Careway, folder: Path) -> None:
        file = folder / "holds.yaml"
        file.write_text(HOLDS.replace("owner: case-manager", "owner: pharmacist"))
        done = command("test", file)
        assert done.code == 1
        assert f"{file}:7 The questions are asked within two business days" in done.out
        assert "expected  {task: questions, owner: pharmacist, due: 2 business days}" in done.out
        assert "happened  {at: day 0 09:00, task: questions" in done.out
        assert "1 scenario, 1 failed." in done.out

    def test_a_file_that_cannot_be_read_is_a_finding(self, command: Careway, folder: Path) -> None:
        (folder / "wrong.yaml").write_text(HOLDS.replace("task: questions", "task: qestions"))
        done = command("test")
        assert done.code == 1
        assert f"{folder / 'wrong.yaml'}:7:12 unknown-step" in done.out
        assert 'Did you mean "questions"?' in done.out

    def test_what_was_observed_is_shown_as_lines_to_expect(
        self, command: Careway, folder: Path
    ) -> None:
        done = command("test", "--observed")
        assert "  - {at: day 0 09:00, task: questions, kind: assess" in done.out

    def test_changes_that_no_scenario_notices_are_named(
        self, command: Careway, folder: Path
    ) -> None:
        done = command("test", "--mutate")
        assert done.code == 0, done.err
        assert "changes noticed: score" in done.out
        assert 'Rule "low" is missing.' in done.out
        assert "    questions: due 2 business days -> 4 business days" not in done.out
        assert command("test", "--mutate", "--least-score", "90").code == 1
        assert command("test", "--least-coverage", "100").code == 1

    def test_a_sample_of_changes(self, command: Careway, folder: Path) -> None:
        done = command("test", "--mutate", "--sample", "10", "--json")
        (mutants,) = done.json["mutants"]
        assert (mutants["pathway"], mutants["tried"]) == ("small", 10)
        assert mutants["made"] > 70
        assert command("test", "--mutate", "--sample", "0").code == 2

    def test_an_exception_that_is_none_is_a_finding(self, command: Careway, folder: Path) -> None:
        (folder / "exceptions.yaml").write_text(
            'equivalent: [{mutant: "questions: dropped", because: Nobody asks.}]\n'
            "unreachable: [{point: step visit, because: Nobody comes.}, {point: x, because: y}]\n"
        )
        done = command("test", "--mutate")
        assert done.code == 1
        for code in ("mutant-noticed", "point-reached", "unknown-exception"):
            assert code in done.out

    def test_json_is_what_was_found(self, command: Careway, folder: Path) -> None:
        data = command("test", "--json").json
        assert list(data) == ["scenarios", "coverage", "mutants", "issues"]
        (one,) = data["scenarios"]
        assert (one["passed"], one["differences"]) == (True, [])
        assert data["coverage"][0]["steps"] == {"reached": 4, "all": 6}

    @pytest.mark.parametrize(
        ("path", "said"),
        [("smal", 'Did you mean "small"?'), ("nowhere/x.yaml", "There is nothing to test")],
    )
    def test_a_path_that_is_not_there(
        self, command: Careway, folder: Path, path: str, said: str
    ) -> None:
        done = command("test", path)
        assert done.code == 1
        assert said in done.err


TOGETHER = """\
scenario: A low sugar is followed up on either pathway
pathway: [other, small]
start: 2026-03-02 09:00
course:
  - {at: day 3 10:00, record: {glucose: 40}}
  - {until: day 40, all-done: true}
expect:
  - {rule: low, pathway: small}
  - {task: low, pathway: small, owner: case-manager}
"""


@pytest.mark.usefixtures("nowhere")
class TestScenariosOfSeveralPathways:
    @pytest.fixture
    def beside_the_other(self, folder: Path) -> Path:
        """A second pathway, and beside it the only scenario that is about both."""
        other = SMALL.read_text("utf-8").replace("pathway: small", "pathway: other")
        (folder.parents[1] / "pathways" / "other.yaml").write_text(other)
        beside = folder.parent / "other"
        beside.mkdir()
        (beside / "together.yaml").write_text(TOGETHER)
        return beside / "together.yaml"

    def test_they_count_for_each_pathway_wherever_they_lie(
        self, command: Careway, beside_the_other: Path
    ) -> None:
        """Given a scenario beside one pathway whose patient is on two, when the other one is
        tested by its id, then it is played, and what it reaches there is covered."""
        data = command("test", "small", "--json").json
        assert [Path(one["file"]).name for one in data["scenarios"]] == [
            "holds.yaml",
            "together.yaml",
        ]
        (covered,) = data["coverage"]
        assert covered["pathway"] == "small"
        assert covered["steps"] == {"reached": 5, "all": 6}
        assert "rule low" not in str(covered["missed"])

    def test_they_notice_changes_of_each_pathway(
        self, command: Careway, beside_the_other: Path
    ) -> None:
        """Then a mutant that only this scenario can notice is noticed; without it, it is not."""
        (with_it,) = command("test", "small", "--mutate", "--json").json["mutants"]
        beside_the_other.unlink()
        (without,) = command("test", "small", "--mutate", "--json").json["mutants"]
        named = [str(one) for one in without["survivors"]]
        assert any("low: dropped" in one for one in named)
        assert not any("low: dropped" in str(one) for one in with_it["survivors"])
        assert with_it["noticed"] > without["noticed"]

    def test_what_is_asked_about_one_pathway_is_not_answered_for_another(
        self, command: Careway, beside_the_other: Path
    ) -> None:
        """Given that the other pathway is reached in part only, then its coverage is shown when
        all is tested or its scenarios' folder, not when the first is tested by its id."""
        assert "other: steps" not in command("test", "small").out
        assert "other: steps" in command("test").out
        assert "small: steps" in command("test", beside_the_other).out

    def test_a_pathway_without_scenarios_of_its_own(
        self, command: Careway, beside_the_other: Path
    ) -> None:
        """Given that all scenarios of a pathway lie beside another, then they are found."""
        own = beside_the_other.parents[1] / "small" / "holds.yaml"
        own.unlink()
        own.parent.rmdir()
        assert "1 scenario" in command("test", "small").out


@pytest.mark.usefixtures("nowhere")
class TestWhatCheckFindsInThem:
    """A "never" about a misspelt step cannot fail: ``careway check`` says so, too."""

    @pytest.fixture
    def misnamed(self, folder: Path) -> Path:
        """A scenario that names a step that there is not."""
        path = folder / "misnamed.yaml"
        path.write_text(HOLDS.replace("- {closed: completed}", "- {task: qestions}"))
        return path

    @pytest.mark.parametrize("what", [(), ("small",), ("pathways/small.yaml",)])
    def test_with_a_pathway_its_scenarios_are_checked(
        self,
        command: Careway,
        misnamed: Path,
        what: tuple[str, ...],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Given the pathway, by its id or file, or the whole folder."""
        monkeypatch.chdir(misnamed.parents[2])
        done = command("check", *what)
        assert done.code == 1
        assert "scenarios/small/misnamed.yaml:8:12 unknown-step" in done.out
        assert 'Did you mean "questions"?' in done.out

    def test_a_scenario_alone_is_held_to_its_pathway(
        self, command: Careway, misnamed: Path, folder: Path
    ) -> None:
        assert "unknown-step" in command("check", misnamed).out
        assert command("check", folder / "holds.yaml").code == 0

    def test_an_unknown_pathway_is_a_finding(self, command: Careway, folder: Path) -> None:
        (folder / "other.yaml").write_text(HOLDS.replace("pathway: small", "pathway: smal"))
        done = command("check")
        assert "other.yaml:2:10 unknown-pathway" in done.out
        assert 'Did you mean "small"?' in done.out

    def test_the_pathway_beside_it_counts_before_that_of_the_library(
        self, command: Careway, misnamed: Path, tmp_path: Path
    ) -> None:
        """Given another folder whose pathway has the step, when that is checked, then its
        scenarios are held to its own pathway."""
        elsewhere = tmp_path / "elsewhere"
        (elsewhere / "pathways").mkdir(parents=True)
        own = SMALL.read_text().replace("questions", "qestions")
        (elsewhere / "pathways" / "small.yaml").write_text(own)
        (elsewhere / "mine.yaml").write_text(
            misnamed.read_text().replace("task: questions", "task: qestions")
        )
        assert "unknown-step" not in command("check", elsewhere).out

    def test_of_a_pathway_with_errors_no_name_is_held_to_be_missing(
        self, command: Careway, misnamed: Path, folder: Path
    ) -> None:
        pathway = folder.parents[1] / "pathways" / "small.yaml"
        pathway.write_text(pathway.read_text().replace("language: 1", "language: 9"))
        done = command("check", misnamed)
        assert "unknown-step" not in done.out
        assert "unknown-pathway" not in done.out
