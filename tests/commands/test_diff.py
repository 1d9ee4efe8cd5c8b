"""``careway diff``: two versions side by side, without a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.conftest import ROOT, Careway

SMALL = ROOT / "tests" / "commands" / "definitions" / "pathways" / "small-course.yaml"


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """The small course with one more day, and another title."""
    text = SMALL.read_text(encoding="utf-8")
    for old, new in (("due: 7 days", "due: 9 days"), ("title: ", "title: New ")):
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "small-course.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.usefixtures("nowhere")
class TestDiff:
    def test_it_says_what_changes_for_patients_and_what_is_cosmetic(
        self, command: Careway, newer: Path
    ) -> None:
        done = command("diff", SMALL, newer)
        assert (done.code, done.err) == (0, "")
        changes, _, cosmetic = done.out.partition("Only cosmetic")
        assert "What changes for patients: 1 deadline." in changes
        assert "Time allowed: 9 days (was: 7 days)." in changes
        assert "Title: New" in cosmetic

    def test_exit_code_tells_programs(self, command: Careway, newer: Path) -> None:
        assert command("diff", SMALL, newer, "--exit-code").code == 1
        assert command("diff", SMALL, SMALL, "--exit-code").code == 0

    def test_json_holds_every_change(self, command: Careway, newer: Path) -> None:
        found = command("diff", SMALL, newer, "--json").json
        assert set(found) == {"old", "new", "changes", "cosmetic"}
        assert found["old"]["digest"] != found["new"]["digest"]
        (change,) = found["changes"]
        assert (change["kind"], change["now"]) == ("deadline", "9 days")

    def test_messages_of_an_older_folder_are_compared(
        self, command: Careway, definitions: Path, tmp_path: Path
    ) -> None:
        """Given a common message changed between two folders, then both folders may be named."""
        old = tmp_path / "old"
        (old / "pathways").mkdir(parents=True)
        (old / "instruments").symlink_to(definitions / "instruments")
        messages = (definitions / "messages.yaml").read_text(encoding="utf-8")
        assert "please act now" in messages
        (old / "messages.yaml").write_text(messages.replace("please act now", "act now"), "utf-8")
        done = command("diff", SMALL, SMALL, "--old-definitions", old)
        assert "1 message text" in done.out
        assert "+ please act now: {{ task.title }}" in done.out

    def test_a_file_with_errors_is_refused_with_its_findings(
        self, command: Careway, tmp_path: Path
    ) -> None:
        bad = tmp_path / "bad.yaml"
        bad.write_text("language: 1\npathway: bad\n", encoding="utf-8")
        done = command("diff", SMALL, bad)
        assert done.code == 1
        assert "missing-field" in done.err
