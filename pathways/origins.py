"""Where parts of a compiled pathway came from: fragments, a site's parameters, other versions."""

from __future__ import annotations

from pathways.frozen import Frozen


class FragmentUse(Frozen, frozen=True):
    """A fragment that the pathway was put together from."""

    fragment: str
    version: str
    prefix: str = ""


class ParameterValue(Frozen, frozen=True):
    """A parameter with the value that counts here. The rest is there when a site has set it;
    ``on`` and ``until`` are dates."""

    label: str
    value: str
    default: str
    by: str = ""
    on: str = ""
    because: str = ""
    until: str = ""


class Rider(Frozen, frozen=True):
    """A safety rule of a newer version, given to patients on this one."""

    rule: str
    version: str
    digest: str
    """Of the version that it comes from."""
