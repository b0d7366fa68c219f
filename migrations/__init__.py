"""Alembic revisions, from empty to head."""
