"""Requests for authorization on their way through utilization review (clinical.md 5)."""
