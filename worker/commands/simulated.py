"""A simulation's report as tables for a terminal."""

from __future__ import annotations

from pathways.simulating.report import Report, RoleFigures, Timeliness
from worker.commands.output import say, table


def show(report: Report) -> None:
    """Print the report."""
    names = ", ".join(f"{one.title} ({one.version})" for one in report.subjects)
    say(names, style="bold")
    say(
        f"{report.patients:,} patients, {report.patient_years:,.0f} patient-years, "
        f"{report.decisions:,} decisions; seed {report.seed}; {report.panels} x {report.panel} "
        f"places, each with a team: {report.staffing}."
    )
    say(f"Per panel and week, mean of weeks {report.settled + 1} to {report.full_weeks}:\n")
    headings = ["role", "people", "hours", "of", "busy", "tasks", "late", "waiting", "break-even"]
    table("The team", headings, [_role(role) for role in report.roles])
    table(
        "Contacts",
        ["what", "a week"],
        [
            ["calls answered", f"{report.calls:.1f}"],
            ["calls not answered", f"{report.unanswered:.1f}"],
            ["visits kept", f"{report.visits:.1f}"],
            ["messages to patients", f"{report.messages:.1f}"],
            ["messages to staff", f"{report.staff_messages:.1f}"],
            ["escalations", f"{report.escalations:.1f}"],
        ],
    )
    table(
        "By response class, whole time",
        ["class", "tasks", "late", "share"],
        [_timeliness(one) for one in report.classes],
    )
    table(
        "Most often late, whole time",
        ["pathway and step", "tasks", "late", "share"],
        [_timeliness(one) for one in report.steps],
    )
    table("Left", ["disposition", "patients"], [[k, f"{v:,}"] for k, v in report.left.items()])
    say(
        f"Each patient-year: {report.messages_a_year:.1f} messages, "
        f"{report.contacts_a_year:.1f} calls and visits."
    )
    if report.sample:
        say(
            f"Break-even: fewest people with at most {100 * report.bearable:g} % of tasks late, "
            f"from {report.sample}. {NEAREST}"
        )
    say(f"{report.assumed} of {report.figures} figures behind this are assumptions.")


NEAREST = (
    "* more people alone cannot reach that: the fewest that come within 1 % of what is reachable."
)


def _role(role: RoleFigures) -> list[str]:
    busy = role.hours / role.capacity if role.capacity else 0.0
    return [
        role.role,
        f"{role.people:g}",
        f"{role.hours:.1f}",
        f"{role.capacity:.1f}",
        f"{100 * busy:.0f} %",
        f"{role.tasks:.1f}",
        f"{100 * role.late:.1f} %",
        f"{role.waiting:.1f}",
        even(role),
    ]


def even(role: RoleFigures) -> str:
    """The break-even headcount, with a star where more people would not be enough."""
    return "" if role.break_even is None else f"{role.break_even:g}{'*' if role.starred else ''}"


def _timeliness(one: Timeliness) -> list[str]:
    return [one.name, f"{one.tasks:,}", f"{one.late:,}", f"{100 * one.share:.1f} %"]
