"""Who is who: whether a referral is of a patient who is known already (clinical.md X7)."""
