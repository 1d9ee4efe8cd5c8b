"""Clocks of care-management programs and internal indicators: data, and what the record says."""
