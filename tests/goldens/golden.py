"""Golden histories: runs of real journeys, recorded by each release and never changed again.

A journey lives for years and is replayed by every release that comes after the one that began
it. So each release leaves a handful of histories here, and with each of them the record that
its decisions made, which is no part of a history. ``manifest.json`` holds their digests, and
the digest of the manifest before it: rewriting an old golden would break every one after it."""

from __future__ import annotations

import hashlib
import json
import lzma
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from temporalio.client import WorkflowHistory

from pathways.journey.effects import RecordBatch
from worker.demo.keeping import read_history

HISTORIES = Path(__file__).with_name("histories")
MANIFEST = "manifest.json"
HISTORY, DECIDED = ".json.xz", ".decided.json.xz"


@dataclass(frozen=True)
class Golden:
    """One recorded run: ``NAME.json.xz``, and ``NAME.decided.json.xz`` beside it."""

    release: str
    name: str
    folder: Path

    def history(self) -> WorkflowHistory:
        """A copy of its own: whoever changes it changes nobody else's."""
        return read_history(self.folder / f"{self.name}{HISTORY}")

    def decided(self) -> list[RecordBatch]:
        """What the run wanted recorded, in order."""
        packed = (self.folder / f"{self.name}{DECIDED}").read_bytes()
        return msgspec.json.decode(lzma.decompress(packed), type=list[RecordBatch])


def pack_decided(batches: Iterable[RecordBatch]) -> bytes:
    """The bytes of a ``.decided.json.xz``."""
    return lzma.compress(msgspec.json.encode(list(batches)), preset=9)


def releases(root: Path = HISTORIES) -> list[str]:
    """The releases that left goldens, oldest first (``2026.2`` before ``2026.10``)."""
    names = [folder.name for folder in root.iterdir() if folder.is_dir()]
    return sorted(names, key=lambda name: [int(part) for part in name.split(".")])


def goldens(root: Path = HISTORIES) -> list[Golden]:
    """All of them."""
    return [
        Golden(release, file.name.removesuffix(HISTORY), file.parent)
        for release in releases(root)
        for file in sorted((root / release).glob(f"*{HISTORY}"))
        if not file.name.endswith(DECIDED)
    ]


def manifest(release: str, root: Path = HISTORIES) -> dict[str, Any]:
    """What the release says of its files."""
    return dict(json.loads((root / release / MANIFEST).read_text("utf-8")))


def digests(folder: Path) -> dict[str, str]:
    """File name -> SHA-256, of all files but the manifest."""
    files = sorted(file for file in folder.iterdir() if file.name != MANIFEST)
    return {file.name: sha256(file) for file in files}


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def previous(release: str, root: Path = HISTORIES) -> dict[str, str] | None:
    """The release before, and the digest of its manifest: a link of the chain."""
    earlier = [one for one in releases(root) if one != release]
    key = [int(part) for part in release.split(".")]
    earlier = [one for one in earlier if [int(part) for part in one.split(".")] < key]
    if not earlier:
        return None
    return {"release": earlier[-1], "sha256": sha256(root / earlier[-1] / MANIFEST)}
