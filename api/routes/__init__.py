"""Routes: three lines each."""
