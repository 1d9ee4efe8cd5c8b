"""Medicines: one list for all pathways, its lines, what a reconciliation finds, rules about it."""
