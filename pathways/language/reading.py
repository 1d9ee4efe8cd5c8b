"""Reading YAML as data with places.

The tree is built from the parser's events, without recursion, and the limits are checked
on each event: hostile input (deep nesting, alias bombs, huge scalars) ends the reading
before it costs anything.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Literal

import yaml
from yamlcore import CCoreLoader

from pathways.language.issues import Issue, Place, Related
from pathways.language.tree import Entry, Mapping, Node, Scalar, Sequence

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32
MAX_NODES = 10_000
MAX_SCALAR = 16 * 1024
_REMEMBERED = 256
"""Trees kept: the files of a folder that others refer to, and the one at hand."""

_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff"
    "\ufffe\uffff\ud800-\udfff]"
)
"""Control characters, line breaks that editors do not count, and characters that reorder
the text on screen, so that what a reviewer reads is what runs."""

_NUMBER = re.compile(r"[-+]?([0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)")

_HINTS = (
    (
        "cannot start any token",
        "Indent with spaces, not tabs; a text that begins with % @ ` needs quotes.",
    ),
    ("mapping values are not allowed", "A text that holds a colon and a space needs quotes."),
    ("could not find expected ':'", "Is a colon missing at the end of this key, or a quote?"),
    (
        "did not find expected key",
        "Check the indentation: this line does not line up with its neighbours.",
    ),
    ("did not find expected '-' indicator", "Check the indentation of this list item."),
    ("did not find expected ',' or", "Is a comma or a closing bracket missing?"),
    ("unexpected end of stream", "Is a closing quote missing?"),
)


class _Refused(Exception):
    """Carries the issue that ends the reading."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(issue.message)
        self.issue = issue


def read_yaml(text: str | bytes, file: str) -> tuple[Node | None, list[Issue]]:
    """Read one YAML document.

    The tree is ``None`` when the text cannot be read as plain data; duplicate keys are
    issues too, but leave a tree (with the first of them).
    """
    root, issues = _read(text, file)
    return root, list(issues)


@lru_cache(_REMEMBERED)
def _read(text: str | bytes, file: str) -> tuple[Node | None, tuple[Issue, ...]]:
    """A file is read to see what it is, then as that, and again by what refers to it; its tree
    cannot be changed, so that all of them share it."""
    try:
        root, issues = _Builder(_decoded(text, file), file).build()
    except _Refused as refused:
        return None, (refused.issue,)
    return root, tuple(issues)


def _decoded(text: str | bytes, file: str) -> str:
    start = Place(file, 1, 1)
    size = len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise _Refused(
            Issue(
                "too-large",
                f"The file has {size:,} bytes; a definition may have {MAX_BYTES:,}.",
                start,
                hint="Split the pathway in two.",
            )
        )
    if isinstance(text, bytes):
        raw = text
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            raise _Refused(
                Issue(
                    "not-utf-8",
                    f"Byte {error.start + 1} of the file is not UTF-8.",
                    Place(file, line, 1),
                    hint="Save the file as UTF-8.",
                )
            ) from None
    text = text.removeprefix("\ufeff")
    found = _FORBIDDEN.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        raise _Refused(_forbidden_character(found.group(), Place(file, line, column)))
    return text


def _forbidden_character(character: str, place: Place) -> Issue:
    return Issue(
        "control-character",
        f"The character U+{ord(character):04X} is not visible as text and may not stand here.",
        place,
        hint="Remove it.",
    )


class _Open:
    """A mapping or sequence whose end has not been read yet."""

    def __init__(self, kind: Literal["mapping", "sequence"], place: Place) -> None:
        self.kind = kind
        self.place = place
        self.items: list[Node] = []
        self.entries: dict[str, Entry] = {}
        self.key: Scalar | None = None
        self.expects_key = kind == "mapping"

    def closed(self) -> Mapping | Sequence:
        if self.kind == "mapping":
            return Mapping(self.place, tuple(self.entries.values()))
        return Sequence(self.place, tuple(self.items))


