"""Orders that contradict each other: what stands, what a physician decides, what waits (X8)."""
