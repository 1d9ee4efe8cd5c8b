"""A drawing as a Mermaid flowchart, for pages that draw it themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pathways.compiled import Verb
from pathways.drawing.colours import DARK, INK, PAPER, QUIET, SYSTEM
from pathways.drawing.description import IF, Drawing, Exit, Group, Node, RuleLine
from pathways.drawing.marks import LOOKS, Moment, mark_text
from pathways.narrative import day_and_time

SHAPES: dict[Verb, tuple[str, str]] = {
    "assess": ("[", "]"),
    "plan": ("[", "]"),
    "approve": ("[", "]"),
    "educate": ("[", "]"),
    "refer": ("[", "]"),
    "authorize": ("[", "]"),
    "reconcile": ("[", "]"),
    "task": ("[", "]"),
    "transition": ("[", "]"),
    "schedule": ("(", ")"),
    "notify": (">", "]"),
    "decide": ("{", "}"),
    "monitor": ("[(", ")]"),
    "wait": ("{{", "}}"),
    "milestone": ("([", "])"),
}
"""Brackets of each verb: the same shapes as in DOT, as near as Mermaid has them."""


def as_mermaid(
    drawing: Drawing, href: Callable[[str, int], str], moment: Moment | None = None
) -> str:
    """The drawing as Mermaid text. ``moment`` says instants of a course; without it, in UTC."""
    writer = _Writer(drawing, href, moment or (lambda instant: day_and_time(None, instant)))
    return "\n".join(writer.lines()) + "\n"


class _Writer:
    def __init__(self, drawing: Drawing, href: Callable[[str, int], str], moment: Moment) -> None:
        self._drawing = drawing
        self._href = href
        self._moment = moment
        self._colours = {
            role: f"owner{number}" for number, role in enumerate(drawing.owners, start=1)
        }

    def lines(self) -> Iterator[str]:
        drawing = self._drawing
        course = f"; {drawing.course}" if drawing.course else ""
        yield "---"
        yield f"title: {_quoted(f'{drawing.title}, version {drawing.version}{course}')}"
        yield "---"
        yield "flowchart LR"
        for group in drawing.groups:
            yield from self._group(group)
        yield from self._between()
        yield from self._rules()
        yield from self._legend()
        yield from self._classes()

    def _group(self, group: Group) -> Iterator[str]:
        words = [group.title, group.heading, group.every]
        if group.complete:
            words.append(f"complete when {group.complete}")
        yield f"  subgraph {_stage(group.id)}[{_lines(words)}]"
        yield "    direction TB"
        for node in group.nodes:
            yield f"    {self._node(group, node)}"
        for link in group.links:
            label = "" if link.kind == "after" else f"|{IF[link.kind]}|"
            arrow = "-->" if link.kind == "after" else "-.->"
            yield f"    {_step(group, link.tail)} {arrow}{label} {_step(group, link.head)}"
        yield "  end"

    def _node(self, group: Group, node: Node) -> str:
        mark = mark_text(node.mark, self._moment) if node.mark else ""
        words = (node.title, node.summary, node.timing, node.condition, node.late, mark)
        opening, closing = SHAPES[node.verb]
        return f"{_step(group, node.id)}{opening}{_lines(words)}{closing}"

    def _between(self) -> Iterator[str]:
        drawn = {group.id for group in self._drawing.groups}
        for group in self._drawing.groups:
            for other in group.beside:
                if other in drawn:
                    yield f"  {_stage(other)} -.->|{_quoted(group.every)}| {_stage(group.id)}"
            for branch in group.exits:
                if branch.go != "discharge" and branch.go not in drawn:
                    # One stage is drawn alone: where it leads is said, not drawn.
                    yield f"  {_stage(branch.go)}[{_quoted(branch.target)}]"
                yield f"  {self._exit(group, branch)}"

    def _exit(self, group: Group, branch: Exit) -> str:
        words = f"if {branch.condition}" if branch.condition else "otherwise"
        if len(group.exits) == 1:
            words = "then"
        label = f"|{_quoted(words)}|"
        if branch.go == "discharge":
            end = f"end_{_word(branch.disposition)}([{_quoted(branch.target)}])"
            return f"{_stage(group.id)} -->{label} {end}"
        arrow = "-.->" if branch.go in group.beside else "-->"
        return f"{_stage(group.id)} {arrow}{label} {_stage(branch.go)}"

    def _rules(self) -> Iterator[str]:
        if not self._drawing.rules:
            return
        yield '  subgraph rules["Rules, in force at any time unless said otherwise"]'
        yield "    direction TB"
        for rule in self._drawing.rules:
            during = f"during {rule.during}" if rule.during else ""
            mark = mark_text(rule.mark, self._moment) if rule.mark else ""
            yield f"    when_{_word(rule.id)}[{_lines((rule.trigger, during))}]"
            done = (rule.action, rule.owner.replace("-", " "), rule.response, mark)
            yield f"    rule_{_word(rule.id)}[{_lines(done)}]"
            yield f"    when_{_word(rule.id)} --> rule_{_word(rule.id)}"
        yield "  end"

    def _legend(self) -> Iterator[str]:
        yield '  subgraph legend["Who"]'
        for role, name in self._colours.items():
            yield f"    legend_{name}[{_quoted(role.replace('-', ' '))}]"
        yield '    legend_careway["Careway, by itself"]'
        yield "  end"

    def _classes(self) -> Iterator[str]:
        drawing = self._drawing
        for role, fill in drawing.owners.items():
            yield f"  classDef {self._colours[role]} fill:{fill},color:{INK},stroke:{QUIET}"
            yield f"  class legend_{self._colours[role]} {self._colours[role]}"
        yield f"  classDef careway fill:{SYSTEM},color:{INK},stroke:{QUIET}"
        yield "  class legend_careway careway"
        yield f"  classDef untouched fill:{PAPER},color:{INK},stroke:{QUIET}"
        yield f"  classDef ends fill:{DARK},color:{PAPER},stroke:{DARK}"
        ends = [b for g in drawing.groups for b in g.exits if b.go == "discharge"]
        for name in dict.fromkeys(_word(branch.disposition) for branch in ends):
            yield f"  class end_{name} ends"
        for group in drawing.groups:
            for node in group.nodes:
                yield from self._dressed(_step(group, node.id), node)
        for rule in drawing.rules:
            yield from self._dressed(f"rule_{_word(rule.id)}", rule)

    def _dressed(self, name: str, one: Node | RuleLine) -> Iterator[str]:
        colour = self._colours.get(one.owner, "careway")
        reached = not self._drawing.course or one.mark is not None
        yield f"  class {name} {colour if reached else 'untouched'}"
        if one.mark is not None:
            look = LOOKS[one.mark.status]
            dashes = "" if look.style == "solid" else ",stroke-dasharray:5 3"
            yield f"  style {name} stroke:{look.line},stroke-width:{look.width:g}px{dashes}"
        where = self._href(self._drawing.file, one.line)
        yield f"  click {name} href {_quoted(where)} {_quoted(one.place)}"


def _stage(identity: str) -> str:
    return f"stage_{_word(identity)}"


def _step(group: Group, step: str) -> str:
    return f"step_{_word(group.id)}__{_word(step)}"


def _word(identity: str) -> str:
    """An id as Mermaid takes it: a hyphen may read as the beginning of an arrow."""
    return identity.replace("-", "_")


def _lines(words: list[str] | tuple[str, ...]) -> str:
    return '"' + "<br/>".join(_escaped(word) for word in words if word) + '"'


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    """Mermaid's own entities, so that no text of an author is markup."""
    found = text.replace("#", "#35;").replace("&", "#amp;").replace('"', "#quot;")
    return found.replace("<", "#lt;").replace(">", "#gt;").replace("\n", " ")