class _Builder:
    def __init__(self, text: str, file: str) -> None:
        self._loader = CCoreLoader(text)
        self._file = file
        self._issues: list[Issue] = []
        self._open: list[_Open] = []
        self._nodes = 0
        self._root: Node | None = None
        self._whole = True

    def build(self) -> tuple[Node | None, list[Issue]]:
        documents = 0
        try:
            while self._loader.check_event():
                event = self._loader.get_event()
                if isinstance(event, yaml.DocumentStartEvent):
                    documents += 1
                    self._document(event, documents)
                else:
                    self._event(event)
        except yaml.MarkedYAMLError as error:
            raise _Refused(self._syntax_issue(error)) from None
        finally:
            self._loader.dispose()
        if documents == 0 or self._root is None:
            if self._whole:
                place = Place(self._file, 1, 1)
                self._issues.append(Issue("empty-file", "The file holds no definition.", place))
            return None, self._issues
        return (self._root if self._whole else None), self._issues

    def _document(self, event: yaml.DocumentStartEvent, count: int) -> None:
        place = self._place(event.start_mark)
        if count > 1:
            message = "A second document begins here; a definition is one document."
            raise _Refused(
                Issue("several-documents", message, place, hint="Put it into a file of its own.")
            )
        if event.version or event.tags:
            self._refuse("directive", "YAML directives (%) are not part of the language.", place)

    def _event(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.NodeEvent):
            self._node(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._add(self._open.pop().closed())

    def _node(self, event: yaml.NodeEvent) -> None:
        place = self._place(event.start_mark)
        self._nodes += 1
        if self._nodes > MAX_NODES:
            message = f"The definition has more than {MAX_NODES:,} values."
            raise _Refused(
                Issue("too-many-nodes", message, place, hint="Split the pathway in two.")
            )
        if isinstance(event, yaml.AliasEvent):
            self._refuse("alias", f'"*{event.anchor}" is a YAML alias.', place, "Write it out.")
            self._add(Scalar(place, "", None))
            return
        if event.anchor is not None:
            self._refuse("anchor", f'"&{event.anchor}" is a YAML anchor.', place, "Remove it.")
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._refuse("tag", f'"{tag}" is a YAML tag.', place, "Remove it.")
        if isinstance(event, yaml.ScalarEvent):
            self._add(self._scalar(event, place))
            return
        self._refuse_collection_as_key(place)
        if len(self._open) >= MAX_DEPTH:
            message = f"Values are nested more than {MAX_DEPTH} deep here."
            raise _Refused(Issue("too-deep", message, place, hint="Write it flatter."))
        kind: Literal["mapping", "sequence"] = (
            "mapping" if isinstance(event, yaml.MappingStartEvent) else "sequence"
        )
        self._open.append(_Open(kind, place))

    def _refuse_collection_as_key(self, place: Place) -> None:
        if self._open and self._open[-1].expects_key:
            message = "A key must be a plain word here."
            raise _Refused(
                Issue(
                    "key-not-text",
                    message,
                    place,
                    hint='A text that begins with "{" or "[" needs quotes.',
                )
            )

    def _scalar(self, event: yaml.ScalarEvent, place: Place) -> Scalar:
        text = event.value
        if len(text) > MAX_SCALAR:
            message = f"This text has {len(text):,} characters; {MAX_SCALAR:,} are allowed."
            raise _Refused(Issue("scalar-too-long", message, place, hint="Shorten it."))
        found = _FORBIDDEN.search(text)
        if found:
            raise _Refused(_forbidden_character(found.group(), place))
        lines = self._place(event.end_mark).line - place.line + 1
        style = event.style or ""
        value = text if style or event.tag else _core_value(text)
        return Scalar(place, text, value, style, lines)

    def _add(self, node: Node) -> None:
        if not self._open:
            self._root = node
            return
        parent = self._open[-1]
        if parent.kind == "sequence":
            parent.items.append(node)
        elif parent.expects_key and isinstance(node, Scalar):
            parent.key, parent.expects_key = node, False
            if node.text == "<<" and not node.style:
                self._refuse(
                    "merge-key", '"<<" merges mappings in YAML 1.1.', node.place, "Write it out."
                )
        elif parent.key is not None:
            self._entry(parent, Entry(parent.key, node))
            parent.key, parent.expects_key = None, True

    def _entry(self, parent: _Open, entry: Entry) -> None:
        first = parent.entries.get(entry.key.text)
        if first is None:
            parent.entries[entry.key.text] = entry
            return
        self._issues.append(
            Issue(
                "duplicate-key",
                f'The key "{entry.key.text}" stands here for the second time.',
                entry.key.place,
                related=(Related(first.key.place, "It stands here first."),),
                hint="Keep one of the two.",
            )
        )

    def _refuse(self, code: str, fact: str, place: Place, remedy: str = "Remove it.") -> None:
        self._whole = False
        message = fact if fact.endswith("language.") else f"{fact} Definitions are plain data."
        self._issues.append(Issue(code, message, place, hint=remedy))

    def _place(self, mark: Any) -> Place:
        """A mark of libyaml (or of PyYAML, or none at all) as a place."""
        if mark is None:
            return Place(self._file, 1, 1)
        return Place(self._file, mark.line + 1, mark.column + 1)

    def _syntax_issue(self, error: yaml.MarkedYAMLError) -> Issue:
        place = self._place(error.problem_mark or error.context_mark)
        problem = error.problem or "the text is not YAML"
        context = f" ({error.context})" if error.context else ""
        hint = next((hint for part, hint in _HINTS if part in problem), "")
        return Issue(
            "not-yaml", f"The YAML cannot be read here: {problem}{context}.", place, hint=hint
        )


@lru_cache(8192)
def _core_value(text: str) -> str | int | float | bool | None:
    """What YAML 1.2's core schema makes of a plain scalar. Definitions are made of few words,
    each written thousands of times."""
    loader = CCoreLoader("")
    try:
        tag = loader.resolve(yaml.ScalarNode, text, (True, False))
        if tag.endswith(":str"):
            return text
        if tag.endswith(":int") and len(text) > 18:
            return float(text) if _NUMBER.fullmatch(text) and text[1:2] not in "ox" else text
        value = loader.construct_object(yaml.ScalarNode(tag, text))
        return value if value is None or isinstance(value, str | int | float | bool) else text
    finally:
        loader.dispose()
