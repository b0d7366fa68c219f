"""SQLite's INSERT OR REPLACE and UPDATE OR REPLACE change no record past the triggers of 0002.

A row that is replaced is deleted without its DELETE trigger, so the replacing itself is refused. PostgreSQL
knows no such words: an INSERT of a known id fails there by itself, and ON CONFLICT DO UPDATE is an update.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# (table, which row is there already, what of a row never changes)
KEPT = (
    ("review", "SELECT 1 FROM review WHERE id = NEW.id", ("id",)),
    ("alert", "SELECT 1 FROM alert WHERE id = NEW.id", ("id",)),
    (
        "rule",
        "SELECT 1 FROM rule WHERE id = NEW.id OR (site_id = NEW.site_id AND revision = NEW.revision)",
        ("id", "site_id", "revision"),
    ),
    (
        "approval",
        "SELECT 1 FROM approval WHERE id = NEW.id OR (rule_id = NEW.rule_id AND person_id = NEW.person_id)",
        ("id", "rule_id", "person_id"),
    ),
    ("audit_entry", "SELECT 1 FROM audit_entry WHERE number = NEW.number", ("number",)),
    ("notice", "SELECT 1 FROM notice WHERE id = NEW.id OR key = NEW.key", ("id", "key")),
)


def upgrade() -> None:
    """Refuse an INSERT of what is there, and an UPDATE that takes another row's place."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for table, there, names in KEPT:
        moved = " OR ".join(f"NEW.{name} <> OLD.{name}" for name in names)
        for when, condition in (("INSERT", f"EXISTS ({there})"), ("UPDATE", moved)):
            op.get_bind().exec_driver_sql(
                f"CREATE TRIGGER {table}_replacing_{when.lower()} BEFORE {when} ON {table} WHEN {condition} "
                f"BEGIN SELECT RAISE(ABORT, 'this {table} is there already: none is replaced or renamed'); END"
            )
