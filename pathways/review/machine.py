"""The machine of a request for authorization: what may follow what, and who may do it.

clinical.md 5.4: ``draft, submitted, received, [pended-info], nurse-review, (approved or
md-review), approved or approved-partial or denied or withdrawn, [p2p], [appeal-1], [appeal-2],
overturned or upheld, closed``, and the side states ``expired``, ``cancelled-deceased`` and
``voided-duplicate``. What is upheld may be taken to the next level while its window is open
(5.3). Who may decide is 1.3: a utilization nurse may approve, only a physician reviewer may
deny for medical necessity, and nobody reviews an appeal against a denial of their own or of
who they report to.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

State = Literal[
    "draft",
    "submitted",
    "received",
    "pended-info",
    "nurse-review",
    "md-review",
    "approved",
    "approved-partial",
    "denied",
    "withdrawn",
    "p2p",
    "appeal-1",
    "appeal-2",
    "overturned",
    "upheld",
    "closed",
    "expired",
    "cancelled-deceased",
    "voided-duplicate",
]
Family = Literal["medical-necessity", "administrative"]
"""Of a denial (5.1): what a physician judges, or missing information, no coverage, late notice."""
STATES: tuple[State, ...] = get_args(State)
FAMILIES: tuple[Family, ...] = get_args(Family)

UNDECIDED: tuple[State, ...] = (
    "draft",
    "submitted",
    "received",
    "pended-info",
    "nurse-review",
    "md-review",
)
"""Nobody has decided yet."""
WITH_THE_PAYER: tuple[State, ...] = UNDECIDED[1:]
"""The payer's decision clock is what is waited for."""
CONTESTED: tuple[State, ...] = ("p2p", "appeal-1", "appeal-2")
"""A denial is argued about."""
ENDED: tuple[State, ...] = (
    "withdrawn",
    "closed",
    "expired",
    "cancelled-deceased",
    "voided-duplicate",
)
"""Nothing more is waited for."""
GRANTED: tuple[State, ...] = ("approved", "approved-partial", "overturned")
"""There is, or was, an authorization."""
ADVERSE: tuple[State, ...] = ("approved-partial", "denied")
"""Something that was asked for is refused."""

_ALONG: Mapping[State, tuple[State, ...]] = {
    "draft": ("submitted",),
    "submitted": ("received",),
    "received": ("pended-info", "nurse-review"),
    "pended-info": ("nurse-review",),
    "nurse-review": ("approved", "md-review", "denied"),
    "md-review": ("approved", "approved-partial", "denied"),
    "approved": ("closed", "expired"),
    "approved-partial": ("p2p", "appeal-1", "closed", "expired"),
    "denied": ("p2p", "appeal-1", "closed"),
    "withdrawn": ("closed",),
    "p2p": ("appeal-1", "overturned", "upheld"),
    "appeal-1": ("appeal-2", "overturned", "upheld"),
    "appeal-2": ("overturned", "upheld"),
    "overturned": ("closed", "expired"),
    "upheld": ("appeal-1", "appeal-2", "closed"),
}
_ASIDE: Mapping[State, tuple[State, ...]] = {
    "withdrawn": (*UNDECIDED, *CONTESTED),
    "expired": ("draft", "pended-info"),
    "voided-duplicate": UNDECIDED,
    "cancelled-deceased": tuple(s for s in STATES if s not in ENDED),
}
MOVES: Mapping[State, tuple[State, ...]] = {
    state: (
        *_ALONG.get(state, ()),
        *(side for side, states in _ASIDE.items() if state in states),
    )
    for state in STATES
}
"""State -> states that may follow it."""

NURSE, PHYSICIAN = "utilization-nurse", "physician-reviewer"
INDEPENDENT = "independent-reviewer"
"""Of an appeal outside the plan: review entity, external review, administrative judge."""
PLAN = "plan"
"""Whoever at the payer does what needs no licence."""
PAYERS_ROLES = (NURSE, PHYSICIAN, INDEPENDENT, PLAN)
PHYSICIANS = ("MD", "DO", "MBBS")
"""Credentials of a physician."""
_PAYERS_MOVES: tuple[State, ...] = (
    "received",
    "pended-info",
    "nurse-review",
    "md-review",
    "approved",
    "approved-partial",
    "denied",
    "overturned",
    "upheld",
)
"""Moves that the payer makes; the others are the requester's."""


