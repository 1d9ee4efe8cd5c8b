"""Hospital stays, the episodes of care that they begin and end, and referrals (X5, X7, X11)."""
