"""A nurse walks one patient through a small pathway with nothing but the commands."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from tests.commands.conftest import Careway


def open_tasks(careway: Careway, journey: str) -> dict[str, str]:
    """Title -> task, of what is open."""
    listed = careway("tasks", "--journey", journey, "--json")
    assert listed.code == 0, listed.err
    return {one["title"]: one["id"] for one in listed.json}


def booked(careway: Careway, journey: str) -> str:
    """The first booked appointment; booking goes on after the command that caused it."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for one in careway("show", journey, "--json").json["appointments"]:
            if one["status"] == "booked":
                found: str = one["id"]
                return found
        time.sleep(0.05)  # the record database cannot be waited for
    raise AssertionError("no appointment was booked")


def test_from_check_to_discharge(careway: Careway, bundle: Callable[..., Path], definitions: Path):
    """Check, enroll, look, work the tasks, call an appointment off, be discharged."""
    checked = careway("check", definitions / "pathways" / "small-course.yaml")
    assert (checked.code, checked.out) == (0, "1 file checked: no issues.\n")

    done = careway("enroll", "--patient", bundle(), "--pathway", "small-course")
    assert done.code == 0, done.err
    journey = done.out.split()[1]
    assert done.out.startswith(f"Journey {journey} is enrolled on small-course 1.\n")
    assert journey in careway("list").out

    shown = careway("show", journey)
    assert shown.code == 0
    assert "A small course" in shown.out
    assert "First assessment" in shown.out
    assert "Enrolled on A small course, version 1, by the case manager." in shown.out

    task = open_tasks(careway, journey)["First assessment"]
    done = careway(
        "complete", task, "--set", "hba1c=8.1 %", "--set", "foot-risk=low", "--set", "smoker=no",
        "--answer", "phq-2.item-1=1", "--answer", "phq-2.item-2=0",
    )  # fmt: skip
    assert (done.code, done.out) == (0, f"Task {task} is done.\n")

    after = careway("show", journey, "--json").json
    values = {one["name"]: one["value"] for one in after["values"]}
    assert values["hba1c"] == 8.1
    assert values["smoker"] is False
    assert values["phq-2.score"] == 1
    assert [goal["status"] for goal in after["enrollments"][0]["goals"]] == ["not-met"]
    assert after["enrollments"][0]["stage"] == "follow-up"

    appointment = booked(careway, journey)
    leaflet = open_tasks(careway, journey)["Hand over the leaflet"]
    assert careway("complete", leaflet).code == 0
    early = careway("attend", appointment, "--outcome", "attended")
    assert (early.code, "not-yet" in early.err) == (1, True), "it is on another day"
    assert careway("attend", appointment, "--outcome", "cancelled").code == 0
    call = open_tasks(careway, journey)["Rebook: Visit to the dietitian"]
    assert careway("complete", call, "--outcome", "unable-to-reach").code == 0
    assert careway("complete", open_tasks(careway, journey)["Closing call"]).code == 0

    ended = careway("show", journey, "--json").json
    assert ended["status"] == "closed"
    assert ended["enrollments"][0]["disposition"] == "completed"
    assert ended["tasks"] == []
    assert ended["timeline"][-1]["text"] == "The journey is closed: completed."


def test_a_rule_opens_an_urgent_task_that_stands_first(careway: Careway, enrolled):
    """Given a routine task, when a severe low is recorded, then its call comes first."""
    journey = enrolled()
    assert careway("record", journey, "--set", "glucose=48 mg/dL").code == 0
    listed = careway("tasks", "--journey", journey, "--json").json
    assert [one["title"] for one in listed] == ["Call about a severe low", "First assessment"]
    assert listed[0]["urgency"] == "RT-2H"
    assert listed[0]["reasons"] == ["glucose 48"]
    assert "because of Glucose 48" in careway("show", journey).out


def test_a_journey_is_known_by_the_beginning_of_its_id(careway: Careway, enrolled):
    journey = enrolled()
    assert careway("show", journey[:12], "--json").json["journey"] == journey
    assert careway("hold", journey[:12], "--reason", "holiday").code == 0
    assert careway("show", journey, "--json").json["status"] == "held"
    assert careway("resume", journey[:12]).code == 0
    enrolled()
    unclear = careway("show", "j-")
    assert unclear.code == 1
    assert 'More than one journey begins with "j-"' in unclear.err


