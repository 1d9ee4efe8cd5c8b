"""The record database: what Careway remembers outside the journeys themselves."""
