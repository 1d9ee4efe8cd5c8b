"""One medication list, and what must not stand on it together (clinical.md 4.4, S8, B20)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from pathways.compiled import DataElement
from pathways.journey.events import Actor, Complete, PatientProfile, Reading, Record, Withdraw
from pathways.journey.state import Task
from pathways.medicines.hits import mme_of
from pathways.medicines.lines import medicine_of
from pathways.medicines.rules import CDC_2022, Medicine
from tests.kernel.building import NURSE, Patient, human, pathway, stage
from worker.library import shipped
from worker.shared import medicines_of

RULES = medicines_of(shipped())["common"]
DATA = {
    "egfr": DataElement("egfr", "quantity", low=1, high=200),
    "vomiting": DataElement("vomiting", "boolean"),
    "surgery-date": DataElement("surgery-date", "date"),
    "mme-per-day": DataElement("mme-per-day", "quantity", low=0, high=3000, reckoned="mme"),
}
DAY = 86_400


def value(patient: Patient, name: str, found: float | str | bool) -> None:
    patient.apply(Record(patient.command(), NURSE, (Reading(name, found, patient.now),)))


def patient_with(*conditions: str, takes: tuple[str, ...] = (), egfr: float = 90.0) -> Patient:
    patient = Patient()
    steps = (human("medicines", "reconcile"), human("again", "reconcile"))
    one = stage("follow", "follow-up", *steps)
    compiled = pathway(one, data=DATA, medicine_rules=RULES)
    profile = PatientProfile("1955-01-01", conditions=conditions, medications=takes)
    patient.enroll(compiled, profile, (Reading("egfr", egfr, patient.now),))
    return patient


def reconcile(patient: Patient, *names: str | Medicine, step: str = "medicines") -> None:
    listed = tuple(n if isinstance(n, Medicine) else Medicine(n) for n in names)
    task = patient.task(step)
    patient.apply(Complete(patient.command(), NURSE, task.id, medicines=listed))


def alerts(patient: Patient) -> list[Task]:
    return [t for t in patient.journey.tasks.values() if t.kind == "medicine-alert"]


def rows(task: Task) -> set[str]:
    return {reason.split()[0] for reason in task.reasons}


def test_over_the_counter_ibuprofen_is_one_alert_with_the_highest_severity() -> None:
    """S8, Wed 02-10: heart failure, eGFR 25, RAS blocker and diuretic; M5, M6 and M8 at once."""
    patient = patient_with("I50.22", takes=("lisinopril", "furosemide"), egfr=25.0)
    reconcile(patient, "lisinopril", "furosemide", "ibuprofen")
    (task,) = alerts(patient)
    assert rows(task) == {"M5", "M6", "M8"}
    assert task.urgency == "RT-SD"


@pytest.mark.parametrize(
    ("egfr", "severity"), [(30.0, "high"), (29.9, "contraindicated"), (44.9, "high"), (45.0, "")]
)
def test_b20_metformin_by_kidney_function(egfr: float, severity: str) -> None:
    patient = patient_with(takes=("metformin",), egfr=egfr)
    titles = [task.title for task in alerts(patient)]
    assert [title.split("(")[1].split(")")[0] for title in titles] == [severity] * bool(severity)


def test_a_worse_laboratory_value_alerts_again_and_the_same_pair_does_not() -> None:
    """S8, Mon 02-08: eGFR 25 makes metformin contraindicated."""
    patient = patient_with(takes=("metformin",), egfr=37.0)
    for value in (36.0, 25.0, 24.0):
        patient.now += DAY
        patient.apply(Record(patient.command(), NURSE, (Reading("egfr", value, 0),)))
    assert [task.title.split("(")[1].split(")")[0] for task in alerts(patient)] == [
        "high",
        "contraindicated",
    ]


def test_the_same_pair_alerts_again_after_90_days_or_with_another_dose() -> None:
    patient = patient_with()
    first = (Medicine("warfarin", daily=5.0), Medicine("naproxen", daily=500.0))
    reconcile(patient, *first)
    reconcile(patient, Medicine("warfarin", daily=7.5), first[1], step="again")
    assert len(alerts(patient)) == 2
    patient = patient_with(takes=("warfarin", "naproxen"))
    patient.until(patient.now + 89 * DAY)
    patient.apply(Record(patient.command(), NURSE, (Reading("egfr", 80.0, 0),)))
    assert len(alerts(patient)) == 1
    patient.until(patient.now + DAY)
    patient.apply(Record(patient.command(), NURSE, (Reading("egfr", 81.0, 0),)))
    assert len(alerts(patient)) == 2


def test_a_contraindication_is_overridden_only_with_a_reason() -> None:
    patient = patient_with(takes=("metformin",), egfr=20.0)
    (task,) = alerts(patient)
    who = Actor("d", task.owner)
    bare = patient.apply(Complete("a", who, task.id, "overridden")).answer
    assert bare is not None
    assert bare.code == "reason-missing"
    said = patient.apply(Complete("b", who, task.id, "overridden", note="dialysis soon")).answer
    assert said is not None
    assert said.status == "applied"


def test_every_alert_shows_its_source() -> None:
    (task,) = alerts(patient_with(takes=("metformin",), egfr=20.0))
    assert task.reasons[0].endswith("FDA labelling of metformin, 2016; KDIGO 2024")


def test_the_list_knows_what_began_and_what_was_stopped() -> None:
    patient = patient_with(takes=("lisinopril", "metformin"))
    began = patient.now
    patient.until(began + DAY)
    reconcile(patient, "lisinopril", "furosemide")
    told = {m.name: (m.started, m.stopped, m.source) for m in patient.journey.medicines}
    assert told["lisinopril"] == (began, 0, "referral")
    assert told["metformin"] == (began, patient.now, "referral")
    assert told["furosemide"][:2] == (patient.now, 0)
    assert patient.journey.patient is not None
    assert patient.journey.patient.medications == ("lisinopril", "furosemide")


@dataclass(frozen=True)
class Case:
    row: str
    takes: tuple[Medicine, ...]
    conditions: tuple[str, ...] = ()


def taking(*names: str) -> tuple[Medicine, ...]:
    return tuple(map(Medicine, names))


CASES = (
    Case("M1", (Medicine("apixaban", daily=5.0), Medicine("apixaban", daily=10.0))),
    Case("M3", taking("lisinopril", "sacubitril")),
    Case("M7", taking("aspirin", "apixaban")),
    Case("M14", taking("oxycodone", "lorazepam")),
    Case("M15", taking("oxycodone", "gabapentin")),
    Case("M16", (Medicine("oxycodone", daily=20.0), Medicine("tramadol", daily=200.0))),
    Case("M36", taking("valproate"), ("O09.90",)),
    Case("M36", taking("atorvastatin"), ("Z34.00",)),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.row)
def test_a_rule_hits_with_all_of_its_medicines_and_not_with_one_less(case: Case) -> None:
    patient = patient_with(*case.conditions)
    reconcile(patient, *case.takes)
    assert case.row in {row for task in alerts(patient) for row in rows(task)}
    without = patient_with(*case.conditions)
    reconcile(without, *case.takes[1:])
    assert case.row not in {row for task in alerts(without) for row in rows(task)}


def test_naloxone_settles_50_mme() -> None:
    """S10: oxycodone 5 mg x 4 and tramadol 50 mg x 4 are 70 MME."""
    opioids = (Medicine("oxycodone", daily=20.0), Medicine("tramadol", daily=200.0))
    assert mme_of(opioids, CDC_2022) == pytest.approx(70.0)
    patient = patient_with()
    reconcile(patient, *opioids, "naloxone")
    assert alerts(patient) == []


def test_fentanyl_25_micrograms_an_hour_are_60_mme() -> None:
    assert mme_of((Medicine("fentanyl", "transdermal", 25.0),), CDC_2022) == pytest.approx(60.0)


def test_a_list_comes_only_with_a_reconciliation() -> None:
    patient = Patient()
    patient.enroll(pathway(stage("follow", "follow-up", human("call"))))
    task = patient.task("call")
    answer = patient.apply(Complete("c", NURSE, task.id, medicines=())).answer
    assert answer is not None
    assert answer.code == "not-a-reconciliation"


@pytest.mark.parametrize(
    ("text", "medicine"),
    [
        ("ibuprofen", Medicine("ibuprofen")),
        ("Oxycodone 20 mg", Medicine("oxycodone", daily=20.0)),
        ("fentanyl 25 mcg/h by patch", Medicine("fentanyl", "patch", 25.0)),
        ("sacubitril/valsartan 97.5 mg by mouth", Medicine("sacubitril/valsartan", "mouth", 97.5)),
        ("oxycodone 5 mg x4", Medicine("oxycodone", daily=20.0, every=1)),
        ("apixaban 2.5 mg twice daily", Medicine("apixaban", daily=5.0, every=1)),
        ("methotrexate 14 mg weekly", Medicine("methotrexate", daily=2.0, every=7)),
        ("digoxin 125 mcg", Medicine("digoxin", daily=0.125)),
        ("insulin glargine 20 units", Medicine("insulin glargine", daily=20.0, unit="units")),
        ("morphine 60 mg long-acting", Medicine("morphine", daily=60.0, form="long-acting")),
        (
            "aspirin 81 mg by mouth since 2026-01-02 until 2026-11-08 for a stent",
            Medicine(
                "aspirin",
                "mouth",
                81.0,
                since="2026-01-02",
                until="2026-11-08",
                reason="a stent",
            ),
        ),
        ("aspirin until 2026-02-30", None),
        ("aspirin by mouth 81 mg", None),
        ("20 mg", None),
        ("oxycodone; a lot", None),
    ],
)
def test_medicines_are_written_as_people_write_them(text: str, medicine: Medicine | None) -> None:
    assert medicine_of(text) == medicine


def test_a_laboratory_value_that_moves_by_a_tenth_alerts_again() -> None:
    patient = patient_with(takes=("metformin",), egfr=29.0)
    for egfr in (28.0, 26.2, 26.1, 25.0):
        patient.now += DAY
        value(patient, "egfr", egfr)
    assert len(alerts(patient)) == 2


def test_a_value_that_wavers_about_its_limit_is_no_news() -> None:
    patient = patient_with(takes=("metformin",), egfr=29.5)
    for egfr in (30.5, 29.5, 30.5):
        patient.now += DAY
        value(patient, "egfr", egfr)
    assert len(alerts(patient)) == 2  # below 30 once, 30 to 44 once


def test_what_was_over_and_comes_back_is_news() -> None:
    patient = patient_with(takes=("empagliflozin",))
    for vomits in (True, True, False, True):
        patient.now += DAY
        value(patient, "vomiting", vomits)
    assert len(alerts(patient)) == 2


def test_a_medicine_that_was_stopped_and_is_taken_again_is_news() -> None:
    patient = Patient()
    steps = tuple(human(f"list-{n}", "reconcile") for n in range(3))
    one = stage("follow", "follow-up", *steps, human("call"))
    patient.enroll(pathway(one, data=DATA, medicine_rules=RULES))
    for n, names in enumerate((("warfarin", "naproxen"), ("warfarin",), ("warfarin", "naproxen"))):
        patient.now += DAY
        reconcile(patient, *names, step=f"list-{n}")
    assert len(alerts(patient)) == 2


def test_the_list_is_judged_on_the_day_on_which_time_makes_a_rule_hit() -> None:
    """M40: an operation comes near, and nothing else happens."""
    patient = patient_with(takes=("empagliflozin",))
    value(patient, "surgery-date", "2026-12-20")
    patient.until(patient.now + 21 * DAY)
    assert not alerts(patient)
    patient.until(patient.now + 2 * DAY)
    (task,) = alerts(patient)
    assert datetime.fromtimestamp(task.opened, UTC).isoformat() == "2026-12-17T13:00:00+00:00"


def test_an_operation_that_is_put_off_is_not_alerted_of_before_its_time() -> None:
    patient = patient_with(takes=("empagliflozin",))
    value(patient, "surgery-date", "2026-12-20")
    value(patient, "surgery-date", "2027-01-20")
    patient.until(patient.now + 40 * DAY)
    assert not alerts(patient)


def test_who_has_left_is_not_waked_by_the_list() -> None:
    patient = patient_with(takes=("empagliflozin",))
    value(patient, "surgery-date", "2026-12-20")
    patient.apply(Withdraw(patient.command(), NURSE, "moved away"))
    patient.until(patient.now + 60 * DAY)
    assert not alerts(patient)
    assert not [due for due in patient.journey.agenda if due.kind == "medicines"]


def test_the_list_tells_the_equivalents_of_its_opioids() -> None:
    """S10: 70 MME; stopped, they are none."""
    patient = patient_with()
    reconcile(patient, Medicine("oxycodone", daily=20.0), Medicine("tramadol", daily=200.0))
    assert patient.journey.readings("mme-per-day")[0].value == 70.0
    reconcile(patient, "naloxone", step="again")
    assert patient.journey.readings("mme-per-day")[0].value == 0.0


def test_an_opioid_without_a_dose_leaves_the_equivalents_unknown() -> None:
    patient = patient_with()
    reconcile(patient, Medicine("oxycodone"), Medicine("tramadol", daily=200.0))
    assert not patient.journey.readings("mme-per-day")


def test_a_referral_brings_doses_and_dates() -> None:
    patient = Patient()
    told = (Medicine("oxycodone", daily=40.0, since="2026-01-05"),)
    profile = PatientProfile("1955-01-01", medications=("oxycodone",), medicines=told)
    one = stage("follow", "follow-up", human("medicines", "reconcile"))
    patient.enroll(pathway(one, data=DATA, medicine_rules=RULES), profile)
    (line,) = patient.journey.medicines
    assert (line.daily, line.since, line.source) == (40.0, "2026-01-05", "referral")
    assert patient.journey.readings("mme-per-day")[0].value == 60.0
    assert rows(alerts(patient)[0]) == {"M16"}


def test_two_lines_of_one_medicine_are_kept_apart() -> None:
    patient = patient_with()
    two = (Medicine("apixaban", daily=5.0), Medicine("apixaban", daily=20.0))
    reconcile(patient, *two)
    began = patient.now
    patient.until(patient.now + DAY)
    reconcile(patient, Medicine("apixaban", daily=20.0), step="again")
    told = {(m.daily, m.started, m.stopped) for m in patient.journey.medicines}
    assert told == {(20.0, began, 0), (5.0, began, patient.now)}


def test_the_timeline_says_that_a_dose_has_changed() -> None:
    patient = patient_with()
    reconcile(patient, Medicine("warfarin", daily=5.0))
    reconcile(patient, Medicine("warfarin", daily=7.5), step="again")
    (entry,) = [e for e in patient.entries if e.kind == "medicine-dose"]
    assert entry.params == {"name": "warfarin", "was": 5.0, "dose": 7.5}