def test_a_command_sent_again_is_applied_once(careway: Careway, enrolled):
    """Given an answer that was lost, when the command is sent again, then nothing is doubled."""
    journey = enrolled()
    once = ("record", journey, "--set", "glucose=120", "--command-id", "c-1", "--json")
    assert careway(*once).json == careway(*once).json
    lines = careway("show", journey, "--json").json["timeline"]
    assert [one["kind"] for one in lines].count("value-recorded") == 1


def test_a_value_of_an_earlier_day_keeps_its_day(careway: Careway, enrolled):
    """Given a report of last month, when it is recorded, then it tells of last month."""
    journey = enrolled()
    observed = "2026-10-05T08:30+00:00"
    assert careway("record", journey, "--set", "glucose=120", "--at", observed).code == 0
    (line,) = [
        one
        for one in careway("show", journey, "--json").json["timeline"]
        if one["kind"] == "value-recorded"
    ]
    assert line["params"]["observed"] == 1791189000
    assert "observed Mon 5 Oct 2026 04:30" in line["text"]


def test_enrolling_again_finds_the_running_enrollment(careway: Careway, bundle):
    patient = bundle()
    first = careway("enroll", "--patient", patient, "--pathway", "small-course", "--json").json
    again = careway("enroll", "--patient", patient, "--pathway", "small-course", "--json").json
    assert again["journey"] == first["journey"]
    assert again["enrolled"][0]["code"] == "already-enrolled"


def test_work_is_declined_varied_and_handed_on_with_its_reasons_on_record(
    careway: Careway, enrolled
):
    journey = enrolled()
    task = open_tasks(careway, journey)["First assessment"]
    assert careway("assign", task, "--to", "nurse-manager").code == 0
    varied = careway(
        "vary", task, "--reason", "assessed at the hospital", "--role", "nurse-manager"
    )
    assert varied.code == 0, varied.err
    told = [one["text"] for one in careway("show", journey, "--json").json["timeline"]]
    assert (
        "Departure from the pathway by the nurse manager: First assessment. "
        "Reason: assessed at the hospital." in told
    )
    appointment = booked(careway, journey)
    assert careway("decline", appointment, "--reason", "no time", "--risk-explained").code == 0
    assert "The patient declines Visit to the dietitian: no time (the risk was explained)." in [
        one["text"] for one in careway("show", journey, "--json").json["timeline"]
    ]


def test_a_patient_leaves_and_is_discharged_by_hand(careway: Careway, enrolled):
    moved, left = enrolled(), enrolled()
    closed = careway(
        "close", moved, "--pathway", "small-course", "--disposition", "moved", "--reason", "Ohio"
    )
    assert closed.out == "Discharged from small-course: moved.\n"
    assert careway("withdraw", left, "--reason", "enough").code == 0
    listed = {one["id"]: one for one in careway("list", "--json").json}
    assert listed[moved]["enrollments"][0]["disposition"] == "moved"
    assert listed[left]["enrollments"][0]["disposition"] == "withdrawn"


def test_events_are_reported_with_their_time_and_place(careway: Careway, enrolled):
    journey = enrolled()
    fell = careway("event", journey, "fall", "--at", "2026-11-01T10:00", "--detail", "where=stairs")
    assert fell.code == 0, fell.err
    assert careway("event", journey, "moved", "--zone", "America/Chicago").code == 0
    assert careway("event", journey, "deceased", "--unverified").code == 0
    told = [one["text"] for one in careway("show", journey, "--json").json["timeline"]]
    said = "Reported: fall, Sun 1 Nov 2026 09:00, by the case manager (where: stairs)."
    assert said in told
    assert any(line.endswith("not verified.") for line in told)


def test_what_is_shown_without_a_server_is_the_record(careway: Careway, enrolled, monkeypatch):
    journey = enrolled()
    monkeypatch.setenv("CAREWAY_ADDRESS", "127.0.0.1:1")
    shown = careway("show", journey)
    assert shown.code == 0
    assert "Temporal does not answer at 127.0.0.1:1" in shown.out
    assert "First assessment" in shown.out
    assert careway("show", journey, "--json").json["asked"] is False
