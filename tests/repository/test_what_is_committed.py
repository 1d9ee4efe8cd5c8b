"""The repository holds nothing that ties it to one machine, and nothing too big to read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGES = ("pathways", "workflows", "activities", "worker")
LONGEST_MODULE = 350
LONGEST_TEST = 600  # a specification is read by title, not from top to bottom

# Spelled in pieces, so that this file does not contain what it looks for.
REGISTRY_HOSTS = re.compile(
    r"|".join(
        re.escape(host)
        for host in (
            "pypi" + ".org",
            "python" + "hosted.org",
            "registry." + "npmjs",
            "deb." + "debian.org",
        )
    )
    + r"|https?://[^\s\"']*/sim"
    + r"ple/"
)
HOMES = ("wo" + "rk", "tm" + "p", "ro" + "ot", r"ho" + r"me/\w+", r"Us" + r"ers/\w+")
MACHINE_PATHS = re.compile(rf"(?<![\w.])/(?:{'|'.join(HOMES)})/[\w.]")


def texts(files: list[Path]) -> Iterator[tuple[Path, str]]:
    for file in files:
        content = file.read_bytes()
        if b"\0" not in content:
            yield file, content.decode()


def offences(files: list[Path], root: Path, pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{file.relative_to(root)}:{number}: {line.strip()[:120]}"
        for file, text in texts(files)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_package_registry_is_named(tracked, root):
    """An installation asks whichever index its machine is configured for."""
    assert offences(tracked, root, REGISTRY_HOSTS) == []


def test_no_path_of_a_developers_machine_is_named(tracked, root):
    assert offences(tracked, root, MACHINE_PATHS) == []


def test_the_patterns_find_what_they_are_for():
    """Given a line that must not be committed, then it is found: the tests above can fail."""
    assert REGISTRY_HOSTS.search("--index-url https://py" + "pi.org/py" + "pi")
    assert REGISTRY_HOSTS.search("https://mirror.example/sim" + "ple/ruff")
    assert MACHINE_PATHS.search('open("/ro' + 'ot/notes.txt")')
    assert not MACHINE_PATHS.search("/var/lib/careway and team/wo" + "rk/plan")


def test_every_module_is_readable_at_a_sitting(tracked, root):
    lengths = {
        file.relative_to(root): len(file.read_text().splitlines())
        for file in tracked
        if file.suffix == ".py"
    }
    too_long = {
        str(file): lines
        for file, lines in lengths.items()
        if lines > (LONGEST_TEST if file.parts[0] == "tests" else LONGEST_MODULE)
    }
    assert too_long == {}


def test_no_module_is_named_for_nothing(tracked):
    """A name says what is inside; these say that nobody decided."""
    vague = {"utils", "util", "helpers", "helper", "manager", "misc", "common"}
    assert [file for file in tracked if file.suffix == ".py" and file.stem in vague] == []


def _undocumented(tree: ast.Module) -> Iterator[str]:
    """Public functions without a docstring, except those short enough to be their own."""
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        long = (node.end_lineno or node.lineno) - node.lineno > 3
        if long and not node.name.startswith("_") and ast.get_docstring(node) is None:
            yield f"{node.name} (line {node.lineno})"


def test_every_public_function_of_the_kernel_says_what_it_does(tracked, root):
    language = root / "pathways" / "language"
    missing = [
        f"{file.relative_to(root)}: {name}"
        for file in tracked
        if file.suffix == ".py" and file.is_relative_to(root / "pathways")
        if not file.is_relative_to(language)
        for name in _undocumented(ast.parse(file.read_text()))
    ]
    assert missing == []


def test_every_python_package_is_one(tracked, root):
    """A folder of modules without __init__.py would be left out of type checks and contracts."""
    folders = {
        file.parent
        for file in tracked
        if file.suffix == ".py" and file.relative_to(root).parts[0] in PACKAGES
    }
    assert [str(f.relative_to(root)) for f in folders if not (f / "__init__.py").exists()] == []
