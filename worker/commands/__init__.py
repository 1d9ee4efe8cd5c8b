"""The commands that people use: ``careway``.

Exit codes: 0 done; 1 refused, wrong or not reachable, said in a sentence; 2 wrong usage.
With ``CAREWAY_DEBUG=1`` an unexpected error shows its traceback.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from worker.commands.application import app, run

__all__ = ["app", "main", "run"]


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line, and leave the process with its exit code."""
    code = run(sys.argv[1:] if arguments is None else arguments)
    if "temporalio.bridge" in sys.modules:
        # The SDK's runtime may abort the process while Python winds down (sdk-python #300).
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except OSError:
                code = code or 1
        os._exit(code)
    sys.exit(code)
