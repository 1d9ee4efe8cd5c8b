"""Traits: what tells one person from another, made comparable.

The traits are those that USCDI lists as patient demographics and that ONC names for patient
matching: names, birth date, sex, address, telephone, e-mail, identifiers. They identify a
patient: they go into the record database, never into a journey, a log or an error (I8).
"""

from __future__ import annotations

import re
import unicodedata

from msgspec import Struct

_APART = re.compile(r"[^0-9a-z]+")
_LOCAL = 10
"""Digits of a telephone number without its country code (North American Numbering Plan)."""
_LEAST = 7
"""A number with fewer digits is an extension, or a mistake: it tells nobody from another."""


class Traits(Struct, frozen=True):
    """One person as one source knows them. Empty: not known. It has no text form."""

    given: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    born: str = ""
    """ISO date."""
    sex: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    """Street and postal code."""
    identifiers: tuple[str, ...] = ()
    """Opaque, one for each system and value, in order."""

    def __repr__(self) -> str:
        return "Traits(...)"


def traits(
    *,
    given: str = "",
    family: str = "",
    name: str = "",
    born: str = "",
    sex: str = "",
    phone: str = "",
    email: str = "",
    street: str = "",
    postal: str = "",
    identifiers: tuple[str, ...] = (),
) -> Traits:
    """Traits from what a record says. ``name`` is the whole name, for a record that does not say
    which part is the family's: then the last word is. Telephone numbers are compared by their
    last ten digits; an address counts with both street and postal code."""
    first, last = words(given), words(family)
    if not last and name:
        *rest, family_word = words(name) or ("",)
        first, last = first or tuple(rest), (family_word,) if family_word else ()
    digits = "".join(c for c in phone if c.isdigit())
    where = (" ".join(words(street)), "".join(words(postal))[:5])
    return Traits(
        given=first,
        family=last,
        born=born,
        sex=sex if sex in ("female", "male", "other") else "",
        phone=digits[-_LOCAL:] if len(digits) >= _LEAST else "",
        email=email.strip().casefold(),
        address=" ".join(where) if all(where) else "",
        identifiers=tuple(sorted(set(identifiers))),
    )


def words(text: str) -> tuple[str, ...]:
    """The words of a name or an address: without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return tuple(word for word in _APART.split(bare.replace("'", "")) if word) or _foreign(bare)


def _foreign(text: str) -> tuple[str, ...]:
    """Names in scripts without Latin letters are compared word by word as they are written."""
    return tuple(text.split()) if any(c.isalpha() for c in text) else ()
