"""What is installed is complete: a wheel holds every definition, migration, template and schema."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest

SHIPPED = ("activities", "definitions", "pathways", "worker", "workflows")


@pytest.fixture(scope="module")
def wheel(tracked, root, tmp_path_factory) -> Path:
    """A wheel built from a copy of the checkout, so that the checkout stays as it is."""
    copy, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for file in tracked:
        target = copy / file.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
    build = "import sys, setuptools.build_meta as backend; backend.build_wheel(sys.argv[1])"
    subprocess.run(
        [sys.executable, "-c", build, str(out)], cwd=copy, check=True, capture_output=True
    )
    return next(out.glob("*.whl"))


def test_the_wheel_holds_every_file_of_its_packages(wheel, tracked, root):
    ours = {file.relative_to(root) for file in tracked}
    expected = {str(file) for file in ours if file.parts[0] in SHIPPED}
    held = set(zipfile.ZipFile(wheel).namelist())
    assert expected - held == set()


def test_the_wheel_holds_nothing_else(wheel):
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(SHIPPED)


def test_the_definitions_are_found_as_a_resource():
    assert (files("definitions") / "pathways" / "type-2-diabetes.yaml").is_file()
