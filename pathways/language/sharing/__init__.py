"""What a definition is put together from: parameters and settings, fragments, groups."""
