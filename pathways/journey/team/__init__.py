"""Who has the work now: absence and cover, hours and who is on call, leavers (clinical.md 7.2)."""
