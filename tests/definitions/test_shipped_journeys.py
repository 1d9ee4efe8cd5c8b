"""What the shipped pathways do for a patient: acceptance stories and boundary cases.

Each test is one awkward moment of a course, played on the real kernel.
"""

from __future__ import annotations

import pytest

from tests.definitions.walking import Walk

DIABETES, CANCER, DEMENTIA = "type-2-diabetes", "oncology-navigation", "dementia-with-caregiver"


def diabetes(start: str = "2027-01-06T10:00", **profile: object) -> Walk:
    walk = Walk("America/Chicago", start, **{"conditions": ("E11.9",), **profile})
    walk.enroll(DIABETES)
    return walk


def on_chemotherapy() -> Walk:
    walk = Walk("America/New_York", "2027-03-01T10:00", conditions=("C50.911",))
    walk.enroll(CANCER)
    walk.record(treatment_status="active", therapy="chemotherapy")
    return walk


def dementia(start: str = "2027-06-01T09:00") -> Walk:
    walk = Walk("America/Los_Angeles", start, conditions=("G30.1",), caregiver=True)
    walk.enroll(DEMENTIA)
    return walk


def in_follow_up() -> Walk:
    """Ben T. with an HbA1c of 9.8, plan approved on 2027-01-20."""
    walk = diabetes()
    walk.until("2027-01-08T10:00")
    walk.done("first-contact", contact="reached")
    walk.kept("baseline-hba1c", "2027-01-13T09:00", hba1c=9.8)
    walk.until("2027-01-14T09:00")
    for step in ("health-assessment", "mood-screen", "social-needs", "medicines"):
        walk.done(step)
    walk.done("care-plan")
    walk.until("2027-01-20T09:00")
    walk.done("plan-approval", "approved")
    walk.done("self-care")
    return walk


class TestDiabetes:
    def test_a_holiday_does_not_shorten_the_time_for_the_plan(self) -> None:
        """S2: assessed on 2027-01-14; ten business days skip Martin Luther King Day."""
        walk = diabetes()
        walk.until("2027-01-08T10:00")
        assert walk.local(walk.task("first-contact").due) == "2027-01-08 23:59"
        walk.done("first-contact", contact="reached")
        walk.kept("baseline-hba1c", "2027-01-13T09:00", hba1c=9.8)
        walk.until("2027-01-14T09:00")
        for step in ("health-assessment", "mood-screen", "social-needs", "medicines"):
            walk.done(step)
        assert walk.stages(DIABETES) == ["planning"]
        assert walk.local(walk.task("care-plan").due) == "2027-01-29 23:59"

    def test_who_declines_the_program_at_the_first_contact_is_left_in_peace(self) -> None:
        walk = diabetes()
        walk.until("2027-01-08T10:00")
        walk.decline("first-contact", "does not want a program")
        ended = walk.journey.enrollments[DIABETES]
        assert (ended.status, ended.disposition) == ("discharged", "declined-program")
        assert not walk.journey.tasks

    def test_who_declines_the_plan_is_handed_back_to_primary_care(self) -> None:
        walk = diabetes()
        walk.until("2027-01-08T10:00")
        walk.done("first-contact", contact="reached")
        walk.kept("baseline-hba1c", "2027-01-13T09:00", hba1c=9.8)
        for step in ("health-assessment", "mood-screen", "social-needs", "medicines"):
            walk.done(step)
        walk.decline("care-plan", "prefers the family doctor")
        assert walk.stages(DIABETES) == ["closing"]

    def test_a_declined_blood_test_does_not_keep_the_patient_waiting(self) -> None:
        walk = diabetes()
        walk.until("2027-01-08T10:00")
        walk.done("first-contact", contact="reached")
        for step in ("health-assessment", "mood-screen", "social-needs", "medicines"):
            walk.done(step)
        assert walk.stages(DIABETES) == ["assessment"]
        walk.decline_appointment("baseline-hba1c", "not now")
        assert walk.stages(DIABETES) == ["planning"]

    def test_poor_control_brings_a_medicine_review_and_weekly_calls(self) -> None:
        """DM-5 at 9.8."""
        walk = in_follow_up()
        assert {"poor-control-review", "support-call", "offer-insulin"} <= walk.steps()

    def test_a_declined_insulin_is_respected_and_replaced(self) -> None:
        """S2: the physician knows by the next business day, an alternative is proposed, and no
        insulin teaching follows the no."""
        walk = in_follow_up()
        walk.decline("offer-insulin", "afraid of needles")
        told = walk.task("offer-insulin", kind="inform")
        assert (told.owner, walk.local(told.due)) == ("primary-care", "2027-01-21 23:59")
        assert walk.task("offer-other-medicine").owner == "primary-care"
        walk.record("2027-02-01T09:00", on_insulin=False)
        assert "insulin-training" not in walk.steps()

    def test_a_low_on_saturday_night_is_called_within_two_hours(self) -> None:
        """S2, DM-1: 48 mg/dL at 21:40."""
        walk = diabetes()
        walk.record("2027-02-20T21:40", glucose=48.0)
        task = walk.task("low-level-2")
        assert (task.urgency, walk.local(task.due)) == ("RT-2H", "2027-02-20 23:40")

    def test_one_low_between_54_and_69_waits_for_a_second(self) -> None:
        walk = diabetes()
        walk.record("2027-01-07T08:00", glucose=60.0)
        assert "low-level-1" not in walk.steps()
        walk.record("2027-01-09T08:00", glucose=66.0)
        assert walk.task("low-level-1").urgency == "RT-1BD"

    def test_kidney_function_alone_says_nothing_about_metformin_not_taken(self) -> None:
        walk = diabetes()
        walk.record("2027-01-07T08:00", egfr=25.0)
        assert "medicine-alert" not in {task.kind for task in walk.journey.tasks.values()}


