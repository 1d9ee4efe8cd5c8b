"""``careway upgrade``: files in place, comments kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.conftest import ROOT, Careway

SMALL = ROOT / "tests" / "commands" / "definitions" / "pathways" / "small-course.yaml"


@pytest.mark.usefixtures("nowhere")
class TestUpgrade:
    def test_a_file_without_a_marker_gets_it_and_nothing_else(
        self, command: Careway, tmp_path: Path
    ) -> None:
        text = SMALL.read_bytes().replace(b"\n", b"\r\n")
        path = tmp_path / "small-course.yaml"
        path.write_bytes(text.replace(b"language: 1\r\n", b""))
        assert command("upgrade", "--check", path).code == 1
        done = command("upgrade", path)
        assert (done.code, done.err) == (0, "")
        assert path.read_bytes() == text
        assert '"language: 1" added.' in done.out
        assert command("upgrade", "--check", path).code == 0

    def test_a_folder_is_brought_up_to_date_without_its_staff(
        self, command: Careway, tmp_path: Path
    ) -> None:
        (tmp_path / "directory.yaml").write_text("providers: []\n", encoding="utf-8")
        (tmp_path / "messages.yaml").write_text("messages: {}\n", encoding="utf-8")
        assert command("upgrade", "--definitions", tmp_path).code == 0
        assert (tmp_path / "directory.yaml").read_text("utf-8") == "providers: []\n"
        assert (tmp_path / "messages.yaml").read_text("utf-8") == "language: 1\nmessages: {}\n"

    def test_a_newer_version_is_refused_at_its_place(
        self, command: Careway, tmp_path: Path
    ) -> None:
        path = tmp_path / "p.yaml"
        path.write_text("pathway: p\nlanguage: 7\n", encoding="utf-8")
        done = command("upgrade", path)
        assert done.code == 1
        assert f"{path}:2:11 unknown-language" in done.err
        assert "Use a newer Careway." in done.err
        assert path.read_text("utf-8") == "pathway: p\nlanguage: 7\n"

    def test_without_files_it_asks_which(self, command: Careway) -> None:
        assert command("upgrade").code == 2
