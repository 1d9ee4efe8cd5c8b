"""An enrollment under another version of its pathway (X12)."""