class TestCancer:
    def test_fever_without_treatment_is_not_neutropenic_fever(self) -> None:
        walk = Walk("America/New_York", "2027-03-01T10:00", conditions=("C50.911",))
        walk.enroll(CANCER)
        walk.record(treatment_status="planned", temp=38.6)
        assert "fever" not in walk.steps()

    def test_fever_six_weeks_after_the_last_cycle_still_counts_and_after_that_no_longer(
        self,
    ) -> None:
        """ONC-1."""
        for later, fires in (("2027-04-10T10:00", True), ("2027-04-20T10:00", False)):
            walk = on_chemotherapy()
            walk.record("2027-03-02T10:00", treatment_status="completed")
            walk.record(later, temp=38.5)
            assert ("fever" in walk.steps()) is fires, later

    def test_mild_distress_passes_severe_distress_is_called_today(self) -> None:
        """ONC-4."""
        walk = on_chemotherapy()
        walk.result("distress.score", 3.0)
        assert not walk.steps() & {"distressed", "distressed-severely"}
        walk.result("distress.score", 8.0)
        assert walk.urgent()["distressed-severely"] == "RT-SD"

    def test_hospice_ends_the_enrollment(self) -> None:
        walk = on_chemotherapy()
        walk.report("hospice-elected")
        assert walk.journey.enrollments[CANCER].disposition == "hospice"


class TestDementia:
    def test_three_attempts_a_letter_and_closing_on_the_thirtieth_day(self) -> None:
        """S4: nobody answers; 06-01 referral, letter 06-15, closed 07-01."""
        walk = dementia()
        walk.until("2027-06-03T10:00")
        walk.done("first-contact", contact="no-answer")
        walk.until("2027-06-08T18:30")
        walk.done("second-contact", contact="no-answer")
        walk.until("2027-06-14T19:00")
        walk.done("third-contact", contact="no-answer")
        walk.until("2027-06-14T23:59")
        assert walk.sent("unable-to-reach") == []
        walk.until("2027-06-15T23:59")
        assert len(walk.sent("unable-to-reach")) == 1
        walk.until("2027-06-29T12:00")
        assert walk.stages(DEMENTIA) == ["intake"]
        walk.until("2027-07-02T12:00")
        assert walk.journey.enrollments[DEMENTIA].disposition == "unable-to-reach"

    def test_a_late_reply_opens_the_assessment(self) -> None:
        walk = dementia()
        for step, day in (("first", "03"), ("second", "08"), ("third", "14")):
            walk.until(f"2027-06-{day}T10:00")
            walk.done(f"{step}-contact", contact="no-answer")
        walk.record("2027-06-20T10:00", contact="reached")
        assert walk.stages(DEMENTIA) == ["assessment"]

    def test_sudden_confusion_with_fever_goes_to_the_emergency_department(self) -> None:
        """S4, DEM-2: 38.6."""
        walk = dementia()
        walk.record("2027-06-02T09:00", temp=38.6)
        walk.report("delirium-signs")
        assert walk.urgent()["delirium-fever"] == "RT-ED"
        assert walk.sent("caregiver-go-now")[0].to == "caregiver"

    def test_sudden_confusion_without_a_temperature_is_seen_the_same_day(self) -> None:
        walk = dementia()
        walk.report("delirium-signs")
        assert walk.urgent() == {"delirium": "RT-SD"}

    def test_a_missing_person_is_a_911_call_at_any_hour(self) -> None:
        """DEM-3."""
        walk = dementia()
        walk.until("2027-06-02T03:10")
        walk.report("missing-person")
        assert walk.urgent()["missing"] == "RT-911"
        assert walk.sent("caregiver-call-911")

    @pytest.mark.parametrize(("total", "fires"), [(40.0, False), (41.0, True)])
    def test_caregiver_support_begins_at_moderate_to_severe_burden(
        self, total: float, fires: bool
    ) -> None:
        """DEM-6: bands 21/41/61."""
        walk = dementia()
        walk.record("2027-06-02T09:00", zarit_total=total)
        assert ("caregiver-overload" in walk.steps()) is fires


def test_three_pathways_share_the_first_contact_and_the_screens() -> None:
    """X8: one task serves all three."""
    walk = Walk("America/New_York", "2027-03-01T10:00", conditions=("E11.9", "C50.911", "G30.1"))
    for pathway in (DIABETES, CANCER, DEMENTIA):
        walk.enroll(pathway)
    contact = walk.task("first-contact")
    assert {s.pathway for s in contact.sources} == {DIABETES, CANCER, DEMENTIA}
    walk.done("first-contact", contact="reached")
    for shared in ("social-needs", "medicines"):
        tasks = [t for t in walk.journey.tasks.values() if t.sources[0].step == shared]
        assert len(tasks) == 1
        assert len(tasks[0].sources) == 3
