"""Record this release's golden histories: ``python -m tests.goldens.bless``.

Plays the short demo of the tests on a real server and keeps a handful of its runs. A release
that left its goldens keeps them: nothing is ever written over (``--if-new``: then say so and
leave it at that, for ``make bless``)."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

from tests.demo.playing import DIED, LOW, THREE, played
from tests.goldens.golden import (
    DECIDED,
    HISTORIES,
    HISTORY,
    MANIFEST,
    digests,
    pack_decided,
    previous,
    releases,
)
from worker.demo import keeping
from worker.replaying import replay

CHOSEN = (
    f"{THREE}-01",  # three enrollments, older results to review
    f"{THREE}-03",  # continued, a stay in hospital
    f"{LOW}-01",
    f"{LOW}-02",  # a severe low, an examination declined, missed appointments
    f"{LOW}-03",  # a hold, and its end
    f"{DIED}-01",  # a death reported, verified, and the end of the journey
)
"""Runs of the short demo that become goldens."""


class NotBlessed(Exception):
    """Nothing was recorded; the message says why."""


def main(arguments: Sequence[str], root: Path = HISTORIES) -> int:
    """0: recorded (or, with ``--if-new``, recorded before); 1: refused."""
    release = this_release()
    root.mkdir(exist_ok=True)
    try:
        refuse_to_rewrite(release, root)
    except NotBlessed as refusal:
        print(refusal)
        return 0 if "--if-new" in arguments else 1
    try:
        with tempfile.TemporaryDirectory(prefix="careway-goldens-") as folder:
            code, said = played(Path(folder))
            if code:
                raise NotBlessed(f"{said}\nThe demo proved something wrong: nothing was recorded.")
            asyncio.run(add(release, Path(folder) / keeping.HISTORIES, root))
    except NotBlessed as refusal:
        print(refusal)
        return 1
    print(f"Recorded {len(CHOSEN)} golden histories of release {release}.")
    return 0


def this_release() -> str:
    """``2026.1`` of version ``2026.1.dev0`` or ``2026.1.3``: what its journeys are called."""
    project = Path(__file__).resolve().parents[2] / "pyproject.toml"
    version = str(tomllib.loads(project.read_text("utf-8"))["project"]["version"])
    return ".".join(version.split(".")[:2])


def refuse_to_rewrite(release: str, root: Path = HISTORIES) -> None:
    """Raises ``NotBlessed`` when the release has its goldens."""
    if release in releases(root):
        raise NotBlessed(
            f"Release {release} has its golden histories: they are never rewritten. When they "
            "no longer replay, journeys begun with it would not go on either: change the code. "
            "New ones come with the next version in pyproject.toml."
        )


async def add(release: str, runs: Path, root: Path = HISTORIES) -> None:
    """Add the chosen of the histories in ``runs`` as those of ``release``, all or none."""
    refuse_to_rewrite(release, root)
    missing = [name for name in CHOSEN if not (runs / f"{name}{HISTORY}").is_file()]
    if missing:
        raise NotBlessed(f"The demo made no {', '.join(missing)}: choose other runs in CHOSEN.")
    with tempfile.TemporaryDirectory(dir=root.parent, prefix="golden-") as folder:
        made = Path(folder) / release
        made.mkdir()
        for name in CHOSEN:
            shutil.copyfile(runs / f"{name}{HISTORY}", made / f"{name}{HISTORY}")
            replayed = await replay(keeping.read_history(made / f"{name}{HISTORY}"))
            if replayed.differences:
                raise NotBlessed(f"{name} does not replay: {'; '.join(replayed.differences)}")
            (made / f"{name}{DECIDED}").write_bytes(pack_decided(replayed.batches))
        said = {"release": release, "previous": previous(release, root), "files": digests(made)}
        (made / MANIFEST).write_text(json.dumps(said, indent=2) + "\n", "utf-8")
        made.rename(root / release)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
