"""The manual watch: sessions, sightings, responses, and which sighting was which visit."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
HOLDS = sa.text("ended_at IS NULL AND NOT apart")


def upgrade() -> None:
    """New tables beside what is there."""
    op.create_table(
        "watch_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("observer", sa.String(length=80), nullable=False),
        sa.Column("mode", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=32), nullable=False),
        sa.Column("started_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("closed_by_limit", sa.Boolean(), nullable=False),
        sa.Column("told_otherwise", sa.Boolean(), nullable=True),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=True),
        sa.Column("imported_by", sa.Integer(), nullable=True),
        sa.Column("signed_by", sa.Integer(), nullable=True),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("received_at", AT, nullable=False),
        sa.CheckConstraint(
            "(person_id IS NOT NULL) OR (imported_by IS NOT NULL)", name=op.f("ck_watch_session_of_somebody")
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR ended_at >= started_at", name=op.f("ck_watch_session_ends_after_it_begins")
        ),
        sa.CheckConstraint(
            "signed_by IS NULL OR signed_by <> imported_by", name=op.f("ck_watch_session_signed_by_another")
        ),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_watch_session_alert_id")),
        sa.ForeignKeyConstraint(["imported_by"], ["person.id"], name=op.f("fk_watch_session_imported_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_watch_session_person_id")),
        sa.ForeignKeyConstraint(["signed_by"], ["person.id"], name=op.f("fk_watch_session_signed_by")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_watch_session_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_session")),
        sa.UniqueConstraint("key", name=op.f("uq_watch_session_key")),
    )
    op.create_index("ix_watch_session_site_id_started_at", "watch_session", ["site_id", "started_at"], unique=False)
    op.create_table(
        "sighting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.String(length=40), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("camera_id", sa.String(length=40), nullable=True),
        sa.Column("at", AT, nullable=False),
        sa.Column("species", sa.String(length=60), nullable=False),
        sa.Column("bears", sa.Integer(), nullable=False),
        sa.Column("sure", sa.String(length=32), nullable=False),
        sa.Column("spot", sa.String(length=200), nullable=True),
        sa.Column("observer", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("key", sa.String(length=64), nullable=True),
        sa.Column("imported_by", sa.Integer(), nullable=True),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("withdrawn_at", AT, nullable=True),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.Column("received_at", AT, nullable=False),
        sa.CheckConstraint("bears >= 1", name=op.f("ck_sighting_bears")),
        sa.ForeignKeyConstraint(["camera_id"], ["camera.id"], name=op.f("fk_sighting_camera_id")),
        sa.ForeignKeyConstraint(["imported_by"], ["person.id"], name=op.f("fk_sighting_imported_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sighting_person_id")),
        sa.ForeignKeyConstraint(["session_id"], ["watch_session.id"], name=op.f("fk_sighting_session_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_sighting_site_id")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["person.id"], name=op.f("fk_sighting_withdrawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sighting")),
        sa.UniqueConstraint("key", name=op.f("uq_sighting_key")),
    )
    op.create_index(op.f("ix_sighting_session_id"), "sighting", ["session_id"], unique=False)
    op.create_index("ix_sighting_site_id_at", "sighting", ["site_id", "at"], unique=False)
    op.create_table(
        "encounter_match",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.String(length=40), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("sighting_id", sa.Integer(), nullable=False),
        sa.Column("apart", sa.Boolean(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_encounter_match_ended_by_somebody")
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_encounter_match_ended_by")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_encounter_match_made_by")),
        sa.ForeignKeyConstraint(["sighting_id"], ["sighting.id"], name=op.f("fk_encounter_match_sighting_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_encounter_match_site_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_encounter_match_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_encounter_match")),
    )
    op.create_index(op.f("ix_encounter_match_site_id"), "encounter_match", ["site_id"], unique=False)
    op.create_index(
        "uq_encounter_match_sighting",
        "encounter_match",
        ["sighting_id"],
        unique=True,
        sqlite_where=HOLDS,
        postgresql_where=HOLDS,
    )
    op.create_index(
        "uq_encounter_match_visit",
        "encounter_match",
        ["visit_id"],
        unique=True,
        sqlite_where=HOLDS,
        postgresql_where=HOLDS,
    )
    op.create_table(
        "response",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.String(length=40), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.Column("sighting_id", sa.Integer(), nullable=True),
        sa.Column("did", sa.String(length=32), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("received_at", AT, nullable=False),
        sa.CheckConstraint("(alert_id IS NULL) <> (sighting_id IS NULL)", name=op.f("ck_response_to_one_thing")),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_response_alert_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_response_person_id")),
        sa.ForeignKeyConstraint(["sighting_id"], ["sighting.id"], name=op.f("fk_response_sighting_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_response_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
    )
    op.create_index(op.f("ix_response_alert_id"), "response", ["alert_id"], unique=False)
    op.create_index(op.f("ix_response_sighting_id"), "response", ["sighting_id"], unique=False)
    op.create_index(op.f("ix_response_site_id"), "response", ["site_id"], unique=False)
    # ### end Alembic commands ###
