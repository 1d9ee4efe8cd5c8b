"""``careway graph`` and ``careway explain``: without a server, and for a real journey."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.conftest import ROOT, Careway
from tests.commands.test_a_small_course import open_tasks

SMALL = ROOT / "tests" / "commands" / "definitions" / "pathways" / "small-course.yaml"


@pytest.mark.usefixtures("nowhere")
class TestWithoutAServer:
    def test_a_shipped_pathway_is_an_svg_on_standard_output(self, command: Careway) -> None:
        done = command("graph", "type-2-diabetes", "--stage", "planning")
        assert done.code == 0, done.err
        assert ElementTree.fromstring(done.out).tag == "{http://www.w3.org/2000/svg}svg"
        assert "Approval of the care plan" in done.out

    def test_a_file_is_drawn_with_links_of_ones_own(self, command: Careway) -> None:
        link = ["--link", "editor://{file}:{line}"]
        done = command("graph", SMALL, "--format", "mermaid", *link)
        assert done.code == 0, done.err
        assert f'href "editor://{SMALL}:' in done.out

    def test_out_writes_the_picture_and_says_nothing(
        self, command: Careway, tmp_path: Path
    ) -> None:
        out = tmp_path / "small.dot"
        done = command("graph", SMALL, "--format", "dot", "--out", out)
        assert (done.code, done.out, done.err) == (0, "", "")
        assert out.read_text().startswith('digraph "small-course" {')

    def test_json_is_what_is_drawn(self, command: Careway) -> None:
        done = command("graph", SMALL, "--json")
        assert done.json["pathway"] == "small-course"
        assert [one["id"] for one in done.json["groups"]] == ["assessment", "follow-up"]
        assert done.json["groups"][1]["links"][0] == {
            "tail": "dietitian-visit",
            "head": "closing-call",
            "kind": "after",
        }

    @pytest.mark.parametrize(
        ("arguments", "code", "said"),
        [
            (["graph", "type-2-diabetis"], 1, 'Did you mean "type-2-diabetes"?'),
            (["graph", "nowhere.yaml"], 1, "nowhere.yaml cannot be read"),
            (["graph", SMALL, "--stage", "follow"], 2, 'Did you mean "follow-up"?'),
            (["graph", SMALL, "--format", "gif"], 2, "gif"),
            (["graph", SMALL, "--link", "{path}"], 2, "neither {file} nor {line}"),
            (["graph", SMALL, "--format", "dot", "--out", "/no/such/x"], 1, "cannot be written"),
            (["explain", SMALL, "leaflt"], 2, 'Did you mean "leaflet"?'),
            (["explain", SMALL, "leaflet", "--condition", "smoker"], 2, "not both"),
            (["explain", SMALL, "--condition", "hba1k > 7"], 1, 'Did you mean "hba1c"?'),
            (["explain", SMALL, "--condition", " "], 1, "The condition is empty."),
            (["graph", "small-course", "--journey", "j"], 1, "There are no records"),
        ],
    )
    def test_what_cannot_be_done_is_said(
        self, command: Careway, arguments: list, code: int, said: str
    ) -> None:
        done = command(*arguments)
        assert (done.code, done.out) == (code, "")
        assert said in done.err

    def test_a_pathway_with_errors_is_not_drawn(self, command: Careway, tmp_path: Path) -> None:
        broken = tmp_path / "broken.yaml"
        broken.write_text(SMALL.read_text().replace("after: [dietitian-visit", "after: [dietician"))
        for name in ("graph", "explain"):
            done = command(name, broken)
            assert done.code == 1
            assert "unknown-step" in done.err

    def test_a_step_is_explained(self, command: Careway) -> None:
        done = command("explain", SMALL, "closing-call")
        assert done.code == 0, done.err
        assert done.out.startswith("Closing call (step closing-call)\n")
        assert 'It comes after "Visit to the dietitian" and "Hand over the leaflet"' in done.out
        told = command("explain", SMALL, "closing-call", "--json").json["explanations"]
        assert (told[0]["kind"], told[0]["place"].split(":")[-1]) == ("step", "36")

    def test_a_condition_may_use_the_terms_of_the_file(self, command: Careway) -> None:
        done = command("explain", "type-2-diabetes", "--condition", "poor-control", "--json")
        assert done.json["words"] == "HbA1c is above 9 %"
        assert done.json["needs"] == ["HbA1c (hba1c), known for 4 months"]


class TestForAJourney:
    def test_the_course_is_drawn_and_conditions_are_judged(
        self, careway: Careway, enrolled: Callable[[], str]
    ) -> None:
        """Given a first assessment done with an HbA1c of 8.1 and a low of 48."""
        journey = enrolled()
        careway("record", journey, "--set", "glucose=48 mg/dL")
        task = open_tasks(careway, journey)["First assessment"]
        careway(
            "complete", task, "--set", "hba1c=8.1 %", "--set", "foot-risk=low", "--set",
            "smoker=no", "--answer", "phq-2.item-1=1", "--answer", "phq-2.item-2=0",
        )  # fmt: skip

        drawn = careway("graph", "small-course", "--journey", journey, "--json").json
        assert drawn["course"] == f"Journey {journey}: active"
        marks = {
            one["id"]: (one["mark"] or {}).get("status")
            for one in [*(n for g in drawn["groups"] for n in g["nodes"]), *drawn["rules"]]
        }
        assert marks == {
            "first-assessment": "done",
            "dietitian-visit": "open",
            "leaflet": "open",
            "closing-call": None,
            "severe-low": "open",
        }
        picture = careway("graph", "small-course", "--journey", journey)
        assert (picture.code, picture.err) == (0, "")
        assert "open, due" in picture.out

        judged = careway(
            "explain", "small-course", "--condition", "hba1c < 7", "--journey", journey
        )
        assert "For this patient: no\n" in judged.out
        assert "saw 8.1 %, observed" in judged.out

        rule = careway("explain", "small-course", "severe-low", "--journey", journey, "--json")
        told = rule.json["explanations"][0]
        assert told["verdict"] == "yes"
        assert told["trace"]["parts"][0]["seen"][0]["value"] == 48

    def test_a_pathway_that_the_journey_is_not_on_is_refused(
        self, careway: Careway, enrolled: Callable[[], str]
    ) -> None:
        done = careway("graph", "type-2-diabetes", "--journey", enrolled())
        assert done.code == 2
        assert "give the id of one that it carries: small-course." in done.err
