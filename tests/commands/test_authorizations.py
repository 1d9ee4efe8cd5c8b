"""A request for authorization is followed from the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.conftest import Careway

REVIEWER = ("--by", "physician-reviewer", "--reviewer", "dr-a", "--credential", "MD")
CLINICAL = ("--family", "medical-necessity", "--reason", "not needed")


@pytest.fixture
def asking(careway: Careway, bundle: Callable[..., Path]) -> str:
    """A journey whose first step asks for an authorization."""
    done = careway("enroll", "--patient", bundle(), "--pathway", "authorized-course")
    assert done.code == 0, done.err
    return done.out.split()[1]


def test_a_request_is_followed_to_its_denial_and_appeal(careway: Careway, asking: str) -> None:
    listed = careway("review", asking)
    assert listed.code == 0, listed.err
    assert "insulin-pump" in listed.out
    assert "draft" in listed.out

    sent = careway("review", asking, "submitted", "--speed", "expedited", "--json")
    assert (sent.code, sent.json["status"]) == (0, "applied")
    for say in ("received", "nurse-review", "md-review"):
        assert careway("review", asking, say).out == f"On record: {say}.\n"
    denied = careway("review", asking, "denied", *REVIEWER, *CLINICAL, "--letter", "L-1")
    assert denied.code == 0, denied.err

    (one,) = careway("review", asking, "--json").json
    assert (one["state"], one["payer"], one["benefit"]) == (
        "denied",
        "medicare-advantage",
        "medical",
    )
    assert one["history"][-1]["letter"] == "L-1"
    assert one["file_by"] > one["received"]
    shown = careway("show", asking)
    assert "Authorizations" in shown.out
    assert "appeal by" in shown.out
    assert "Is the gap in treatment safe?" in " ".join(shown.out.split())
    assert careway("show", asking, "--json").json["reviews"][0]["id"] == one["id"]

    same = careway("review", asking, "appeal")
    assert same.code == 0
    refused = careway("review", asking, "overturned", *REVIEWER)
    assert refused.code == 1
    assert "same-reviewer" in refused.err


def test_an_approval_shows_what_is_authorized_and_lets_the_step_go_on(
    careway: Careway, asking: str
) -> None:
    for say in ("submitted", "received", "nurse-review"):
        assert careway("review", asking, say).code == 0
    done = careway(
        "review",
        asking,
        "approved",
        "--by",
        "utilization-nurse",
        "--credential",
        "RN",
        "--from",
        "2026-09-14",
        "--until",
        "2026-09-27",
    )
    assert done.code == 0, done.err
    (one,) = careway("review", asking, "--json").json
    # It was over before it was told: kept as it is, and it has expired.
    assert one["approval"]["until"] == "2026-09-27"
    assert one["approval"]["units"] == 14
    titles = [task["title"] for task in careway("tasks", "--journey", asking, "--json").json]
    assert "Train the patient" in titles


def test_what_cannot_be_is_refused_with_its_reason(careway: Careway, asking: str) -> None:
    refused = careway("review", asking, "approved", "--by", "utilization-nurse", "--json")
    assert refused.code == 1
    assert refused.json["code"] == "illegal-move"
    assert "may become submitted" in refused.json["message"]
    assert careway("review", asking, "--by", "plan").code == 2
    assert careway("review", asking, "agreed").code == 2
    missing = careway("review", asking, "submitted", "--review", "r99")
    assert "no-such-review" in missing.err


def test_a_change_of_payer_is_told_and_what_is_open_is_asked_anew(
    careway: Careway, asking: str
) -> None:
    """Given a request that was sent, when another payer is told of, then it is withdrawn there and
    a new one waits to be sent; the course says so in words, and a payer that nobody knows is
    refused."""
    assert careway("review", asking, "submitted").code == 0
    unknown = careway("event", asking, "coverage-changed", "--detail", "payer=acme")
    assert unknown.code == 1
    assert "unknown-payer" in unknown.err
    done = careway("event", asking, "coverage-changed", "--detail", "payer=medicaid-managed")
    assert done.code == 0, done.err
    old, new = careway("review", asking, "--json").json
    assert (old["state"], new["state"], new["instead"]) == ("withdrawn", "draft", old["id"])
    assert new["payer"] == "medicaid-managed"
    shown = " ".join(careway("show", asking).out.split())
    assert "medicaid managed pays now" in shown.replace("Medicaid", "medicaid")
    assert "is to be asked of medicaid managed: insulin pump" in shown.replace(
        "insulin-", "insulin "
    )
