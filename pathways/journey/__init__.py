"""The journey kernel: ``decide(journey, event, now)`` and the data it works on."""
