"""When something is due in a review. Instants are whole seconds since the epoch, UTC.

Hours are elapsed time (T3): 72 hours from Fri 2027-03-12 16:20 EST are over on Mon 2027-03-15
at 17:20 EDT. Days are calendar days in the patient's zone and do not roll over weekends (T2).
"""

from __future__ import annotations

from pathways.calendar.table import (
    CalendarTable,
    deadline,
    end_of_day,
    instant,
    is_business_day,
    local_day,
)
from pathways.review.levels import LEVELS
from pathways.review.payer import Appeal, Clock, FastAppeal, Payer, PeerToPeer, Pended
from pathways.review.record import Approval
from pathways.spans import Span

HOUR = 3600
_ELAPSED = ("minute", "hour")
LAST_CALL = 24 * HOUR
"""Seconds before an authorization's end at which asking for more still earns the urgent
extension clock (29 CFR 2560.503-1; clinical.md 5.2, 5.4)."""
DAYS_AHEAD = 5
"""Business days before its end at which somebody is told (5.4)."""
SHARE_USED = (4, 5)
"""80 % of the units (5.4)."""
INPATIENT = ("icu", "step-down", "acute-inpatient", "observation", "ltach", "irf", "snf")
"""Levels of care whose peer-to-peer window is the short one (5.3)."""


def decide_by(table: CalendarTable, clock: Clock, received: int, ends: int = 0) -> int:
    """Until when the payer must decide a request received then. ``ends``: when the authorization
    to be extended runs out; who asks too late for it gets the longer clock (B19)."""
    return deadline(table, received, _allowed(table, clock, received, ends))


def _allowed(table: CalendarTable, clock: Clock, received: int, ends: int) -> Span:
    if clock.asked is None or clock.otherwise is None or not ends:
        return clock.within
    in_time = deadline(table, received, clock.asked) <= ends
    return clock.within if in_time else clock.otherwise


def extended(table: CalendarTable, clock: Clock | Appeal, due: int) -> int:
    """The due time when the payer takes its extension; as it was where it has none."""
    return due if clock.extend is None else deadline(table, due, clock.extend)


def answer_by(table: CalendarTable, pended: Pended, at: int, due: int) -> int:
    """Until when the information that a payer asks for must be there: what the payer must give,
    else a business day, and no later than the decision where its clock goes on."""
    if pended.give is not None:
        return deadline(table, at, pended.give)
    soon = deadline(table, at, Span(1, "business-day"))
    return soon if pended.tolls else min(soon, due)


def due_while_pended(table: CalendarTable, pended: Pended, at: int, due: int) -> int:
    """The decision's due time at the moment the request is pended: it stays where the law does
    not stop the clock (CMS-0057-F standard), else it is counted as if the answer came last."""
    if not pended.tolls and pended.decide is None:
        return due
    return due_after_answer(table, pended, at, answer_by(table, pended, at, due), due)


def due_after_answer(table: CalendarTable, pended: Pended, at: int, answered: int, due: int) -> int:
    """The decision's due time when what was asked for at ``at`` came at ``answered``; ``due`` is
    what it was before. An answer after the time given restarts the clock at that time's end."""
    came = min(answered, answer_by(table, pended, at, due))
    if pended.decide is not None:
        return deadline(table, came, pended.decide)
    if not pended.tolls:
        return due
    if due == end_of_day(table, local_day(table, due)):
        days = local_day(table, came) - local_day(table, at)
        return end_of_day(table, local_day(table, due) + days)
    return due + came - at


def told_in_time(table: CalendarTable, pended: Pended, received: int, at: int) -> bool:
    """Whether the payer said in time that information is missing."""
    return pended.tell is None or at <= deadline(table, received, pended.tell)


def file_by(table: CalendarTable, appeal: Appeal, notice: int) -> int:
    """Until when an appeal at this level may be filed."""
    return deadline(table, notice, appeal.file)


def appeal_reminders(table: CalendarTable, notice: int, last: int) -> tuple[int, int]:
    """When somebody is reminded of an appeal: half of the time, and ten days before its end, on
    the morning of that day (5.4). Where ten days are more than half, both are at half."""
    half = notice + (last - notice) // 2
    ten = instant(table, local_day(table, last) - 10, table.office_from)
    return half, max(ten, half)


def appeal_at(payer: Payer, level: int) -> Appeal | None:
    """The payer's appeal of that level (1: the first)."""
    return next((a for a in payer.appeals if a.level == level), None)


def appeal_decided_by(
    table: CalendarTable, appeal: Appeal, filed: int, *, expedited: bool, drug: bool, after: bool
) -> int:
    """Until when an appeal filed then must be decided; 0: the payer's data say nothing. ``after``:
    the service has been given (payment)."""
    usual = appeal.post_service if after else appeal.pre_service
    span = appeal.expedited if expedited else (appeal.drug if drug else None) or usual
    return 0 if span is None else deadline(table, filed, span)


def peer_to_peer_by(table: CalendarTable, window: PeerToPeer, notice: int, level: str) -> int:
    """Until when the payer's physician may be talked to."""
    inside = level in INPATIENT
    return deadline(table, notice, window.inpatient if inside else window.outpatient)


def fast_appeal_by(table: CalendarTable, appeal: FastAppeal, last: int) -> int:
    """Until when the patient may ask an independent reviewer, when care ends with the local day
    ``last``: services end on it, so noon of the day before, or its midnight."""
    if appeal.file == "noon-before":
        return instant(table, last - 1, 12 * HOUR)
    return end_of_day(table, last)


def services_go_on_by(table: CalendarTable, appeal: Appeal, notice: int, ends: int) -> int:
    """Until when one may ask that care goes on while the appeal is decided; ``ends``: when it
    would end (0: not known). 0: the payer's data say nothing."""
    if appeal.services_go_on is None:
        return 0
    return max(deadline(table, notice, appeal.services_go_on), ends)


def ends(table: CalendarTable, approval: Approval) -> int:
    """The last second of an authorization; 0: it has no end."""
    return end_of_day(table, approval.last) if approval.last else 0


def last_call(table: CalendarTable, approval: Approval) -> int:
    """The latest request that earns a 24-hour answer; 0: it has no end."""
    end = ends(table, approval)
    return end - LAST_CALL if end else 0


def ahead(table: CalendarTable, approval: Approval) -> int:
    """The morning of the fifth business day before an authorization's end."""
    day, left = approval.last, DAYS_AHEAD
    while left:
        day -= 1
        left -= is_business_day(table, day)
    return instant(table, day, table.office_from)


def mostly_used(table: CalendarTable, approval: Approval) -> int:
    """The morning of the day on which 80 % of an authorization in days is used; 0: its units are
    not days, they are counted as they are used."""
    if approval.unit != "days" or not approval.last or not approval.first:
        return 0
    length = approval.last - approval.first + 1
    part, whole = SHARE_USED
    day = approval.first - 1 + -(-length * part // whole)
    return instant(table, day, table.office_from)


def next_concurrent(table: CalendarTable, approval: Approval, level: str, since: int) -> int:
    """The morning of the next concurrent review after the local day ``since``; 0: none before the
    authorization's end."""
    days = LEVELS.get(level, (0, 0))[1]
    if not days or not since or since + days > approval.last:
        return 0
    return instant(table, since + days, table.office_from)


def units_mostly_used(approval: Approval) -> bool:
    """Whether 80 % of the units are used."""
    part, whole = SHARE_USED
    return approval.units > 0 and approval.used * whole >= approval.units * part
