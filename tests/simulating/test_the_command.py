"""``careway simulate``: the same seed, the same bytes; tables, JSON and one page."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from worker.commands import run

ROOT = Path(__file__).parents[2]
SMALL = ("type-2-diabetes", "--patients", "6", "--years", "0.3", "--without-headcount")


def outputs(folder: Path, hash_seed: str, processes: str, staff: Path) -> tuple[bytes, bytes]:
    """JSON and page of one run in a process of its own."""
    page = folder / f"page-{hash_seed}.html"
    command = [sys.executable, "-m", "worker.commands", "simulate", *SMALL, "--json"]
    command += ["--processes", processes, "--html", str(page), "--staff", str(staff)]
    made = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )
    return made.stdout, page.read_bytes()


@pytest.fixture
def panels_of_two(tmp_path: Path) -> Path:
    """The shipped team, for panels of two patients."""
    shipped = ROOT / "definitions" / "staffing" / "case-management-team.yaml"
    file = tmp_path / "team.yaml"
    file.write_text(shipped.read_text("utf-8").replace("patients: 200", "patients: 2"), "utf-8")
    return file


def test_the_same_seed_gives_the_same_bytes_whatever_the_hash_seed_and_the_processes(
    tmp_path: Path, panels_of_two: Path
) -> None:
    """Given three panels, lived by one process and by two, under two hash seeds."""
    alone = outputs(tmp_path, "1", "1", panels_of_two)
    shared = outputs(tmp_path, "2", "2", panels_of_two)
    assert alone[0] == shared[0]
    assert alone[1] == shared[1]
    assert json.loads(alone[0])["panels"] == 3


def test_json_holds_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", *SMALL, "--processes", "1", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["subjects"][0]["pathway"] == "type-2-diabetes"
    assert report["refused"] == {}
    assert report["patients"] >= 6
    assert report["decisions"] > 200
    assert {role["role"] for role in report["roles"]} >= {"case-manager", "pharmacist"}
    assert all(len(line["values"]) == report["weeks"] for line in report["work"])
    assert report["began"] == report["patients"], "each is enrolled on one pathway"
    assert 0 < report["assumed"] < report["figures"]


def test_the_tables_name_roles_and_what_they_rest_on(capsys: pytest.CaptureFixture[str]) -> None:
    """Given a search for the break-even headcount too."""
    few = ["simulate", "dementia-with-caregiver", "--patients", "3", "--years", "0.2"]
    assert run([*few, "--processes", "1"]) == 0
    out = capsys.readouterr().out
    assert "social-worker" in out
    assert "break-even" in out
    assert re.search(r"still enrolled +\d+", out)
    assert "The team is meant for 200 patients and has 3:" in out
    assert "its own due time" in out
    assert re.search(r"Break-even: .* from \d+ runs of 3 patients", out)
    assert re.search(r"\d+ of \d+ figures behind this are assumptions", out)


def test_response_classes_are_told_by_their_time_the_most_urgent_first(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Given pathways of which one has red flags of many classes, then the tables say what each
    class allows, in the order of urgency, and the work without a class last."""
    assert run(["simulate", "oncology-navigation", *SMALL[1:], "--processes", "1"]) == 0
    out = capsys.readouterr().out
    told = re.findall(r"^(.+?) \((RT-\w+)\) +\d", out, re.M)
    order = ["RT-911", "RT-ED", "RT-2H", "RT-SD", "RT-24H", "RT-1BD", "RT-3BD", "RT-NV"]
    assert [name for _, name in told] == [
        name for name in order if name in dict(map(reversed, told))
    ]
    assert ("3 business days", "RT-3BD") in told
    assert out.index("its own due time") > out.index("(RT-3BD)")


def test_the_page_is_one_file_that_loads_nothing(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert run(["simulate", *SMALL, "--processes", "1", "--html", str(page)]) == 0
    text = page.read_text("utf-8")
    namespaces = re.sub(r'xmlns(:\w+)?="[^"]*"', "", text)
    assert "http" not in re.sub(r"<!DOCTYPE[^>]*>", "", namespaces)
    assert "<script" not in text
    assert "src=" not in text
    pictures = re.findall(r"<svg .*?</svg>", text, re.S)
    assert len(pictures) == 5
    for picture in pictures:
        ElementTree.fromstring(picture)
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids)), "two plots of one page share an id"


def test_two_pathways_can_be_lived_by_different_patients_or_by_the_same(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Given one patient for each of two pathways, and one for both together."""
    both = ["simulate", "type-2-diabetes", "dementia-with-caregiver", "--years", "0.4", "--json"]
    both += ["--without-headcount", "--processes", "1"]
    assert run([*both, "--patients", "2"]) == 0
    apart = json.loads(capsys.readouterr().out)
    assert run([*both, "--patients", "1", "--together"]) == 0
    together = json.loads(capsys.readouterr().out)
    assert (apart["patients"], together["patients"]) == (2, 1)
    assert (apart["refused"], together["refused"]) == ({}, {})
    for report in (apart, together):
        roles = {role["role"] for role in report["roles"]}
        assert {"navigator", "case-manager", "social-worker"} <= roles


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["type-2-diabetes", "--patients", "0"], "--patients"),
        (["type-2-diabetes", "--years", "99"], "--years"),
        (["type-2-diabetes", "--start", "soon"], "--start"),
        (["type-2-diabetes", "type-2-diabetes"], "named twice"),
        (["type-2-diabetes", "--processes", "-1"], "--processes"),
    ],
)
def test_what_cannot_be_meant_is_said(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["simulate", *arguments]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no-such-pathway"], "no-such-pathway"),
        (["type-2-diabetes", "--behaviour", "/nowhere.yaml"], "/nowhere.yaml"),
        (["type-2-diabetes", "--staff", "/nowhere.yaml"], "/nowhere.yaml"),
        (["type-2-diabetes", "--years", "0.1", "--html", "/nowhere/page.html"], "/nowhere"),
    ],
)
def test_what_cannot_be_used_is_said_without_a_traceback(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [*arguments, "--patients", "1", "--processes", "1", "--without-headcount"]
    assert run(["simulate", *given]) == 1
    err = capsys.readouterr().err
    assert said in err
    assert "should not happen" not in err


def test_a_bad_file_is_shown_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = ROOT / "definitions" / "behaviour" / "type-2-diabetes.yaml"
    file = tmp_path / "mine.yaml"
    file.write_text(shipped.read_text("utf-8").replace("female: 49 %", "female: 490 %"), "utf-8")
    assert run(["simulate", "type-2-diabetes", "--behaviour", str(file)]) == 1
    err = capsys.readouterr().err
    assert "mine.yaml:22:11 bad-share" in err
    assert "female: 490 %" in err
