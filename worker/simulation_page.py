"""A simulation's report as one HTML page: no script, no network, nothing beside it."""

from __future__ import annotations

from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from pathways.calendar.table import civil
from pathways.simulating.report import Report
from worker import simulation_plots as plots
from worker.commands.simulated import (
    NEAREST,
    authorizations,
    even,
    fates,
    small_panel,
    step_name,
    within,
)

DAY = 86_400


def page(report: Report) -> str:
    """The page."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["words"] = lambda name: name.replace("-", " ")
    environment.filters["percent"] = lambda share: f"{100 * share:.1f} %"
    environment.filters["thousands"] = lambda number: f"{number:,.0f}"
    text = (files("worker") / "simulation_page.html.jinja").read_text(encoding="utf-8")
    return environment.from_string(text).render(
        report=report,
        short=[role for role in report.roles if role.short(report.bearable)],
        over=[role for role in report.roles if role.hours > role.capacity],
        hours=sum(role.hours for role in report.roles),
        late=_late(report),
        people=sum(role.people for role in report.roles if role.break_even is not None),
        enough=sum(role.break_even or 0.0 for role in report.roles),
        first=_date(report.start + DAY // 2),
        last=_date(report.end - DAY // 2),
        even=even,
        small=small_panel(report),
        within=within,
        step=lambda one: step_name(report, one),
        fates=fates(report),
        authorizations=authorizations(report),
        nearest=NEAREST,
        pictures={
            name: draw(report)
            for name, draw in (
                ("busy", plots.busy),
                ("work", plots.work),
                ("contacts", plots.contacts),
                ("waiting", plots.waiting),
                ("late", plots.late),
                *((("headcount", plots.headcount),) if report.sample else ()),
            )
        },
    )


def _late(report: Report) -> float:
    """The share of all tasks that are late, settled."""
    tasks = sum(role.tasks for role in report.roles)
    return sum(role.tasks * role.late for role in report.roles) / tasks if tasks else 0.0


def _date(instant: int) -> str:
    year, month, day = civil(instant // DAY)
    return f"{year}-{month:02}-{day:02}"
