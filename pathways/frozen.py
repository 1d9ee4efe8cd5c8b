"""What compiled definitions are made of: immutable, and without the fields at their default.

Leaving defaults out keeps the digest of a definition that does not use a newer field.
"""

from __future__ import annotations

from msgspec import Struct


class Frozen(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The base of every compiled struct. Unknown fields are refused when it is decoded."""
