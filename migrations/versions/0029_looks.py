"""Looks: audited camera time, tests and second answers, apart from alerts; and what no test may ever become."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
WORD = sa.String(length=32)

CHECKS = (
    ("audit_has_a_chance", "(kind = 'audit') = (chance IS NOT NULL)"),
    ("audit_was_drawn", "(kind = 'audit') = (draw_id IS NOT NULL)"),
    ("audit_has_a_stratum", "(kind = 'audit') = (stratum IS NOT NULL)"),
    ("chance", "chance > 0 AND chance <= 1"),
    ("seeded_is_known", "(kind = 'seeded') = (truth IS NOT NULL)"),
    ("truth", "truth IN ('bear', 'not_bear')"),
    ("second_after_a_first", "(kind = 'second') = (first_person IS NOT NULL)"),
    ("second_after_a_verdict", "(kind = 'second') = (first_verdict IS NOT NULL)"),
    ("second_of", "(kind = 'second') = (of_alert_id IS NOT NULL OR of_look_id IS NOT NULL)"),
    ("of_one", "of_alert_id IS NULL OR of_look_id IS NULL"),
    ("another", "answered_by IS NULL OR first_person IS NULL OR answered_by <> first_person"),
    ("answered", "(answered_at IS NULL) = (verdict IS NULL)"),
    ("answered_by_somebody", "(answered_at IS NULL) = (answered_by IS NULL)"),
    ("lasts", "since < until"),
)
TO_OTHERS = (
    ("site_id", "site"), ("camera_id", "camera"), ("draw_id", "audit_draw"), ("of_alert_id", "alert"),
    ("of_look_id", "look"), ("first_person", "person"), ("given_to", "person"), ("answered_by", "person"),
)  # fmt: skip

CHANGED = " OR ".join(
    [
        "OLD.answered_at IS NOT NULL",
        *(
            f"NEW.{column} <> OLD.{column}"
            for column in ("kind", "site_id", "camera_id", "since", "until", "made_at", "turn")
        ),
        *(f"COALESCE(NEW.{column}, 0) <> COALESCE(OLD.{column}, 0)" for column in ("draw_id", "chance")),
        *(f"COALESCE(NEW.{column}, '') <> COALESCE(OLD.{column}, '')" for column in ("stratum", "truth")),
    ]
)
IS_A_TEST = "EXISTS (SELECT 1 FROM frame WHERE frame.id = NEW.{} AND frame.origin = 'seeded')"

# (name, when, table, condition on NEW and OLD, what is said)
REFUSALS = (
    ("look_update", "UPDATE", "look", CHANGED, "what was drawn or answered is never changed"),
    ("look_delete", "DELETE", "look", "TRUE", "a look is never deleted"),
    ("audit_draw_update", "UPDATE", "audit_draw", "TRUE", "a draw is never changed"),
    ("audit_draw_delete", "DELETE", "audit_draw", "TRUE", "a draw is never deleted"),
    ("alert_of_a_test", "INSERT", "alert", IS_A_TEST.format("frame_id"), "a test is no alert"),
    ("visit_of_a_test", "INSERT", "visit", IS_A_TEST.format("best_frame_id"), "a test is no visit"),
    (
        "decision_of_a_test", "INSERT", "decision",
        f"(NEW.visit_id IS NOT NULL OR NEW.act <> 'nothing') AND {IS_A_TEST.format('frame_id')}",
        "a test joins no visit and asks nobody",
    ),
    (
        "decision_of_a_test_update", "UPDATE", "decision",
        f"(NEW.visit_id IS NOT NULL OR NEW.act <> 'nothing') AND {IS_A_TEST.format('frame_id')}",
        "a test joins no visit and asks nobody",
    ),
    (
        "alert_of_a_test_update", "UPDATE", "alert",
        f"NEW.frame_id <> OLD.frame_id AND {IS_A_TEST.format('frame_id')}", "a test is no alert",
    ),
)  # fmt: skip

# SQLite's REPLACE deletes a row without its trigger: (table, which row is there already)
KEPT = (
    ("look", "SELECT 1 FROM look WHERE id = NEW.id"),
    (
        "audit_draw",
        "SELECT 1 FROM audit_draw WHERE id = NEW.id OR (site_id = NEW.site_id AND day = NEW.day)",
    ),
)


def upgrade() -> None:
    """New tables and columns beside what is there, and one trigger a refusal."""
    op.add_column("park", sa.Column("trust", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("review", sa.Column("blind", sa.Boolean(), nullable=True))
    op.create_table(
        "audit_draw",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("drawn_at", AT, nullable=False),
        sa.Column("strata", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_audit_draw_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_draw")),
        sa.UniqueConstraint("site_id", "day", name=op.f("uq_audit_draw_site_id_day")),
    )
    op.create_table(
        "look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("site_id", sa.String(length=40), nullable=False),
        sa.Column("camera_id", sa.String(length=40), nullable=False),
        sa.Column("since", AT, nullable=False),
        sa.Column("until", AT, nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=True),
        sa.Column("stratum", WORD, nullable=True),
        sa.Column("chance", sa.Double(), nullable=True),
        sa.Column("truth", WORD, nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("of_alert_id", sa.Integer(), nullable=True),
        sa.Column("of_look_id", sa.Integer(), nullable=True),
        sa.Column("first_person", sa.Integer(), nullable=True),
        sa.Column("first_verdict", WORD, nullable=True),
        sa.Column("given_to", sa.Integer(), nullable=True),
        sa.Column("given_at", AT, nullable=True),
        sa.Column("left_by", sa.JSON(), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", AT, nullable=True),
        sa.Column("verdict", WORD, nullable=True),
        sa.Column("species", sa.String(length=60), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("took_s", sa.Double(), nullable=True),
        sa.Column("closed_at", AT, nullable=True),
        *(sa.CheckConstraint(says, name=op.f(f"ck_look_{name}")) for name, says in CHECKS),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_look_{column}"))
            for column, table in TO_OTHERS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look")),
    )
    still = sa.text("answered_at IS NULL AND closed_at IS NULL")
    op.create_index("ix_look_open", "look", ["site_id", "turn"], sqlite_where=still, postgresql_where=still)
    op.create_index("ix_look_site_id_since", "look", ["site_id", "since"])
    for column in ("draw_id", "of_alert_id", "of_look_id", "answered_by"):
        op.create_index(op.f(f"ix_look_{column}"), "look", [column])
    op.create_table(
        "look_picture",
        sa.Column("look_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("taken_at", AT, nullable=False),
        sa.Column("frame_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["frame_id"], ["frame.id"], name=op.f("fk_look_picture_frame_id")),
        sa.ForeignKeyConstraint(["look_id"], ["look.id"], name=op.f("fk_look_picture_look_id")),
        sa.PrimaryKeyConstraint("look_id", "position", name=op.f("pk_look_picture")),
    )
    op.create_index(op.f("ix_look_picture_frame_id"), "look_picture", ["frame_id"])
    op.create_index(op.f("ix_look_picture_sha256"), "look_picture", ["sha256"])
    sqlite = op.get_bind().dialect.name == "sqlite"
    for refusal in REFUSALS:
        op.get_bind().exec_driver_sql((_sqlite if sqlite else _postgresql)(*refusal))
    for table, there in KEPT if sqlite else ():
        told = (f"{table}_replacing_insert", "INSERT", table, f"EXISTS ({there})")
        op.get_bind().exec_driver_sql(_sqlite(*told, f"this {table} is there already: none is replaced"))


def _sqlite(name: str, when: str, table: str, condition: str, says: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {when} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{says}'); END"


def _postgresql(name: str, when: str, table: str, condition: str, says: str) -> str:
    back = "OLD" if when == "DELETE" else "NEW"
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION '{says}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        f"RETURN {back}; END $$; "
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )
