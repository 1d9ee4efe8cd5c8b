"""What to do first, and who has room for more: pure functions over what is on record."""
