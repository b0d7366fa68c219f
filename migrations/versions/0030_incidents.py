"""The register of incidents: bears that nobody was warned of, and the causes that people name."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
STANDS = sa.text("ended_at IS NULL")
SAYS = "a named cause is never changed: name another"


def upgrade() -> None:
    """New tables; a cause that was named stays as it was named."""
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("site_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("camera_id", sa.String(length=40), nullable=True),
        sa.Column("sighting_id", sa.Integer(), nullable=True),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("suggested", sa.String(length=32), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("found_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_why IS NULL)", name=op.f("ck_incident_ended_with_a_reason")),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_incident_alert_id")),
        sa.ForeignKeyConstraint(["camera_id"], ["camera.id"], name=op.f("fk_incident_camera_id")),
        sa.ForeignKeyConstraint(["sighting_id"], ["sighting.id"], name=op.f("fk_incident_sighting_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_incident_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index("ix_incident_site_id_at", "incident", ["site_id", "at"])
    op.create_index(op.f("ix_incident_sighting_id"), "incident", ["sighting_id"])
    op.create_index(op.f("ix_incident_alert_id"), "incident", ["alert_id"])
    op.create_index(
        "uq_incident_stands", "incident", ["key"], unique=True, sqlite_where=STANDS, postgresql_where=STANDS
    )
    op.create_table(
        "incident_cause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_cause_incident_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_incident_cause_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_cause")),
    )
    op.create_index(op.f("ix_incident_cause_incident_id"), "incident_cause", ["incident_id"])
    statement = _sqlite if op.get_bind().dialect.name == "sqlite" else _postgresql
    for when in ("UPDATE", "DELETE"):
        op.get_bind().exec_driver_sql(statement(when))


def _sqlite(when: str) -> str:
    name = f"incident_cause_{when.lower()}"
    return f"CREATE TRIGGER {name} BEFORE {when} ON incident_cause BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"


def _postgresql(when: str) -> str:
    name = f"incident_cause_{when.lower()}"
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{SAYS}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$; "
        f"CREATE TRIGGER {name} BEFORE {when} ON incident_cause FOR EACH ROW EXECUTE FUNCTION {name}()"
    )
