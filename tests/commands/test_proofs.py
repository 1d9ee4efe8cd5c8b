"""``careway check`` proves, writes counterexamples, and speaks SARIF."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.commands.conftest import Careway
from worker import codes

GOLDEN = Path(__file__).parents[1] / "proving" / "golden"
BAD = Path(__file__).parent / "bad"


def source(name: str) -> str:
    text = (GOLDEN / f"{name}.golden").read_text("utf-8")
    return text.split("==== source\n")[1].split("==== issues\n")[0]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with one pathway whose rule never fires."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sample.yaml").write_text(source("never-yes-rule"), encoding="utf-8")
    return tmp_path


def test_what_cannot_be_proven_is_a_finding_like_any_other(
    nowhere: None, command: Careway, folder: Path
) -> None:
    checked = command("check", "sample.yaml")
    assert checked.code == 1
    assert "sample.yaml:37:11 never-yes\n" in checked.out
    assert "The rule never fires." in checked.out
    assert checked.out.endswith("1 file checked: 1 error.\n")


def test_a_counterexample_is_written_named_and_fails_when_it_is_run(
    nowhere: None, command: Careway, folder: Path
) -> None:
    """Given the file that the finding names, when it is run, then it fails; and passes when
    the rule is mended."""
    checked = command("check", "sample.yaml", "--counterexamples", "found")
    name = re.search(r"A patient who shows it: (\S+)", checked.out)
    assert name is not None
    assert name[1] == "found/sample-never-yes-1.yaml"
    library = folder / "definitions"
    (library / "pathways").mkdir(parents=True)
    shipped = Path(__file__).parents[2] / "definitions"
    (library / "instruments").symlink_to(shipped / "instruments")
    (library / "messages.yaml").symlink_to(shipped / "messages.yaml")
    pathway = library / "pathways" / "sample.yaml"
    pathway.write_text(source("never-yes-rule"), encoding="utf-8")
    run = command("test", name[1], "--definitions", library)
    assert run.code == 1
    assert "poor-control" in run.out
    pathway.write_text(source("never-yes-rule").replace("> 30", "> 20"), encoding="utf-8")
    assert command("test", name[1], "--definitions", library).code == 0


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(
    nowhere: None, command: Careway, folder: Path
) -> None:
    checked = command("check", "sample.yaml", "--counterexamples", "sample.yaml")
    assert checked.code == 1
    assert "cannot be written" in checked.err


def test_the_shipped_pathways_have_no_errors_also_together(nowhere: None, command: Careway) -> None:
    """What contradicts itself across pathways is meant to: a physician decides it (X8). What else
    stays is explained in docs/authoring.md; nothing is asked twice at the same time."""
    checked = command("check", "--together", "--json")
    assert checked.code == 0
    codes = {issue["code"] for issue in checked.json["issues"]}
    assert codes == {"contradictory-orders", "over-contact"}


def test_pathways_are_named_by_their_ids_too(nowhere: None, command: Careway) -> None:
    checked = command("check", "type-2-diabetes", "oncology-navigation", "--together", "--json")
    assert checked.code == 0
    pathways = [file for file in checked.json["files"] if Path(file).parent.name == "pathways"]
    assert [Path(file).stem for file in pathways] == [
        "type-2-diabetes",
        "oncology-navigation",
    ]


def test_two_pathways_that_do_one_thing_twice_are_found_together_only(
    nowhere: None, command: Careway, folder: Path
) -> None:
    (folder / "sample.yaml").write_text(
        source("never-yes-rule").replace("> 30", "> 20"), encoding="utf-8"
    )
    text = (folder / "sample.yaml").read_text("utf-8").replace("pathway: sample", "pathway: other")
    other = text.replace(
        "        due: 7 days\n      - id: hello",
        "        due: 7 days\n        same: x\n      - id: hello",
    )
    (folder / "other.yaml").write_text(other, encoding="utf-8")
    assert command("check", "sample.yaml", "other.yaml").code == 0
    checked = command("check", "sample.yaml", "other.yaml", "--together")
    assert checked.code == 0
    assert "other.yaml:24:49 duplicate-instrument (warning)\n" in checked.out
    assert 'sample.yaml:23:13: "look" asks for it too.' in checked.out


def test_a_role_without_a_mailbox_is_found_with_the_directory(
    nowhere: None, command: Careway, folder: Path
) -> None:
    text = source("never-yes-rule").replace("> 30", "> 20").replace("primary-care", "podiatry")
    text = text.replace(
        "task: {by: case-manager}\n    evidence", "task: {by: podiatry}\n    evidence"
    )
    (folder / "sample.yaml").write_text(text, encoding="utf-8")
    checked = command("check", "sample.yaml")
    assert "sample.yaml:8:23 unfilled-role\n" in checked.out
    assert checked.code == 1


def test_files_of_a_folder_are_called_by_their_ids(
    nowhere: None, command: Careway, folder: Path
) -> None:
    """Given a folder with a pathway in a file of another name, then that is said; of the file
    alone it is not."""
    text = source("never-yes-rule").replace("> 30", "> 20")
    (folder / "sample.yaml").unlink()
    (folder / "draft.yaml").write_text(text, encoding="utf-8")
    assert command("check", "draft.yaml").code == 0
    checked = command("check", ".")
    assert checked.code == 1
    assert "draft.yaml:1:1 misnamed-file\n" in checked.out


# --- SARIF ---------------------------------------------------------------------------------


def must_be_sarif(log: Any) -> None:
    """The rules of SARIF 2.1.0 for all that is used of it (sections 3.13 to 3.51)."""
    assert set(log) == {"$schema", "version", "runs"}
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    assert set(run) == {"tool", "columnKind", "results"}
    assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    driver = run["tool"]["driver"]
    assert set(driver) == {"name", "version", "rules"}
    assert driver["name"]
    rules = driver["rules"]
    for rule in rules:
        assert set(rule) == {"id", "shortDescription", "help"}
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert set(result) <= {
            *("ruleId", "ruleIndex", "level", "message", "locations", "relatedLocations")
        }
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"]
        assert len(result["locations"]) == 1
        related = result.get("relatedLocations", [])
        assert len({one["id"] for one in related}) == len(related)
        for one in (*result["locations"], *related):
            place = one["physicalLocation"]
            uri = place["artifactLocation"]["uri"]
            assert re.fullmatch(r"[A-Za-z0-9_.~/%-]+", uri)
            assert place["region"]["startLine"] >= 1
            assert place["region"]["startColumn"] >= 1


def test_findings_are_sarif(nowhere: None, command: Careway, monkeypatch: Any) -> None:
    monkeypatch.chdir(BAD)
    checked = command("check", ".", "--format", "sarif")
    assert checked.code == 1
    log = json.loads(checked.out)
    must_be_sarif(log)
    results = log["runs"][0]["results"]
    assert len(results) == len(list(BAD.glob("*.yaml")))
    step = next(one for one in results if one["ruleId"] == "unknown-step")
    place = step["locations"][0]["physicalLocation"]
    assert unquote(place["artifactLocation"]["uri"]) == "misspelt-step.yaml"
    assert place["region"] == {"startLine": 18, "startColumn": 16}
    assert step["message"]["text"].endswith('Did you mean "first"?')
    assert step["relatedLocations"][0]["message"]["text"] == '"first" is declared here.'


def test_no_findings_are_sarif_too(nowhere: None, command: Careway, folder: Path) -> None:
    mended = source("never-yes-rule").replace("> 30", "> 20")
    (folder / "sample.yaml").write_text(mended, encoding="utf-8")
    checked = command("check", "sample.yaml", "--format", "sarif")
    assert checked.code == 0
    log = json.loads(checked.out)
    must_be_sarif(log)
    assert log["runs"][0]["results"] == []


def test_a_file_name_with_a_space_is_a_uri(nowhere: None, command: Careway, folder: Path) -> None:
    (folder / "sample.yaml").rename(folder / "a sample, ä.yaml")
    log = json.loads(command("check", "a sample, ä.yaml", "--format", "sarif").out)
    must_be_sarif(log)
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert unquote(place["artifactLocation"]["uri"]) == "a sample, ä.yaml"


def test_a_format_that_is_none_is_wrong_usage(nowhere: None, command: Careway) -> None:
    assert command("check", "--format", "html").code == 2


def test_every_rule_of_sarif_says_what_its_code_means(nowhere: None, command: Careway) -> None:
    log = json.loads(command("check", BAD, "--format", "sarif").out)
    meanings = {**codes.DEFINITIONS, **codes.PROOFS}
    for rule in log["runs"][0]["tool"]["driver"]["rules"]:
        assert rule["shortDescription"]["text"] == meanings[rule["id"]]


def test_a_pathway_with_errors_is_still_there_for_the_others(
    nowhere: None, command: Careway, folder: Path
) -> None:
    """Given a pathway that asks whether the patient is on another one, when that one has an error
    or cannot be read at all, then the question is as good as before; when it is gone, it is not."""
    text = source("never-yes-rule").replace("hba1c > 30", 'hba1c > 20 and on-pathway("other")')
    (folder / "sample.yaml").write_text(text, encoding="utf-8")
    other = folder / "other.yaml"
    whole = source("never-yes-rule").replace("> 30", "> 20").replace("y: sample", "y: other")
    for wrong in (whole, whole.replace("due: 7 days", "due: 7 dys", 1), "title: [\n"):
        other.write_text(wrong, encoding="utf-8")
        found = [issue["code"] for issue in command("check", ".", "--json").json["issues"]]
        assert "unknown-pathway" not in found, (wrong, found)
    other.unlink()
    assert "unknown-pathway" in command("check", ".").out


def test_proofs_and_errors_are_found_in_one_run(
    nowhere: None, command: Careway, folder: Path
) -> None:
    """Given a rule that never fires and a misspelt span, when the file is checked, then both are
    said; the counterexample is written too."""
    text = source("never-yes-rule").replace(
        "due: 7 days\n      - id: hello", "due: 7 dys\n      - id: hello"
    )
    (folder / "sample.yaml").write_text(text, encoding="utf-8")
    checked = command("check", "sample.yaml", "--counterexamples", "found")
    assert checked.code == 1
    assert " bad-span\n" in checked.out
    assert "sample.yaml:37:11 never-yes\n" in checked.out
    assert checked.out.endswith("1 file checked: 2 errors.\n")
    assert (folder / "found" / "sample-never-yes-1.yaml").is_file()
