"""A drawing as DOT, the language of Graphviz.

Stages are clusters side by side, in course order, with a card on top that says what follows;
steps stand in the cells of their stage; rules and the legend are tables below. Invisible edges
keep cells, stages and tables where they belong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from itertools import pairwise
from textwrap import wrap

from pathways.compiled import Verb
from pathways.drawing.colours import DARK, INK, PAPER, QUIET, SYSTEM
from pathways.drawing.description import IF, Drawing, Exit, Group, Link, Node
from pathways.drawing.marks import LOOKS, Moment, mark_text, stage_text
from pathways.drawing.markup import attributes, bold, broken, cut, italic, quoted, stacked
from pathways.drawing.tables import Table, heading, rule_tables
from pathways.narrative import day_and_time

Href = Callable[[str, int], str]
"""A link from a file and a line."""

SHAPES: dict[Verb, tuple[str, str]] = {
    "assess": ("box", "filled"),
    "plan": ("box", "filled"),
    "approve": ("box", "filled"),
    "educate": ("box", "filled"),
    "refer": ("box", "filled"),
    "authorize": ("box", "filled"),
    "reconcile": ("box", "filled"),
    "task": ("box", "filled"),
    "transition": ("box", "filled"),
    "schedule": ("box", "rounded,filled"),
    "notify": ("note", "filled"),
    "decide": ("diamond", "filled"),
    "monitor": ("cylinder", "filled"),
    "wait": ("hexagon", "filled"),
    "milestone": ("ellipse", "filled"),
}
"""Shape and style of each verb: a box is work for a person."""

_FONT = "Arial"
_WIDE = 33
"""Letters of a line in a step, at 9 points."""
_NARROW = {"decide": 22, "wait": 28, "milestone": 24}
_MOST = 3
"""Lines of a condition among many stages; the tooltip has all of it."""
_ALL = 12
"""Lines of a condition when a stage is drawn alone."""


def as_dot(drawing: Drawing, href: Href, moment: Moment | None = None) -> str:
    """The drawing as DOT. ``moment`` says instants of a course; without it, in UTC."""
    return "\n".join(_Writer(drawing, href, moment or _utc).lines()) + "\n"


def _utc(instant: int) -> str:
    return day_and_time(None, instant)


class _Writer:
    def __init__(self, drawing: Drawing, href: Href, moment: Moment) -> None:
        self._drawing = drawing
        self._href = href
        self._moment = moment
        self._most = _MOST if len(drawing.groups) > 1 else _ALL

    def lines(self) -> Iterator[str]:
        drawing = self._drawing
        yield f"digraph {quoted(drawing.pathway)} {{"
        yield f"  graph {attributes(_GRAPH | {'label': heading(drawing), 'bgcolor': PAPER})}"
        yield f"  node {attributes(_NODE)}"
        yield f"  edge {attributes(_EDGE)}"
        for group in drawing.groups:
            yield from self._group(group)
        yield from self._course()
        yield from self._tables()
        yield "}"

    # -- stages ------------------------------------------------------------------------

    def _group(self, group: Group) -> Iterator[str]:
        frame = LOOKS[group.mark.status] if group.mark is not None else None
        yield f"  subgraph {quoted(f'cluster_{group.id}')} {{"
        look = {
            "label": "",
            "style": "rounded" + (",dashed" if group.every else ""),
            "color": frame.line if frame else QUIET,
            "penwidth": f"{frame.width if frame else 1.2:g}",
            "margin": "10",
            "href": self._href(self._drawing.file, group.line),
            "tooltip": group.place,
            "id": f"stage-{group.id}",
        }
        yield f"    graph {attributes(look)}"
        yield f"    {_card(group)} {attributes({'label': self._card(group)} | _PLAIN)}"
        for node in group.nodes:
            yield f"    {_name(group, node.id)} {attributes(self._node(group, node))}"
        yield from (f"    {line}" for line in _columns(group))
        for link in group.links:
            yield f"    {_name(group, link.tail)} -> {_name(group, link.head)} {_line(link)}"
        yield "  }"

    def _card(self, group: Group) -> str:
        table = Table()
        table.row(
            (f'<font point-size="14">{bold(group.title)}</font><br/>{escape(group.heading)}',),
            ground=SYSTEM,
        )
        if group.mark is not None:
            table.row((bold(stage_text(group.mark, self._moment)),), ground=SYSTEM)
        if group.every:
            table.row((italic(group.every),))
        if group.complete:
            table.row((broken(f"complete when {group.complete}", _WIDE, self._most),))
        for number, branch in enumerate(group.exits):
            self._exit(table, group, branch, number)
        return table.text(width=150)

    def _exit(self, table: Table, group: Group, branch: Exit, number: int) -> None:
        ends = branch.go == "discharge"
        otherwise = "otherwise" if len(group.exits) > 1 else "then"
        words = f"if {branch.condition}" if branch.condition else otherwise
        table.row(
            (f"{broken(words, _WIDE, self._most)}<br/>{bold(f'→ {branch.target}')}",),
            ground=DARK if ends else PAPER,
            ink=PAPER if ends else INK,
            port=f"x{number}",
            href=self._href(self._drawing.file, branch.line),
            tooltip=f"{self._drawing.file}:{branch.line} {words}",
        )

    # -- steps -------------------------------------------------------------------------

    def _node(self, group: Group, node: Node) -> dict[str, str]:
        shape, style = SHAPES[node.verb]
        fill = self._drawing.owners.get(node.owner, SYSTEM)
        if self._drawing.course and node.mark is None:
            fill = PAPER
        frame = LOOKS[node.mark.status] if node.mark is not None else None
        if frame is not None and frame.style != "solid":
            style = f"{style},{frame.style}"
        found = {
            "label": self._label(node),
            "shape": shape,
            "style": style,
            "fillcolor": fill,
            "color": frame.line if frame else QUIET,
            "penwidth": f"{frame.width if frame else 1:g}",
            "href": self._href(self._drawing.file, node.line),
            "tooltip": "\n".join((node.place, node.title, node.condition, *node.notes)),
            "id": f"step-{node.id}",
            # To Graphviz: edges within a column are not to be crossed.
            "group": f"{group.id}:{node.column}",
        }
        if node.verb == "decide":
            found |= {"width": "2.4", "margin": "0,0"}
        return found

    def _label(self, node: Node) -> str:
        width = _NARROW.get(node.verb, _WIDE)
        lines: list[tuple[str, int]] = [(bold(one), 10) for one in wrap(node.title, width - 4)]
        plain = [*wrap(node.summary, width), *wrap(node.timing, width)]
        lines += [(escape(one), 9) for one in plain]
        lines += [(italic(one), 9) for one in cut(wrap(node.condition, width), self._most)]
        lines += [(escape(one), 9) for one in wrap(node.late, width)]
        if node.mark is not None:
            lines += [(bold(one), 9) for one in wrap(mark_text(node.mark, self._moment), width)]
        return stacked(lines)

    # -- between the stages ------------------------------------------------------------

    def _course(self) -> Iterator[str]:
        groups = self._drawing.groups
        if len(groups) > 1:
            yield f"  {{ rank=same; {' '.join(f'{_card(group)};' for group in groups)} }}"
        place = {group.id: number for number, group in enumerate(groups)}
        for one, following in pairwise(groups):
            yield f"  {_card(one)} -> {_card(following)} [style=invis, weight=20]"
        for group in groups:
            for tail, number, head, dashed in self._exits_of(group, place):
                near = place[head] == place[tail] + 1
                port = f":x{number}" if near and number >= 0 else ""
                ports = (f"{port}:e", ":w") if near else (":n", ":n")
                look = {"constraint": "false"} | ({"style": "dashed"} if dashed else {})
                ends = f"{_card_of(tail)}{ports[0]} -> {_card_of(head)}{ports[1]}"
                yield f"  {ends} {attributes(look)}"

    def _exits_of(
        self, group: Group, place: dict[str, int]
    ) -> Iterator[tuple[str, int, str, bool]]:
        """(from, number of the branch, to, dashed) of each line between cards, each once."""
        for other in group.beside:
            if other in place:
                yield other, -1, group.id, True
        seen: list[str] = []
        for number, branch in enumerate(group.exits):
            if branch.go in place and branch.go not in seen:
                seen.append(branch.go)
                yield group.id, number, branch.go, branch.go in group.beside

    def _tables(self) -> Iterator[str]:
        drawing = self._drawing
        names: list[str] = []
        if drawing.rules:
            yield '  subgraph "cluster_rules:" {'
            frame = {"label": stacked([(bold("Rules"), 14), (escape(_RULES), 10)])}
            yield f"    graph {attributes(frame | _RULE_FRAME)}"
            tables = rule_tables(drawing, self._href, self._moment)
            for number, table in enumerate(tables):
                names.append(quoted(f"rules:{number}"))
                yield f"    {names[-1]} {attributes({'label': table} | _PLAIN)}"
            yield "  }"
            yield f"  {{ rank=same; {' '.join(f'{name};' for name in names)} }}"
        for one, following in pairwise(names):
            yield f"  {one} -> {following} [style=invis]"
        for group in drawing.groups if names else ():
            yield f"  {_lowest(group)} -> {names[0]} [style=invis, weight=0]"


def _columns(group: Group) -> Iterator[str]:
    """Invisible edges that keep the steps in their cells."""
    by_row: dict[int, list[Node]] = {}
    for node in sorted(group.nodes, key=lambda one: (one.row, one.column)):
        by_row.setdefault(node.row, []).append(node)
    above: dict[int, str] = {}
    before: dict[int, str] = {}
    for row in by_row.values():
        here = {node.column: _name(group, node.id) for node in row}
        for one, following in pairwise(here.values()):
            yield f"{{ rank=same; {one} -> {following} [style=invis]; }}"
        for column, name in here.items():
            yield f"{above.get(column, _card(group))} -> {name} [style=invis, weight=10]"
        if before and not before.keys() & here.keys():
            yield f"{next(iter(before.values()))} -> {next(iter(here.values()))} [style=invis]"
        above |= here
        before = here


def _lowest(group: Group) -> str:
    """What stands lowest, and furthest left, in a stage: its card, if it has no step."""
    node = max(group.nodes, key=lambda one: (one.row, -one.column), default=None)
    return _card(group) if node is None else _name(group, node.id)


def _line(link: Link) -> str:
    match link.kind:
        # The cells say who stands below whom. An edge that said it again would pull, and
        # Graphviz then lets columns change places.
        case "after":
            look = {"constraint": "false"}
        case "any":
            look = {"label": IF[link.kind]}
        case "declined" | "unreachable":
            look = {"style": "dashed", "label": IF[link.kind], "constraint": "false"}
        case "rejected":
            look = {"style": "dashed", "label": IF[link.kind], "constraint": "false"}
            look |= {"tailport": "e", "headport": "e"}
    return attributes(look)


def _name(group: Group, step: str) -> str:
    return quoted(f"{group.id}/{step}")


def _card(group: Group) -> str:
    return _card_of(group.id)


def _card_of(stage: str) -> str:
    return quoted(f"{stage}:")


_PLAIN = {"shape": "plain", "style": "", "tooltip": " "}
_RULE_FRAME = {"style": "rounded", "color": QUIET, "margin": "10", "id": "rules"}
_RULES = "in force at any time unless said otherwise; alarms, whatever step a patient is at"
_GRAPH = {
    "rankdir": "TB",
    "newrank": "true",
    "compound": "true",
    "nodesep": "0.18",
    "ranksep": "0.22",
    "labelloc": "t",
    "fontname": _FONT,
    "fontcolor": INK,
    # A3, landscape, with a margin: never enlarged.
    "size": "16.3,11.5",
}
_NODE = {
    "fontname": _FONT,
    "fontsize": "9",
    "fontcolor": INK,
    "width": "2.1",
    "margin": "0.08,0.05",
}
_EDGE = {"fontname": _FONT, "fontsize": "9", "fontcolor": INK, "color": DARK, "arrowsize": "0.7"}
