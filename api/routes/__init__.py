"""Routes over the API, a subject each."""
