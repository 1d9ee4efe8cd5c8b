"""A simulation's plots as SVG text: the same report gives the same bytes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import StringIO
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pathways.simulating.report import Report, RoleFigures, Weekly

_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A7A7A")
"""Okabe and Ito's palette, which colour-blind readers can tell apart; the last is for the rest."""
_INK, _FAINT, _ALARM = "#1f2937", "#d1d5db", "#b91c1c"
_LINES = 6
"""Lines of one plot that have a colour of their own."""
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#9ca3af",
    "axes.labelcolor": _INK,
    "axes.grid": True,
    "grid.color": "#e5e7eb",
    "axes.axisbelow": True,
    "text.color": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "legend.frameon": False,
    "legend.fontsize": 9,
}


def work(report: Report) -> str:
    """Hours of work a week by role, stacked."""
    figure, axes = _figure("work")
    lines = _most(report.work)
    weeks = _weeks(report)
    if lines:
        axes.stackplot(
            weeks,
            [line.values[: len(weeks)] for line in lines],
            labels=[_name(line.name) for line in lines],
            colors=[_colour(report, line.name) for line in lines],
            linewidth=0,
        )
    _over_weeks(axes, report, "hours on tasks a week")
    return _svg(figure, "work")


def busy(report: Report) -> str:
    """Hours of work beside the hours that the people have, by role."""
    roles = [role for role in report.roles if role.hours >= 0.05][::-1]
    figure, axes = _figure("busy", height=0.42 * len(roles) + 1.3)
    places = range(len(roles))
    axes.barh(
        places,
        [role.capacity for role in roles],
        color="white",
        edgecolor="#6b7280",
        height=0.62,
        label="hours that the people have for tasks",
    )
    full = [role.hours > role.capacity for role in roles]
    axes.barh(
        places,
        [role.hours for role in roles],
        color=[_ALARM if over else _COLOURS[0] for over in full],
        height=0.38,
        label="hours of work",
    )
    _by_role(axes, roles, "hours a week")
    return _svg(figure, "busy")


def headcount(report: Report) -> str:
    """People there are, and the fewest with whom few enough tasks are late."""
    roles = [role for role in report.roles if role.break_even is not None][::-1]
    figure, axes = _figure("headcount", height=0.42 * len(roles) + 1.3)
    for place, role in enumerate(roles):
        short = (role.break_even or 0.0) > role.people
        axes.plot(
            [role.people, role.break_even or 0.0],
            [place, place],
            color=_ALARM if short else "#9ca3af",
            linewidth=2.5,
            zorder=1,
        )
    places = range(len(roles))
    axes.scatter(
        [role.people for role in roles],
        places,
        s=150,
        facecolor="white",
        edgecolor=_INK,
        label="people in the staffing file",
        zorder=2,
    )
    axes.scatter(
        [role.break_even or 0.0 for role in roles],
        places,
        s=70,
        marker="D",
        color=_COLOURS[0],
        label="break-even",
        zorder=3,
    )
    _by_role(axes, roles, "full-time people")
    return _svg(figure, "headcount")


def contacts(report: Report) -> str:
    """Calls, visits and messages a week."""
    figure, axes = _figure("contacts")
    _draw_lines(axes, report, report.contacts, _COLOURS)
    _over_weeks(axes, report, "a week")
    return _svg(figure, "contacts")


def waiting(report: Report) -> str:
    """Open tasks at noon by role."""
    figure, axes = _figure("waiting")
    named = [line.name for line in report.work[:_LINES]]
    own = [line for name in named for line in report.waiting if line.name == name]
    rest = [line for line in report.waiting if line.name not in named]
    shown = [*own, *_added(rest)]
    _draw_lines(axes, report, shown, [_colour(report, line.name) for line in shown])
    _over_weeks(axes, report, "open tasks at noon")
    return _svg(figure, "waiting")


