"""Canonical JSON and digests.

RFC 8785 would also do; ``msgspec`` with sorted keys gives the same bytes for our types
(no floats beyond shortest-repr, no NaN) and is loaded in the workflow sandbox anyway.
"""

from __future__ import annotations

import hashlib
import zlib
from base64 import b64decode, b64encode
from functools import lru_cache

import msgspec

from pathways.compiled import CompiledPathway

_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(CompiledPathway)


class DigestMismatch(ValueError):
    """A packed pathway is not what its digest says."""


class PinnedPathway(msgspec.Struct, frozen=True):
    """A compiled pathway as it travels: digest and compressed canonical JSON."""

    digest: str
    packed: str


def canonical(value: object) -> bytes:
    """The canonical JSON bytes of any kernel value."""
    return _encoder.encode(value)


def digest_of(pathway: CompiledPathway) -> str:
    """SHA-256 (hex) of the canonical form."""
    return hashlib.sha256(canonical(pathway)).hexdigest()


def pin(pathway: CompiledPathway) -> PinnedPathway:
    """Pack for travel."""
    raw = canonical(pathway)
    return PinnedPathway(
        digest=hashlib.sha256(raw).hexdigest(),
        packed=b64encode(zlib.compress(raw, 9)).decode(),
    )


@lru_cache(maxsize=256)
def _unpack(digest: str, packed: str) -> CompiledPathway:
    raw = zlib.decompress(b64decode(packed))
    if hashlib.sha256(raw).hexdigest() != digest:
        raise DigestMismatch(
            f"This is not the pathway with digest {digest[:12]}: "
            "its content was changed on the way."
        )
    return _decoder.decode(raw)


def unpin(pinned: PinnedPathway) -> CompiledPathway:
    """Unpack and verify; decoded once per digest per process."""
    return _unpack(pinned.digest, pinned.packed)
