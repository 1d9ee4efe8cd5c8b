"""Texts and attributes as DOT has them. Texts of authors are escaped here."""

from __future__ import annotations

from html import escape
from textwrap import wrap


def stacked(lines: list[tuple[str, int]]) -> str:
    """Lines of markup, each with its size in points, as an HTML-like label."""
    sized = (f'<font point-size="{size}">{text}</font>' for text, size in lines)
    return f"<{'<br/>'.join(sized)}>"


def bold(text: str) -> str:
    """Markup of a bold text."""
    return f"<b>{escape(text)}</b>"


def italic(text: str) -> str:
    """Markup of a text in italics."""
    return f"<i>{escape(text)}</i>"


def broken(text: str, width: int, most: int) -> str:
    """Markup of a text in italics, broken into at most ``most`` lines."""
    return "<br/>".join(italic(line) for line in cut(wrap(text, width), most))


def cut(lines: list[str], most: int) -> list[str]:
    """The first lines, the last of them saying that there were more."""
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1]} …"]


def quoted(text: str) -> str:
    """A quoted string of DOT."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{quoted}"'


def attributes(found: dict[str, str]) -> str:
    """An attribute list of DOT; a label that begins with ``<`` is HTML-like."""
    parts = (
        f"{key}={v if key == 'label' and v[:1] == '<' else quoted(v)}" for key, v in found.items()
    )
    return f"[{', '.join(parts)}]"
