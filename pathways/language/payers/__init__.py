"""Payers as informaticists write them: checked, and compiled for the kernel."""

from __future__ import annotations

from typing import Any

from pathways.language.issues import Issue, has_errors
from pathways.language.opening import opened
from pathways.language.payers.checks import CHECKS
from pathways.language.payers.models import AppealModel, ClockModel, NoticeModel, PayerModel
from pathways.language.schema import URI, tidied
from pathways.review.payer import (
    Appeal,
    Clock,
    Continuity,
    FastAppeal,
    Notice,
    Payer,
    PeerToPeer,
    Pended,
)

__all__ = ["compile_payer", "payer_schema"]


def compile_payer(text: str | bytes, file: str) -> tuple[Payer | None, list[Issue]]:
    """The payer that ``text`` defines, or ``None`` and what is wrong with it."""
    found, issues = opened(text, file, PayerModel)
    if found is None:
        return None, issues
    issues += [issue for check in CHECKS for issue in check(found.model, found.root)]
    return (None if has_errors(issues) else _compiled(found.model)), issues


def payer_schema() -> dict[str, Any]:
    """The JSON Schema of ``definitions/payers/*.yaml``, for editors."""
    return {"$schema": URI, **tidied(PayerModel)}


def _compiled(model: PayerModel) -> Payer:
    window, goes_on = model.peer_to_peer, model.continuity
    return Payer(
        id=model.payer,
        version=model.version,
        title=model.title,
        clocks=tuple(_clock(one) for one in model.decisions),
        appeals=tuple(_appeal(one) for one in model.appeals),
        peer_to_peer=None
        if window is None
        else PeerToPeer(window.inpatient, window.outpatient, window.source, window.tag),
        notices=tuple(_notice(one) for one in model.notices),
        silence=model.silence,
        usual=model.usual,
        coverage=tuple(word.casefold() for word in model.coverage),
        continuity=None
        if goes_on is None
        else Continuity(goes_on.honours, goes_on.source, goes_on.tag),
    )


def _clock(one: ClockModel) -> Clock:
    pended = one.pended
    return Clock(
        id=one.clock,
        type=one.type,
        within=one.within,
        source=one.source,
        tag=one.tag,
        speed=one.speed,
        benefit=one.benefit,
        extend=one.extend,
        asked=one.asked,
        otherwise=one.otherwise,
        pended=Pended(pended.tolls, pended.tell, pended.give, pended.decide),
        written=one.written,
    )


def _appeal(one: AppealModel) -> Appeal:
    return Appeal(
        id=one.appeal,
        level=one.level,
        file=one.file,
        source=one.source,
        tag=one.tag,
        expedited=one.expedited,
        pre_service=one.pre_service,
        post_service=one.post_service,
        drug=one.drug,
        forward=one.forward,
        extend=one.extend,
        services_go_on=one.services_go_on,
    )


def _notice(one: NoticeModel) -> Notice:
    fast = one.appeal
    return Notice(
        id=one.notice,
        title=one.title,
        levels=one.levels,
        source=one.source,
        tag=one.tag,
        after_start=one.after_start,
        before_end=one.before_end,
        opens=one.opens,
        appeal=None
        if fast is None
        else FastAppeal(fast.to, fast.file, fast.decided, fast.source, fast.tag),
    )
