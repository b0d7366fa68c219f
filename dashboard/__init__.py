"""Pages over the HTTP API: they draw and ask, and never decide."""
