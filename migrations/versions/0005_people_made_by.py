"""Who added a person: one admin with an account of their own making is one person, not two."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Whoever is there already counts as added at the machine."""
    op.execute(
        "ALTER TABLE person ADD COLUMN created_by INTEGER CONSTRAINT fk_person_created_by REFERENCES person (id)"
    )
