"""Two payers made up for random lives: small, with every clock that a payer may have."""

from __future__ import annotations

from pathways.review.payer import Appeal, Clock, Notice, Payer, PeerToPeer, Pended
from pathways.spans import Span

OURS = "made up"
STANDARD = Clock("standard", "prior", Span(7, "day"), OURS, "D", extend=Span(14, "day"))
EXPEDITED = Clock(
    "expedited",
    "prior",
    Span(72, "hour"),
    OURS,
    "D",
    speed="expedited",
    pended=Pended(tolls=True, tell=Span(24, "hour"), give=Span(48, "hour")),
)
LONGER = Clock(
    "longer",
    "extension",
    Span(24, "hour"),
    OURS,
    "D",
    speed="expedited",
    asked=Span(24, "hour"),
    otherwise=Span(72, "hour"),
)
PAYERS = {
    "fund": Payer(
        "fund",
        "1",
        "A fund",
        (STANDARD, EXPEDITED, LONGER),
        appeals=(
            Appeal("plan", 1, Span(65, "day"), OURS, "D", Span(72, "hour"), Span(30, "day")),
            Appeal("outside", 2, Span(2, "month"), OURS, "D", pre_service=Span(45, "day")),
        ),
        peer_to_peer=PeerToPeer(Span(1, "business-day"), Span(5, "business-day"), OURS, "D"),
        notices=(Notice("stay", "A notice", ("snf",), OURS, "D", before_end=Span(2, "day")),),
        usual=True,
    ),
    "state": Payer(
        "state",
        "1",
        "A state where silence approves",
        (Clock("standard", "prior", Span(5, "business-day"), OURS, "D"),),
        appeals=(Appeal("first", 1, Span(30, "day"), OURS, "D", forward=True),),
        silence="approval",
    ),
}
