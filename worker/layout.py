"""Laying out DOT as SVG: the ``graphviz-pure`` program as a child process."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from worker.errors import WorkerError

_PATIENCE = 60.0
"""Seconds; the largest pathway that ships takes a tenth of one."""


class LayoutError(WorkerError):
    """The picture could not be laid out."""


def svg(dot: str) -> str:
    """The drawing as SVG. The same DOT gives the same bytes on every machine."""
    program = find_program()
    try:
        done = subprocess.run(
            [program, "-Tsvg"],
            input=dot.encode(),
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise LayoutError(
            f"graphviz-pure did not lay the picture out within {_PATIENCE:g} seconds. "
            "Draw one stage (--stage), or take --format mermaid."
        ) from None
    if done.returncode != 0:
        # Its warnings about letters without a hard-coded width are of no use to anyone.
        said = [line for line in done.stderr.decode().splitlines() if "Warning" not in line]
        raise LayoutError(f"graphviz-pure could not lay the picture out: {' '.join(said)}")
    return done.stdout.decode()


def find_program() -> Path:
    """``graphviz-pure``: beside the running Python, else on the search path."""
    beside = Path(sys.executable).with_name("graphviz-pure")
    if beside.is_file():
        return beside
    found = shutil.which("graphviz-pure")
    if found is None:
        raise LayoutError(
            "graphviz-pure is not installed, so there is no SVG: pip install graphviz-pure. "
            "--format dot and --format mermaid work without it."
        )
    return Path(found)
