"""A simulation's report as tables for a terminal."""

from __future__ import annotations

from pathways.language.defaults import RESPONSE_DUE
from pathways.simulating.report import Report, RoleFigures, Timeliness
from worker.commands.output import say, table


def show(report: Report) -> None:
    """Print the report."""
    names = ", ".join(f"{one.title} ({one.version})" for one in report.subjects)
    say(names, style="bold")
    each = "" if report.panels == 1 else f"{report.panels} times "
    say(
        f"{each}{report.panel} places, each time with one team: {report.staffing}. "
        f"{report.patients:,} patients had a place (who leaves is replaced), for "
        f"{report.patient_years:,.0f} patient-years; seed {report.seed}."
    )
    if small_panel(report):
        say(small_panel(report))
    weeks = f"weeks {report.settled + 1} to {report.full_weeks}"
    say(f"One team in one week, on average over {weeks}:\n")
    headings = ["role", "people", "work h", "time h", "busy", "tasks", "late", "open", "break-even"]
    columns = len(headings) - (not report.sample)
    working = [role for role in report.roles if not role.idle]
    table("The team", headings[:columns], [_role(role)[:columns] for role in working])
    say(
        "work h: hours on tasks; time h: hours that there are for tasks; open: tasks that wait at "
        "noon."
    )
    idle = ", ".join(role.role for role in report.roles if role.idle)
    say(f"Hardly any work: {idle}.\n" if idle else "")
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
    say("The whole time, all teams:\n")
    table(
        "How soon",
        ["to be done within", "tasks", "late", "share"],
        [_timeliness(one, within(one.name)) for one in report.classes],
    )
    table(
        "Most late tasks",
        ["step", "tasks", "late", "share"],
        [_timeliness(one, step_name(report, one)) for one in report.steps],
    )
    table(
        "What became of them",
        ["disposition", "enrollments" if report.together else "patients"],
        [[name, f"{number:,}"] for name, number in fates(report)],
    )
    if report.authorizations:
        table(
            f"Authorizations (decided in {report.days_to_decision:.1f} days on average)",
            ["what payers did", "requests"],
            [[name, f"{number:,}"] for name, number in authorizations(report)],
        )
    say(
        f"For one patient in a year: {report.messages_a_year:.1f} messages, "
        f"{report.contacts_a_year:.1f} calls and visits."
    )
    if report.sample:
        say(
            f"Break-even: fewest people with at most {100 * report.bearable:g} % of tasks late, "
            f"from {report.sample}. {NEAREST}"
        )
    say(f"{report.assumed} of {report.figures} figures behind this are assumptions.")


NEAREST = (
    "* with any number of people more are late (an unanswered call, a missed visit, closed days): "
    "the fewest that come within one task in a hundred of what can be reached."
)


def small_panel(report: Report) -> str:
    """That the team has fewer patients than it is meant for; empty when it has not."""
    if report.panel >= report.team_for:
        return ""
    return (
        f"The team is meant for {report.team_for} patients and has {report.panel}: simulate as "
        "many before you judge how busy it is, what is late, and how many people break even."
    )


def within(name: str) -> str:
    """A response class as people say it: what it is called, and the time that it allows."""
    due = RESPONSE_DUE.get(name)
    return "its own due time" if due is None else f"{due} ({name})"


def step_name(report: Report, one: Timeliness) -> str:
    """The step; with its pathway when there are several."""
    return one.name if len(report.subjects) > 1 else one.name.partition(" ")[2]


def fates(report: Report) -> list[tuple[str, int]]:
    """What became of the patients, those who are still there first."""
    return [("still enrolled", report.still_enrolled), *report.left.items()]


AUTHORIZATIONS = {
    "submitted": "sent to the payer",
    "pended-info": "more information asked for",
    "approved": "approved",
    "approved-partial": "granted in part",
    "denied": "denied",
    "overdue": "not decided in time",
    "p2p": "physicians talked",
    "appeal-1": "appealed",
    "appeal-2": "appealed, second level",
    "overturned": "granted after all",
    "upheld": "denial upheld",
}


def authorizations(report: Report) -> list[tuple[str, int]]:
    """What became of requests, in the order in which it happens."""
    found = report.authorizations
    return [(words, found[name]) for name, words in AUTHORIZATIONS.items() if name in found]


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
    return (
        "\u2013" if role.break_even is None else f"{role.break_even:g}{'*' if role.starred else ''}"
    )


def _timeliness(one: Timeliness, name: str) -> list[str]:
    return [name, f"{one.tasks:,}", f"{one.late:,}", f"{100 * one.share:.1f} %"]