class By(NamedTuple):
    """Who makes a move: role, opaque person id, credential, and whom they report to."""

    role: str
    person: str = ""
    credential: str = ""
    reports_to: str = ""


class Fault(NamedTuple):
    """Why a move is not allowed."""

    code: str
    message: str


def fault_in(
    state: State, to: State, by: By, *, family: str = "", reason: str = "", denier: str = ""
) -> Fault | None:
    """Why this move may not be made; ``None``: it may. ``denier``: who denied before."""
    if to not in MOVES[state]:
        may = ", ".join(MOVES[state]) or "nothing"
        return Fault(
            "illegal-move", f"A review that is {state} cannot become {to}; it may become {may}."
        )
    if to in _PAYERS_MOVES and by.role not in PAYERS_ROLES:
        roles = ", ".join(PAYERS_ROLES)
        return Fault("not-the-payers", f"{to} is the payer's move: say by whom of {roles}.")
    if to in ("approved", "overturned") and by.role == PLAN:
        return Fault("not-a-reviewer", f"A reviewer decides, not {by.role}: say who it was.")
    if state == "md-review" and to == "approved" and by.role == NURSE:
        return _not_a_physician("What is with a physician reviewer is decided by one")
    if to in ADVERSE:
        return _adverse(state, to, by, family, reason)
    if state in ("appeal-1", "appeal-2"):
        return _appealed(to, by, denier)
    return None


def _adverse(state: State, to: State, by: By, family: str, reason: str) -> Fault | None:
    if family not in FAMILIES:
        return Fault("family-missing", f"Say of what family it is: {' or '.join(FAMILIES)}.")
    if not reason:
        return Fault("reason-missing", f"A payer must say why: {to} needs a reason.")
    if family == "administrative":
        return None
    if by.role != PHYSICIAN or by.credential not in PHYSICIANS:
        return _not_a_physician("A denial for medical necessity is a physician's")
    if not by.person:
        return Fault(
            "reviewer-missing",
            "Say who denied: the same person may not review the appeal.",
        )
    if state == "nurse-review":
        return Fault(
            "illegal-move",
            f"A review that is {state} cannot become {to} for medical necessity: it goes to "
            "md-review first.",
        )
    return None


def _appealed(to: State, by: By, denier: str) -> Fault | None:
    if to not in ("overturned", "upheld"):
        return None
    if by.role not in (PHYSICIAN, INDEPENDENT):
        return _not_a_physician("An appeal is decided by a physician or an independent reviewer")
    if not by.person:
        return Fault("reviewer-missing", "Say who reviewed: it may not be who denied.")
    if denier and denier in (by.person, by.reports_to):
        return Fault(
            "same-reviewer",
            "An appeal may not be reviewed by who denied, nor by who reports to them.",
        )
    return None


def _not_a_physician(fact: str) -> Fault:
    return Fault(
        "not-a-physician",
        f"{fact}: role {PHYSICIAN}, credential {', '.join(PHYSICIANS)}.",
    )


def way(state: State, to: State) -> tuple[State, ...]:
    """The shortest way from one state to another along the request's course, for what is only
    told at its end; empty when there is none. A denial passes the physician (1.3)."""
    ways: list[tuple[State, ...]] = [(state,)]
    for known in ways:
        for after in _ALONG.get(known[-1], ()):
            if after == "denied" and known[-1] == "nurse-review":
                continue
            if after == to:
                return (*known[1:], after)
            if after in UNDECIDED and after != "pended-info" and after not in known:
                ways.append((*known, after))
    return ()


X12: Mapping[str, str] = {
    "approved": "A1",
    "approved-partial": "A2",
    "denied": "A3",
    "pended-info": "A4",
    "cancelled-deceased": "C",
    "withdrawn": "C",
    "voided-duplicate": "C",
    "overturned": "A6",
}
"""State -> HCR01 of an X12 278 (codes only; 5.4). ``CT`` (contact payer) and ``NA`` (not
required) are answers of a payer that leave the state as it is."""
