"""``careway new``: a pathway to begin with, which already passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.conftest import Careway
from worker.starting import KINDS, starting_text


@pytest.mark.usefixtures("nowhere")
class TestNew:
    @pytest.mark.parametrize("kind", sorted(KINDS))
    @pytest.mark.parametrize(
        "title", ["", 'Quotes " and: colons', "# no comment", "Año {x}", "\\", "yes"]
    )
    def test_what_it_writes_passes_without_any_finding(
        self, command: Careway, tmp_path: Path, kind: str, title: str
    ) -> None:
        path = tmp_path / "knee-care.yaml"
        done = command("new", "knee-care", "--kind", kind, "--title", title, "--out", path)
        assert (done.code, done.err) == (0, "")
        checked = command("check", path, "--json").json
        assert checked["issues"] == []
        said = command("explain", path).out
        assert said.startswith(f"{title or 'Knee care'}, version 0.1 (pathway knee-care)")

    @pytest.mark.parametrize("kind", sorted(KINDS))
    def test_it_explains_itself(self, kind: str) -> None:
        """Given any field of the whole pathway, a comment stands on it or above it."""
        lines = starting_text("knee-care", kind=kind).splitlines()
        for number, line in enumerate(lines):
            if line[:1].isalpha() and line.split(":")[0] not in ("pathway", "title", "refuse"):
                assert "#" in line or "#" in lines[number - 1] or "#" in lines[number + 1], line

    def test_it_joins_the_folder_of_definitions(self, command: Careway, tmp_path: Path) -> None:
        (tmp_path / "pathways").mkdir()
        assert command("new", "knee-care", "--definitions", tmp_path).code == 0
        assert (tmp_path / "pathways" / "knee-care.yaml").is_file()

    def test_it_never_writes_over_a_file(self, command: Careway, tmp_path: Path) -> None:
        path = tmp_path / "knee-care.yaml"
        path.write_text("mine", encoding="utf-8")
        done = command("new", "knee-care", "--out", path)
        assert done.code == 1
        assert "is there already" in done.err
        assert path.read_text(encoding="utf-8") == "mine"

    @pytest.mark.parametrize(
        ("arguments", "code", "said"),
        [
            (["new", "Knee Care"], 2, "is not an id"),
            (["new", "../x"], 2, "is not an id"),
            (["new", "knee", "--kind", "short"], 2, "short"),
            (["new", "knee", "--title", "a\x07b"], 2, "not visible"),
            (["new", "knee", "--out", "/no/such/folder/x.yaml"], 1, "cannot be written"),
        ],
    )
    def test_a_mistake_gets_a_sentence(
        self, command: Careway, arguments: list[str], code: int, said: str
    ) -> None:
        done = command(*arguments)
        assert done.code == code
        assert said in done.err
        assert "Traceback" not in done.err
