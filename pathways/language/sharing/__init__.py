"""What pathways share and what a site may set: fragments, parameters, settings."""
