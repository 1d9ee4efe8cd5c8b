"""Tables of a DOT drawing: rules and the legend, as HTML-like labels."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from textwrap import wrap

from pathways.drawing.colours import DARK, INK, PAPER, QUIET, SYSTEM
from pathways.drawing.description import Drawing, RuleLine
from pathways.drawing.marks import MEANING, Moment, mark_text

_FEW = 9
"""Rules of a table; more are told in tables side by side, at most three."""
_WIDTHS = {"when": 56, "what": 46, "who": 18}
"""Letters of a line, by column."""


class Table:
    """An HTML-like table of Graphviz; cells are markup already."""

    def __init__(self) -> None:
        self._rows: list[str] = []

    def row(
        self,
        cells: tuple[str, ...],
        *,
        grounds: tuple[str, ...] = (),
        ground: str = PAPER,
        ink: str = INK,
        port: str = "",
        href: str = "",
        tooltip: str = "",
        identity: str = "",
    ) -> None:
        """Add a row; ``grounds`` colour its cells one by one."""
        parts = []
        for number, cell in enumerate(cells):
            fill = grounds[number] if number < len(grounds) else ground
            attributes = {
                "align": "left",
                "bgcolor": fill,
                "port": port if number == 0 else "",
                "href": href,
                "tooltip": tooltip,
                "id": identity if number == 0 else "",
            }
            said = "".join(f' {k}="{escape(v)}"' for k, v in attributes.items() if v)
            body = cell.replace("<br/>", '<br align="left"/>') + '<br align="left"/>'
            parts.append(f'<td{said}><font point-size="9" color="{ink}">{body}</font></td>')
        self._rows.append(f"<tr>{''.join(parts)}</tr>")

    def text(self, width: int = 0) -> str:
        """The label; ``width`` in points is the least."""
        if not self._rows:
            self.row(("",))
        least = f' width="{width}"' if width else ""
        return (
            f'<<table border="0" cellborder="1" cellspacing="0" cellpadding="4" color="{QUIET}"'
            f"{least}>{''.join(self._rows)}</table>>"
        )


def rule_tables(
    drawing: Drawing, href: Callable[[str, int], str], moment: Moment
) -> tuple[str, ...]:
    """The rules as one table, or as two or three when they are many."""
    rules = drawing.rules
    tables = min(3, -(-len(rules) // _FEW))
    heights = [_height(rule) for rule in rules]
    share = sum(heights) / tables
    found: list[list[RuleLine]] = [[] for _ in range(tables)]
    before = 0
    for rule, height in zip(rules, heights, strict=True):
        # By the middle of its row, so that the tables come out equally tall.
        found[min(tables - 1, int((before + height / 2) / share))].append(rule)
        before += height
    return tuple(_rule_table(drawing, tuple(some), href, moment) for some in found if some)


def _height(rule: RuleLine) -> int:
    when = len(wrap(f"{rule.trigger} {rule.during}", _WIDTHS["when"]))
    return 1 + max(when, len(wrap(rule.action, _WIDTHS["what"])), 1)


def _rule_table(
    drawing: Drawing,
    rules: tuple[RuleLine, ...],
    href: Callable[[str, int], str],
    moment: Moment,
) -> str:
    table = Table()
    head = ("When", "What happens", "Who", "How soon")
    table.row(tuple(f"<b>{word}</b>" for word in head), ground=DARK, ink=PAPER)
    for rule in rules:
        trigger = f"{rule.trigger} (during {rule.during})" if rule.during else rule.trigger
        action = _lines(rule.action, _WIDTHS["what"])
        if rule.mark is not None:
            action += f"<br/><b>{escape(mark_text(rule.mark, moment))}</b>"
        fill = drawing.owners.get(rule.owner, SYSTEM)
        if drawing.course and rule.mark is None:
            fill = PAPER
        table.row(
            (
                _lines(trigger, _WIDTHS["when"]),
                action,
                _lines(rule.owner.replace("-", " ") or "Careway", _WIDTHS["who"]),
                _lines(rule.response or "at once", _WIDTHS["who"]),
            ),
            grounds=(PAPER, PAPER, fill, PAPER),
            href=href(drawing.file, rule.line),
            tooltip=f"{rule.place} {rule.id}",
            identity=f"rule-{rule.id}",
        )
    return table.text()


def heading(drawing: Drawing) -> str:
    """Title, who has which colour, and what shapes and lines mean."""
    owners = {owner.replace("-", " "): fill for owner, fill in drawing.owners.items()}
    owners |= {"Careway, by itself": SYSTEM}
    cells = "".join(f'<td bgcolor="{fill}">{escape(owner)}</td>' for owner, fill in owners.items())
    meanings = list(_MEANINGS)
    if drawing.late:
        meanings.append(f"Late, unless a step says otherwise: {drawing.late}.")
    if drawing.course:
        meanings.append(MEANING)
    rows = [_line(f"<b>{escape(drawing.title)}, version {escape(drawing.version)}</b>", 20)]
    if drawing.course:
        rows.append(_line(f"<b>{escape(drawing.course)}</b>", 14))
    rows.append(
        f'<tr><td><table border="0" cellborder="1" cellspacing="0" cellpadding="4" '
        f'color="{QUIET}"><tr>{cells}</tr></table></td></tr>'
    )
    rows += [_line(escape(meaning), 10) for meaning in meanings]
    return f'<<table border="0" cellspacing="0" cellpadding="2">{"".join(rows)}</table>>'


def _line(text: str, size: int) -> str:
    return f'<tr><td><font point-size="{size}">{text}</font></td></tr>'


_MEANINGS = (
    "Box: work for a person. Rounded: appointment. Folded corner: message. Diamond: decision by "
    "a table. Cylinder: expected readings. Hexagon: wait. Ellipse: milestone. Dark: the end.",
    "Solid arrow: comes after (any: when one of them is done). Dashed arrow: beside, or instead. "
    "Steps that no arrow reaches begin with their stage. Italic: the condition, judged again as "
    "data arrive.",
)


def _lines(text: str, width: int) -> str:
    return "<br/>".join(escape(line) for line in wrap(text, width))
