"""What the documentation types exists: commands, options, targets of make, settings, links."""

from __future__ import annotations

import re
import shlex
from dataclasses import fields
from functools import cache

import pytest

from tests.docs.blocks import ROOT, Block, blocks, pages
from worker import generated
from worker.commands.application import app
from worker.settings import Settings

CONSOLE = list(blocks("console"))
OPTION = re.compile(r"--[a-z][a-z-]*")
ROW = re.compile(r"^\| `CAREWAY_([A-Z_]+)` \| (?:`([^`]*)` )?\|", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]+)(#[^)]*)?\)")


@cache
def known() -> dict[str, set[str]]:
    """Every command with the options that its help names."""
    parts = generated.commands(app).split("\n## careway ")[1:]
    return {part.split("\n", 1)[0]: set(OPTION.findall(part)) for part in parts}


def typed(text: str) -> list[list[str]]:
    """The command lines of a block: those behind a ``$``."""
    return [shlex.split(line[2:], comments=True) for line in text.splitlines() if line[:2] == "$ "]


@pytest.mark.parametrize("block", CONSOLE, ids=str)
def test_every_command_and_option_exists(block: Block) -> None:
    commands = known()
    lines = typed(block.text)
    assert lines, "a console block shows a command line behind a $"
    for program, name, *arguments in lines:
        if program == "make":
            assert f"\n{name}:" in (ROOT / "Makefile").read_text(encoding="utf-8")
            continue
        assert program == "careway"
        assert name in commands
        options = {word for word in arguments if word.startswith("--")}
        assert options - commands[name] == set()


def test_the_settings_table_is_that_of_the_code() -> None:
    table = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    told = {name.lower(): default for name, default in ROW.findall(table)}
    assert told == {one.name: str(one.default or "") for one in fields(Settings)}


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_link_between_pages_leads_somewhere(page) -> None:
    text = page.read_text(encoding="utf-8")
    targets = [target for target, _ in LINK.findall(text) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_test_file_that_a_page_names_exists() -> None:
    """Given a page says what tests a claim, then that test is there."""
    named = {
        name
        for page in pages()
        for name in re.findall(r"tests/[\w/.]+\b", page.read_text(encoding="utf-8"))
    }
    assert named
    assert sorted(name for name in named if not (ROOT / name.rstrip("./")).exists()) == []
