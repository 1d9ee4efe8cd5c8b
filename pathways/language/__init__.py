"""The pathway language: YAML text in, compiled pathways and issues out. Pure; reads no file."""
