"""Careway measured beside the same year written by hand, and its kernel alone."""
