"""The data folder of ``careway up``: one program at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from worker.errors import WorkerError

LOCK = "careway.lock"


class FolderInUse(WorkerError):
    """Another ``careway up`` runs on the same data folder."""


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the folder. The operating system lets go of it however this program ends.

    Raises ``FolderInUse``: two servers on one database would tear it apart."""
    with (folder / LOCK).open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise FolderInUse(
                f"Careway is already up in {folder} (process {lock.read().strip() or 'unknown'}). "
                "Stop it first, or give another folder with --data."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
