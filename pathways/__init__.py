"""The pure kernel of Careway: no I/O, no clock, no Temporal."""