def late(report: Report) -> str:
    """The share of tasks that ended late, by week."""
    figure, axes = _figure("late")
    weeks = _weeks(report)
    shares = [float("nan") if s is None else 100 * s for s in report.late[: len(weeks)]]
    axes.bar(weeks, shares, color=_COLOURS[0], width=0.85, label="late")
    limit = 100 * report.bearable
    axes.axhline(limit, color=_ALARM, linewidth=1.5, linestyle="--", label=f"bearable: {limit:g} %")
    _over_weeks(axes, report, "% of the tasks that ended")
    return _svg(figure, "late")


def _draw_lines(
    axes: Axes, report: Report, lines: Sequence[Weekly], colours: Sequence[str]
) -> None:
    weeks = _weeks(report)
    for line, colour in zip(lines, colours, strict=False):
        values = line.values[: len(weeks)]
        axes.plot(weeks, values, color=colour, linewidth=1.8, label=_name(line.name))


def _most(lines: Sequence[Weekly]) -> list[Weekly]:
    """The first lines, which matter most, and the rest added up."""
    return [*lines[:_LINES], *_added(lines[_LINES:])]


def _added(lines: Sequence[Weekly]) -> list[Weekly]:
    """The lines as one; none when there are none."""
    if not lines:
        return []
    total = tuple(sum(values) for values in zip(*(one.values for one in lines), strict=True))
    return [Weekly("all others", total)]


def _colour(report: Report, role: str) -> str:
    """One colour for a role in every plot; those with the most work have one of their own."""
    order = [line.name for line in report.work[:_LINES]]
    return _COLOURS[order.index(role)] if role in order else _COLOURS[-1]


def _weeks(report: Report) -> range:
    """The full weeks, from 1."""
    return range(1, report.full_weeks + 1)


def _name(name: str) -> str:
    return name.replace("-", " ")


def _figure(name: str, height: float = 3.4) -> tuple[Figure, Axes]:
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(8.6, height), layout="constrained")
        return figure, figure.subplots()


def _over_weeks(axes: Axes, report: Report, unit: str) -> None:
    weeks = _weeks(report)
    axes.set_xlabel("week")
    axes.set_ylabel(unit)
    axes.set_xlim(0.5, len(weeks) + 0.5)
    axes.set_ylim(bottom=0, top=1.12 * max(axes.get_ylim()[1], 1))
    if 0 < report.settled < len(weeks):
        axes.axvspan(0.5, report.settled + 0.5, color="#f3f4f6", zorder=0)
        axes.text(
            report.settled + 0.3,
            0.97,
            "filling up",
            ha="right",
            va="top",
            fontsize=8.5,
            color="#6b7280",
            transform=axes.get_xaxis_transform(),
        )
    _legend(axes)


def _by_role(axes: Axes, roles: Sequence[RoleFigures], unit: str) -> None:
    axes.set_yticks(range(len(roles)), [_name(role.role) for role in roles])
    axes.set_xlabel(unit)
    axes.set_xlim(left=0)
    axes.grid(visible=False, axis="y")
    _legend(axes)


def _legend(axes: Axes) -> None:
    if not axes.get_legend_handles_labels()[0]:
        return
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1.02),
        ncols=4,
        borderaxespad=0,
        handlelength=1.4,
        frameon=False,
        fontsize=9,
    )


def _svg(figure: Figure, name: str) -> str:
    """The figure as an element that a page can hold."""
    text = StringIO()
    with mpl.rc_context({**_STYLE, "svg.hashsalt": f"careway-{name}"}):
        figure.savefig(
            text,
            format="svg",
            metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
        )
    svg = text.getvalue()
    # Two figures of one page must not share ids: figure_1 is in each of them.
    renamed = re.sub(r'(\bid="|xlink:href="#|url\(#)', rf"\g<1>{name}-", svg[svg.index("<svg") :])
    return renamed.replace("<svg ", f'<svg role="img" aria-label="{name}" ', 1)
