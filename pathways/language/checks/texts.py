"""Texts: every message can be rendered for every recipient."""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pathways.language.defaults import contact_of, unreachable_of
from pathways.language.definition import Definition
from pathways.language.issues import Issue, Place, suggest
from pathways.language.models import MessageModels
from pathways.language.tree import Mapping, Node, Scalar, at

_environment = ImmutableSandboxedEnvironment(autoescape=False)

_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Const,
    nodes.If,
    nodes.Compare,
    nodes.Operand,
    nodes.Test,
    nodes.And,
    nodes.Or,
    nodes.Not,
)
"""A message is text with variables, and at most an ``if``: no loops, includes or calculations."""

EVERYWHERE = frozenset(
    {
        "patient.name",
        "recipient.name",
        "organisation.name",
        "organisation.phone",
        "pathway.title",
    }
)
STEP = frozenset({"step.title"})
OPTIONAL = frozenset({"caregiver.name"})
"""Not every patient has a caregiver: known only inside ``{% if caregiver is defined %}``."""
APPOINTMENT = frozenset(
    {"appointment.when", "appointment.service", "appointment.provider", "appointment.place"}
)
TASK = frozenset({"task.title", "task.due"})


def known_variables(message: str) -> frozenset[str]:
    """What a template may mention: of appointments and tasks only in the messages that
    the kernel sends about them."""
    if message.startswith("appointment-"):
        return EVERYWHERE | APPOINTMENT
    return EVERYWHERE | (TASK if message.startswith("task-") else STEP)


def messages(definition: Definition) -> Iterator[Issue]:
    """Every message has an English text, and no template asks for what nobody knows."""
    yield from message_issues(definition.root, definition.pathway.messages)


def message_issues(root: Mapping, messages: MessageModels) -> Iterator[Issue]:
    """What is wrong with the messages under the key ``messages`` of ``root``."""
    for name, texts in messages.items():
        if "en" not in texts:
            declared = at(root, ("messages",))
            yield Issue(
                "no-english",
                f'The message "{name}" has no English text, the one for all other languages.',
                declared.key_place(name) if isinstance(declared, Mapping) else declared.place,
                hint="Add en: {subject: ..., body: ...}.",
            )
        for language, text in texts.items():
            path = ("messages", name, language)
            if "\n" in text.subject.strip():
                message = f'The subject of "{name}" has more than one line.'
                place = at(root, (*path, "subject")).place
                yield Issue("long-subject", message, place, hint="Put it on one line.")
            for field, source in (("subject", text.subject), ("body", text.body)):
                yield from _template(at(root, (*path, field)), name, source)


def _template(node: Node, message: str, source: str) -> Iterator[Issue]:
    try:
        tree = _environment.parse(source)
    except TemplateSyntaxError as error:
        text = f"The template cannot be read: {error.message}"
        place = _line_of(node, error.lineno)
        yield Issue("bad-template", text, place, hint="Write {{ patient.name }}.")
        return
    for part in tree.find_all(nodes.Node):
        if not isinstance(part, _ALLOWED):
            yield Issue(
                "bad-template",
                f"A message may not use Jinja's {type(part).__name__.lower()}.",
                _line_of(node, part.lineno),
                hint="Use variables, such as {{ patient.name }}, and if.",
            )
            return
    known = known_variables(message)
    for name, line, guarded in mentioned(tree):
        if name in known or (guarded and name in OPTIONAL):
            continue
        hint = suggest(name, known) or f"Known here: {', '.join(sorted(known))}."
        if name in OPTIONAL:
            hint = "Write {% if caregiver is defined %}...{% endif %} around it."
        text = f'"{name}" is not known in the message "{message}".'
        if name in OPTIONAL:
            text = f'"{name}" is not known for a patient without a caregiver.'
        yield Issue("unknown-variable", text, _line_of(node, line), hint=hint)


def mentioned(tree: nodes.Template) -> tuple[tuple[str, int, bool], ...]:
    """The variables that a template takes from outside: ``root.attribute``, line, and whether
    an ``if root is defined`` stands around it.

    ``jinja2.meta`` knows only roots; a misspelt attribute would fail as badly when sent.
    """
    guarded, asked = _guards(tree)
    found: dict[tuple[str, int, bool], None] = {}
    inner = set(asked)
    parts: list[tuple[nodes.Getattr | nodes.Getitem, str]] = []
    parts += [(node, node.attr) for node in tree.find_all(nodes.Getattr)]
    parts += [(node, _item(node)) for node in tree.find_all(nodes.Getitem)]
    for node, part in parts:
        root = node.node
        if isinstance(root, nodes.Name):
            inner.add(id(root))
            safe = (id(root), root.name) in guarded
            found[f"{root.name}.{part}", node.lineno, safe] = None
    for name in tree.find_all(nodes.Name):
        if id(name) not in inner:
            found[name.name, name.lineno, False] = None
    return tuple(sorted(found, key=lambda one: (one[1], one[0])))


def _guards(tree: nodes.Template) -> tuple[set[tuple[int, str]], set[int]]:
    """Names (by node) inside an ``if NAME is defined``, and the names in those tests."""
    guarded: set[tuple[int, str]] = set()
    asked: set[int] = set()
    for branch in tree.find_all(nodes.If):
        test = branch.test
        if not isinstance(test, nodes.Test) or test.name != "defined":
            continue
        if not isinstance(test.node, nodes.Name):
            continue
        asked.add(id(test.node))
        for child in branch.body:
            names = [child, *child.find_all(nodes.Name)]
            guarded |= {
                (id(one), one.name)
                for one in names
                if isinstance(one, nodes.Name) and one.name == test.node.name
            }
    return guarded, asked


def _item(node: nodes.Getitem) -> str:
    return str(node.arg.value) if isinstance(node.arg, nodes.Const) else "?"


def _line_of(node: Node, line: int) -> Place:
    """The place of a template's line: exact in a block (``|``), else where the text begins."""
    if isinstance(node, Scalar) and node.style == "|":
        return Place(node.place.file, node.place.line + line, 1)
    return node.place


def unused(definition: Definition) -> Iterator[Issue]:
    """Declared and never used: often a misspelling elsewhere."""
    pathway = definition.pathway
    sent = {
        getattr(getattr(deed, verb, None), "message", None)
        for _, deed in definition.deeds
        for verb in ("notify", "educate", "monitor")
    }
    sent |= {unreachable_of(deed).message for _, deed in definition.deeds if contact_of(deed)}
    for name in pathway.messages:
        if name not in sent and name not in definition.shelf.messages:
            message = f'The message "{name}" is never sent.'
            place = definition.key("messages", name)
            yield Issue("unused", message, place, hint="Remove it.", severity="warning")
    cited = {deed.evidence for _, deed in definition.deeds}
    cited |= {stage.evidence for stage in pathway.stages}
    cited |= {goal.evidence for goal in pathway.goals}
    cited |= {term.evidence for term in pathway.terms.values()}
    for i, evidence in enumerate(pathway.evidence):
        if evidence.id not in cited:
            message = f'Nothing refers to the evidence "{evidence.id}".'
            place = definition.place("evidence", i, "id")
            yield Issue("unused", message, place, hint="Remove it.", severity="warning")
